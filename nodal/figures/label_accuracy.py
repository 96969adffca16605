"""Figure 9: whether the network is better at labels that belong to a head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, HELDOUT, OURS, PAGE, PAPER, letter, name_places, panels, styled

_ORDERED = "label, the best known first"
# The kinds of labels: of one layer, and of two together, with their colours.
_KINDS = {"of a head": OURS, "of no head": CHANCE}
_KINDS_OF_TWO = {"of a head in both": OURS, "in one of them": HELDOUT, "in neither": CHANCE}


@dataclass(frozen=True)
class Split:
    """The labels of one layer, or of two together, and how the accuracies of their kinds differ.

    Attributes:
        owned: Whether each label belongs to a head, of two layers in both: bool [L].
        in_some: The same, of two layers in at least one: bool [L].
        difference: Mean accuracy of the owned labels less that of all others.
        random_difference: How far those of random sets of as many labels differ, in 95 % of draws.
    """

    owned: NDArray[np.bool_]
    in_some: NDArray[np.bool_]
    difference: float
    random_difference: float

    def kinds(self) -> list[tuple[str, str, NDArray[np.bool_]]]:
        """Name, colour and labels, bool [L], of each kind: of one layer two, of two layers three."""
        partly = self.in_some & ~self.owned
        if partly.any():
            kinds, of_kind = _KINDS_OF_TWO, [self.owned, partly, ~self.in_some]
        else:
            kinds, of_kind = _KINDS, [self.owned, ~self.owned]
        return [(*kind, labels) for kind, labels in zip(kinds.items(), of_kind, strict=True)]

    def statement(self) -> str:
        """The difference beside what random sets give; nothing where one kind is empty."""
        if not np.isfinite(self.random_difference):
            return ""
        return (
            f": the first kind less all others {self.difference:+.3f}"
            f" (random sets: within ±{self.random_difference:.3f} in 95 %)"
        )


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
        kinds = split.kinds()
        for what, colour, kind in kinds:
            part = kind[order]
            mean = accuracy[kind].mean() if kind.any() else float("nan")
            text = f"{int(kind.sum())} labels {what}: {mean:.3f}"
            # Light, or the dashes of the mean would vanish on bars of their colour.
            panel.bar(places[part], accuracy[order][part], 0.8, color=colour, alpha=0.45, label=text)
            panel.axhline(mean, color=colour, linestyle="--", linewidth=0.9)
        for value, (what, _, _), line in zip(paper.get(layer, ()), kinds, ("-", ":"), strict=False):
            text = f"the paper, {what}: {value}"
            panel.axhline(value, color=PAPER, linewidth=0.8, linestyle=line, label=text)
        panel.set(ylabel="test accuracy", title=layer + split.statement(), xlim=(-0.7, len(names) - 0.3))
        _leave_room(panel, min([float(accuracy.min()), *paper.get(layer, ())]))
        handles, texts = panel.get_legend_handles_labels()  # the kinds of bars come last
        bars = -len(kinds)
        legend = handles[bars:] + handles[:bars], texts[bars:] + texts[:bars]
        panel.legend(*legend, loc="upper right", ncols=len(texts), handlelength=1.2, columnspacing=1)
    last = axes[-1, 0]
    name_places(last, [names[label] for label in order.tolist()])
    last.set_xlabel(_ORDERED)
    for panel, which in zip(axes[:, 0], "abcd", strict=False):
        letter(panel, which)
    return figure


def _leave_room(axes: Axes, lowest: float) -> None:
    """Start at a labelled value below the lowest one shown, and end above 1, where the legend stands."""
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(lowest - 0.02, 1)
    low = max(0.0, float(ticks[0]))
    axes.set_yticks([tick for tick in ticks if low <= tick <= 1])
    axes.set_ylim(low, 1 + 0.25 * (1 - low))
    axes.tick_params(axis="x", length=0)
