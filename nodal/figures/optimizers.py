"""The study `optimizers`: the ratio, probes and labels of heads by block, and the rates that were tried."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import OURS, PAGE, PAPER, UNTRAINED, band, letter, of_seeds, panels, styled

_LOOK = {
    "adamw": (OURS, "o", "AdamW"),
    "sgd": (PAPER, "s", "SGD, Nesterov momentum"),
    "muon": ("#E69F00", "^", "Muon"),
}
_PANELS = {"snr": "SNR", "accuracy": "accuracy of the probe", "owned": "labels that heads own"}


@styled
def optimizers_shown(table: pd.DataFrame, rates: pd.DataFrame) -> Figure:
    """Three panels over the blocks, and one of the accuracy on held-out images over the rate.

    Args:
        table: Means over the seeds of what `nodal.tables.optimizers.optimizers` gives.
        rates: The same of `optimizer_rates`.
    """
    figure, axes = panels(2, 2, PAGE, 4.6)
    table = table.sort_values("block")
    for panel, (name, said) in zip(axes.ravel(), _PANELS.items(), strict=False):
        for optimizer, (colour, marker, label) in _LOOK.items():
            rows = table[table["optimizer"] == optimizer]
            _line(panel, rows, "block", name, (colour, f"{marker}-"), label)
            if name == "owned":
                _line(panel, rows, "block", "owned_null", (colour, "--"), f"{label}, random heads")
        # All began with the same weights.
        began = table[table["optimizer"] == "adamw"]
        _line(panel, began, "block", f"{name}_untrained", (UNTRAINED, ":"), "untrained")
        panel.set(xlabel="block", ylabel=said, ylim=(0, None))
        panel.set_xticks(sorted(table["block"].unique()))
    tried = axes[1, 1]
    rates = rates.assign(rate=rates["rate_mean"]).sort_values("rate")
    for optimizer, (colour, marker, label) in _LOOK.items():
        rows = rates[rates["optimizer"] == optimizer]
        _line(tried, rows, "rate", "accuracy_heldout", (colour, f"{marker}-"), label)
    tried.set(xscale="log", xlabel="learning rate", ylabel="held-out accuracy")
    tried.xaxis.set_major_formatter(lambda rate, _: f"{rate:g}")
    figure.legend(*axes[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    for panel, which in zip(axes.ravel(), "abcd", strict=True):
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _line(axes: Axes, rows: pd.DataFrame, over: str, name: str, look: tuple[str, str], label: str) -> None:
    x, mean, sd = rows[over], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0)
    axes.plot(x, mean, look[1], color=look[0], markersize=3, clip_on=False, label=label)
    band(axes, x, mean - sd, mean + sd, look[0])
