"""Figure 8: the labels of each attention head, how often every head holds them, how well it knows them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, PAGE, head_colour, name_places, panels, steps, styled
from nodal.head_chance import Band
from nodal.heads import Counts


@styled
def figure8(
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
    figure, axes = panels(2, heads, PAGE, 3.4, sharey="row")
    for head in range(heads):
        upper, lower = axes[:, head]
        mine = np.flatnonzero(owner == head)
        upper.set_title(f"head {head + 1}: {len(mine)} labels", color=head_colour(head + 1))
        if not len(mine):
            for panel in (upper, lower):
                panel.text(0.5, 0.5, "owns no label", ha="center", transform=panel.transAxes)
                panel.set_xticks([])
            continue
        places = np.arange(len(mine))
        steps(upper, chance.low[mine], chance.high[mine], CHANCE, "random nodes (95 %)")
        _markers(upper, places, counts[:, mine], head)
        _markers(lower, places, accuracy[:, mine], head)
        lower.axhline(1 / len(names), color="black", linewidth=0.5, linestyle=":")
        for panel in (upper, lower):
            small = 5 if len(mine) <= 18 else 3.8
            name_places(panel, [names[label] for label in mine.tolist()], small)
    axes[0, 0].set_ylabel("appearances in clusters")
    axes[1, 0].set_ylabel("test accuracy of one head")
    handles, texts = axes[0, 0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, texts, loc="outside lower center", ncols=heads + 1)
    figure.suptitle(where, fontsize=7)
    return figure


def _markers(axes: Axes, places: NDArray[np.intp], values: NDArray[np.generic], own: int) -> None:
    """A mark a head and label; the head whose labels these are stands out."""
    for head, row in enumerate(values):
        size = 4.5 if head == own else 2.5
        colour = head_colour(head + 1)
        axes.plot(places, row, "o", color=colour, markersize=size, label=f"head {head + 1}", clip_on=False)
