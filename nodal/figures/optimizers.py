"""The study `optimizers`: the ratio, probes and labels of heads by block, and the rates that were tried."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import OURS, PAGE, PAPER, band, letter, of_seeds, panels, styled

_LOOK = {"adamw": (OURS, "o", "AdamW"), "sgd": (PAPER, "s", "SGD, Nesterov momentum")}
# Columns of a panel: each with its line and what it is.
_PANELS = (
    ("SNR", {"snr": ("-", ""), "snr_untrained": (":", ", untrained")}),
    ("accuracy of the probe", {"accuracy": ("-", ""), "accuracy_untrained": (":", ", untrained")}),
    ("labels that heads own", {"owned": ("-", ""), "owned_null": ("--", ", random heads"),
                               "owned_untrained": (":", ", untrained")}),
)  # fmt: skip


@styled
def optimizers_shown(table: pd.DataFrame, rates: pd.DataFrame) -> Figure:
    """Three panels over the blocks, and one of the accuracy on held-out images over the rate.

    Args:
        table: Means over the seeds of what `nodal.tables.optimizers.optimizers` gives.
        rates: The same of `optimizer_rates`.
    """
    figure, axes = panels(2, 2, PAGE, 4.6)
    for panel, (title, columns) in zip(axes.ravel(), _PANELS, strict=False):
        for optimizer, rows in table.groupby("optimizer"):
            colour, marker, label = _LOOK[str(optimizer)]
            for name, (line, said) in columns.items():
                _line(panel, rows.sort_values("block"), "block", name, (colour, marker, line), label + said)
        panel.set(xlabel="block", ylabel=title)
        panel.set_xticks(sorted(table["block"].unique()))
        panel.set_ylim(bottom=0)
    tried = axes[1, 1]
    for optimizer, rows in rates.groupby("optimizer"):
        colour, marker, label = _LOOK[str(optimizer)]
        rows = rows.assign(rate=rows["rate_mean"]).sort_values("rate")
        _line(tried, rows, "rate", "accuracy_heldout", (colour, marker, "-"), label)
    tried.set(xscale="log", xlabel="learning rate", ylabel="accuracy on held-out images")
    axes[0, 0].legend()
    axes[1, 0].legend()
    for panel, which in zip(axes.ravel(), "abcd", strict=True):
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _line(
    axes: Axes, rows: pd.DataFrame, over: str, name: str, look: tuple[str, str, str], label: str
) -> None:
    colour, marker, line = look
    x, mean, sd = rows[over], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0)
    axes.plot(x, mean, line, color=colour, marker=marker, markersize=3, label=label)
    band(axes, x, mean - sd, mean + sd, colour)
