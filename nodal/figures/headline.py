"""The headline: accuracy and signal-to-noise ratio block by block, beside every control."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    CHANCE,
    HELDOUT,
    OURS,
    PAGE,
    ROTATED,
    UNTRAINED,
    band,
    letter,
    of_seeds,
    panels,
    styled,
)  # fmt: skip

# Suffix of a series' columns, what it is called, and its colour; in the order in which they are drawn.
SERIES = (
    ("_shuffled", "nodes, weights shuffled", CHANCE),
    ("_untrained", "nodes of the untrained network", UNTRAINED),
    ("_rotated", "random directions", ROTATED),
    ("_heldout", "nodes, held-out inputs", HELDOUT),
    ("", "nodes", OURS),
)


@styled
def headline(accuracy: pd.DataFrame, ratio: pd.DataFrame) -> Figure:
    """Accuracy of the probes on the left, SNR on the right, a place a block; bands of one sd over seeds.

    Args:
        accuracy: Table 1 at one threshold.
        ratio: Table 2 there.
    """
    figure, ((left, right),) = panels(1, 2, PAGE, 3.0)
    _draw(left, accuracy, "accuracy")
    _draw(right, ratio, "snr")
    left.set(ylabel="accuracy of the block's probe", ylim=(0, 1))
    right.set_ylabel(f"SNR at threshold {ratio['threshold'].iloc[0]:g}")
    right.set_ylim(bottom=0)
    for panel, which in ((left, "a"), (right, "b")):
        panel.set_xlabel("block")
        letter(panel, which)
    handles, texts = right.get_legend_handles_labels()
    title = of_seeds(int(ratio["seeds"].iloc[0]))
    figure.legend(handles[::-1], texts[::-1], loc="outside lower center", ncols=len(texts), title=title)
    return figure


def _draw(axes: Axes, table: pd.DataFrame, name: str) -> None:
    rows = table.sort_values("block")
    for suffix, label, colour in SERIES:
        if f"{name}{suffix}_mean" in rows:
            mean, sd = rows[f"{name}{suffix}_mean"], rows[f"{name}{suffix}_sd"]
            axes.plot(rows["block"], mean, marker=".", color=colour, label=label)
            band(axes, rows["block"], mean - sd, mean + sd, colour)
    axes.set_xticks(rows["block"])
