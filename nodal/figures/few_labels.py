"""The study `few_labels`: labels that heads own of ten, beyond chance, and how well heads know them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    CHANCE,
    COLUMN,
    OURS,
    PAGE,
    UNTRAINED,
    letter,
    of_seeds,
    panels,
    styled,
)  # fmt: skip

_GAP = "#E69F00"
LIMIT = 0.05  # of the labels: so much more than chance is hardly more


@styled
def ten_labels(table: pd.DataFrame, joint: pd.DataFrame) -> Figure:
    """Labels owned, the excess over random heads with its interval, and accuracies, along the blocks.

    Args:
        table: Means over the seeds of the first table of `nodal.tables.few_labels.few_labels`.
        joint: The second one.
    """
    figure, ((owned, excess, accuracy),) = panels(1, 3, PAGE, COLUMN * 0.68)
    for name, label, colour, line in (
        ("owned", "heads", OURS, "-"), ("owned_null", "random heads", CHANCE, "--"),
        ("owned_untrained", "heads, untrained", UNTRAINED, ":"),
    ):  # fmt: skip
        _line(owned, table, name, label, colour, line)
    owned.margins(y=0.15)
    owned.set(ylabel="labels that belong to a head", ylim=(0, None))
    middle = joint["excess"]
    ends = [middle - joint["excess_low"], joint["excess_high"] - middle]
    excess.errorbar(joint["block"], middle, ends, fmt="o", color=OURS, markersize=3, elinewidth=0.8,
                    label="95 % interval")  # fmt: skip
    excess.margins(y=0.3)
    excess.axhline(0, color="black", linewidth=0.4)
    excess.axhline(LIMIT, color=CHANCE, linewidth=0.8, linestyle="--", label="limit of the claim")
    excess.set(ylabel="more than random heads own\n(share of the labels)")
    _line(accuracy, table, "accuracy", "probe", OURS, "-")
    _line(accuracy, table, "gap", "own head less others,\nits labels", _GAP, "--")
    accuracy.set(ylabel="test accuracy", ylim=(0, 1.05))
    for panel, which in zip((owned, excess, accuracy), "abc", strict=True):
        panel.set(xlabel="block", xticks=sorted(table["block"]))
        panel.legend()
        letter(panel, which)
    seeds = of_seeds(int(table["seeds"].max()))
    figure.suptitle(f"{seeds}, {int(joint['networks'].max())} networks", fontsize=6, x=0.99, ha="right")
    return figure


def _line(axes: Axes, table: pd.DataFrame, name: str, label: str, colour: str, line: str) -> None:
    axes.errorbar(
        table["block"], table[f"{name}_mean"], table[f"{name}_sd"].fillna(0), fmt=f"o{line}", color=colour,
        markersize=2.5, elinewidth=0.6, label=label,
    )  # fmt: skip
