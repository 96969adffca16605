"""Figure 7: in how many clusters of each attention head's nodes each label is."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from nodal.attention.chance import Band
from nodal.attention.ownership import Counts
from nodal.figures.style import CHANCE, PAGE, head_colour, letter, name_places, panels, steps, styled

NAMED = 110  # labels for whose names there is room


@styled
def label_counts(
    counts: Counts, owner: NDArray[np.int64], chance: Band, names: Sequence[str], where: str
) -> Figure:
    """A panel a head, labels ordered by the head they belong to (Fig 7).

    Args:
        counts: Appearances [H, L].
        owner: [L], head that each label belongs to, counted from 0; -1 for none.
        chance: Appearances in a head of random nodes.
        names: Names of the labels.
        where: The layer and the ratio, for the title.
    """
    heads, labels = counts.shape
    order = by_owner(counts, owner)
    figure, axes = panels(heads, 1, PAGE, 1.05 * heads + 0.6, sharex=True, sharey=True)
    places = np.arange(labels)
    for head, panel in enumerate(axes[:, 0]):
        colour = head_colour(head + 1)
        own = owner[order] == head
        more = counts[head, order] > chance.high[order]
        styles = (
            (~own, {"color": colour, "alpha": 0.3}),
            (own & more, {"color": colour}),
            (own & ~more, {"facecolor": "white", "edgecolor": colour, "linewidth": 0.7, "hatch": "//////"}),
        )
        for part, style in styles:
            panel.bar(places[part], counts[head, order][part], 0.8, **style)
        steps(panel, chance.low[order], chance.high[order], CHANCE, "")
        panel.yaxis.set_major_locator(MaxNLocator(integer=True))
        panel.tick_params(axis="x", length=0)
        panel.set(ylabel=f"head {head + 1}", xlim=(-0.7, labels - 0.3))
        letter(panel, chr(ord("a") + head))
    axes[0, 0].set_title(where)
    last = axes[-1, 0]
    if labels <= NAMED:
        name_places(last, [names[label] for label in order.tolist()])
    last.set_xlabel("label, by the head it belongs to; those of no head last")
    figure.supylabel("appearances in clusters", fontsize=7)
    figure.legend(handles=_meanings(), loc="outside lower center", ncols=4)
    return figure


def _meanings() -> list[Patch]:
    """What the kinds of bars mean, for a legend: grey stands for the colour of any head."""
    dark = "#444444"
    return [
        Patch(facecolor=dark, label="belongs to this head"),
        Patch(facecolor="white", edgecolor=dark, hatch="//////", label="does, but inside the range"),
        Patch(facecolor=dark, alpha=0.3, label="does not"),
        Patch(facecolor=CHANCE, alpha=0.25, label="95 % range of a head of random nodes, label by label"),
    ]


def by_owner(counts: Counts, owner: NDArray[np.int64]) -> NDArray[np.intp]:
    """Labels by head, the most frequent first; those of no head last."""
    heads = len(counts)
    group = np.where(owner >= 0, owner, heads)
    own = np.where(owner >= 0, counts[owner, np.arange(len(owner))], counts.max(axis=0))
    return np.lexsort((np.arange(len(owner)), -own, group))
