"""Figure 9: whether the network is better at labels that belong to a head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, letter, name_places, panels, styled

_ORDERED = "labels, the best known first"
_KINDS = "of a head", "of none"


@dataclass(frozen=True)
class Split:
    """The labels of one layer that belong to a head, bool [L], and how far means of random sets differ."""

    owned: NDArray[np.bool_]
    random_difference: float


@styled
def accuracy_by_ownership(
    accuracy: NDArray[np.float64],
    layers: Mapping[str, Split],
    names: Sequence[str],
    paper: Mapping[str, tuple[float, ...]],
) -> Figure:
    """A panel a layer: accuracy of each label, those that belong to a head apart from the rest (Fig 9).

    Args:
        accuracy: [L], share of each label's test images that the network gets right.
        layers: What belongs to a head, by layer.
        names: Names of the labels.
        paper: The paper's means of both kinds by layer, where they are to be compared.
    """
    figure, axes = panels(len(layers), 1, PAGE, 1.7 * len(layers) + 0.3, sharex=True)
    order = np.argsort(-accuracy, kind="stable")
    places = np.arange(len(accuracy))
    for panel, (layer, split) in zip(axes[:, 0], layers.items(), strict=True):
        owned = split.owned[order]
        for part, colour, what in ((owned, OURS, _KINDS[0]), (~owned, CHANCE, _KINDS[1])):
            mean = accuracy[order][part].mean() if part.any() else float("nan")
            text = f"{int(part.sum())} labels {what}: {mean:.3f}"
            # Light, or the dashes of the mean would vanish on bars of their colour.
            panel.bar(places[part], accuracy[order][part], 0.8, color=colour, alpha=0.45, label=text)
            panel.axhline(mean, color=colour, linestyle="--", linewidth=0.9)
        for value, what, line in zip(paper.get(layer, ()), _KINDS, ("-", ":"), strict=False):
            text = f"the paper, {what}: {value}"
            panel.axhline(value, color=PAPER, linewidth=0.8, linestyle=line, label=text)
        if np.isfinite(split.random_difference):
            range_ = f"random sets differ by up to {split.random_difference:.3f} (95 %)"
            panel.plot([], [], " ", label=range_)
        panel.set(ylabel="test accuracy", title=layer, xlim=(-0.7, len(names) - 0.3))
        _leave_room(panel, accuracy)
        handles, texts = panel.get_legend_handles_labels()  # the two kinds of bars come last
        panel.legend(handles[-2:] + handles[:-2], texts[-2:] + texts[:-2], loc="upper right", ncols=3)
    last = axes[-1, 0]
    name_places(last, [names[label] for label in order.tolist()])
    last.set_xlabel(_ORDERED)
    for panel, which in zip(axes[:, 0], "abcd", strict=False):
        letter(panel, which)
    return figure


def _leave_room(axes: Axes, accuracy: NDArray[np.float64]) -> None:
    """Start near the lowest label, and end above 1, where the legend stands."""
    low = max(0.0, float(accuracy.min()) - 0.1)
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= 1])
    axes.set_ylim(low, 1 + 0.25 * (1 - low))
    axes.tick_params(axis="x", length=0)
