"""Figure 8: the labels of each attention head, how often every head holds them, how well it knows them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nodal.attention.chance import Band
from nodal.attention.ownership import Counts
from nodal.figures.style import CHANCE, PAGE, head_colour, name_places, panels, steps, styled

CROWDED = 18  # more labels than this need smaller names and marks


@styled
def owned_labels_and_accuracy(
    counts: Counts,
    owner: NDArray[np.int64],
    accuracy: NDArray[np.float64],
    chance: Band,
    names: Sequence[str],
    where: str,
) -> Figure:
    """For each head and its labels: appearances in every head, and test accuracy of every head alone (Fig 8).

    Args:
        counts: Appearances [H, L].
        owner: [L], head that each label belongs to, counted from 0; -1 for none.
        accuracy: [H, L], share of a label's test images that the head alone gets right.
        chance: Appearances in a head of random nodes.
        names: Names of the labels.
        where: The layer and the ratio, for the title.
    """
    heads = len(counts)
    figure, axes = panels(2, heads, PAGE, 3.7, sharey="row")
    for head in range(heads):
        upper, lower = axes[:, head]
        mine = np.flatnonzero(owner == head)
        noun = "label" if len(mine) == 1 else "labels"
        upper.set_title(f"head {head + 1}: {len(mine)} {noun}", color=head_colour(head + 1))
        if not len(mine):
            for panel in (upper, lower):
                panel.text(0.5, 0.5, "owns no label", ha="center", transform=panel.transAxes)
                panel.set_xticks([])
            continue
        places = np.arange(len(mine))
        steps(upper, chance.low[mine], chance.high[mine], CHANCE, "95 % range of random nodes")
        inside = counts[head, mine] <= chance.high[mine]
        _markers(upper, places, counts[:, mine], head, inside)
        _markers(lower, places, accuracy[:, mine], head, inside)
        lower.axhline(1 / len(names), color="black", linewidth=0.5, linestyle=":", label="a guess")
        for panel in (upper, lower):
            panel.set_xlim(-0.7, len(mine) - 0.3)
            small = 5 if len(mine) <= CROWDED else 3.8
            name_places(panel, [names[label] for label in mine.tolist()], small)
    axes[0, 0].set_ylabel("appearances in clusters")
    axes[1, 0].set_ylabel("test accuracy of one head")
    named = {
        text: handle
        for panel in figure.axes  # a head that owns no label names nothing
        for handle, text in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    if named:
        legend = figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=heads + 2)
        for handle in legend.legend_handles:
            if isinstance(handle, Line2D):
                handle.set_markersize(3.5)
    figure.suptitle(f"{where}\n(hollow: inside the range of random nodes)", fontsize=7)
    return figure


def _markers(
    axes: Axes, places: NDArray[np.intp], values: NDArray[np.generic], own: int, inside: NDArray[np.bool_]
) -> None:
    """A mark a head and label, side by side; the head whose labels these are stands out.

    Its mark is hollow where random nodes would hold the label as often.
    """
    small = 2.5 if len(places) <= CROWDED else 1.8
    for head, (row, aside) in enumerate(zip(values, np.linspace(-0.3, 0.3, len(values)), strict=True)):
        size = 1.7 * small if head == own else small
        axes.plot(
            places + aside, row, "o", color=head_colour(head + 1), label=f"head {head + 1}",
            markersize=size, clip_on=False,
        )  # fmt: skip
        if head == own and inside.any():
            axes.plot((places + aside)[inside], row[inside], "wo", markersize=0.6 * size, clip_on=False)
