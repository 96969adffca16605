"""The study `silencing`: accuracy and ratio over the share of silent nodes; what training again brings."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, ROTATED, band, letter, of_seeds, panels, styled

# Colours and names of the orders in which nodes are silenced.
_ORDERS = {
    "diagonal": (OURS, "fewest labels first"),
    "maximum": (PAPER, "smallest maximum first"),
    "selectivity": (ROTATED, "least selective first"),
    "random": (CHANCE, "random"),
}
_WAYS = {"masked": "silenced", "rest": "silenced, others trained", "those": "they alone trained"}


@styled
def silenced_nodes(curves: pd.DataFrame, table: pd.DataFrame, retrained: pd.DataFrame, tap: str) -> Figure:
    """Two panels of the tap whose probe is pruned, one of all blocks, one of what is trained again.

    Args:
        curves: What `nodal.tables.silencing.silencing_curves` gives.
        table: Means over the seeds of `silencing_table`.
        retrained: The same of `retrained_table`.
        tap: Name of the tap.
    """
    figure, ((accuracy, ratio), (blocks, again)) = panels(2, 2, PAGE, 4.6)
    here = curves[curves["tap"] == tap]
    for panel, name, said in (
        (accuracy, "accuracy", "test accuracy"),
        (ratio, "snr", "SNR of the others"),
    ):
        for order, (colour, label) in _ORDERS.items():
            _line(panel, here[here["order"] == order], "share", name, colour, label)
        panel.set(title=tap, xlabel="share of the nodes that are silent", ylabel=said, xlim=(0, 1))
    quarter = table[table["silenced"] == "quarter"]
    for order, (colour, label) in _ORDERS.items():
        _line(blocks, quarter[quarter["order"] == order], "block", "loss", colour, label, marker=".")
    blocks.set(title="a quarter of the nodes", xlabel="block", ylabel="test accuracy lost")
    blocks.set_xticks(sorted(quarter["block"].unique()))
    blocks.axhline(0, color="black", linewidth=0.4, zorder=0)
    _gains(again, retrained[retrained["silenced"] == "quarter"], retrained[retrained["order"] == "nothing"])
    again.set(title=f"{tap}, a quarter of the nodes", ylabel="gain in test accuracy")
    accuracy.legend()
    for panel, which in zip((accuracy, ratio, blocks, again), "abcd", strict=True):
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _line(
    axes: Axes, rows: pd.DataFrame, over: str, name: str, colour: str, label: str, marker: str = ""
) -> None:
    rows = rows.sort_values(over)
    x, mean, sd = rows[over], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0)
    axes.plot(x, mean, color=colour, marker=marker, label=label)
    band(axes, x, mean - sd, mean + sd, colour)


def _gains(axes: Axes, rows: pd.DataFrame, nothing: pd.DataFrame) -> None:
    """Three points an order, and one where all weights are trained again."""
    rows = pd.concat([rows.set_index("order").loc[list(_ORDERS)], nothing.set_index("order")])
    for number, ((way, said), colour) in enumerate(zip(_WAYS.items(), (CHANCE, OURS, PAPER), strict=True)):
        shown = rows if way == "rest" else rows.drop("nothing")
        axes.errorbar(
            np.arange(len(shown)) + (number - 1) * 0.2, shown[f"{way}_gain_mean"],
            shown[f"{way}_gain_sd"].fillna(0), fmt="o", color=colour, markersize=3, elinewidth=0.7,
            label=said,
        )  # fmt: skip
    axes.axhline(0, color="black", linewidth=0.4, zorder=0)
    names = [_ORDERS[order][1].replace(" ", "\n") for order in _ORDERS]
    axes.set_xticks(np.arange(len(rows)), [*names, "all\nweights"])
    axes.margins(y=0.25)
    axes.legend(loc="lower center", ncols=3, columnspacing=1, handletextpad=0.2)
