"""The pictures of a study, each on one matplotlib axes: those given, or new ones."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nodal.attention.ownership import Counts
from nodal.figures.cluster_display import display_order, permuted_kinds
from nodal.figures.head_counts import by_owner
from nodal.figures.matrices import draw_kinds
from nodal.figures.style import CHANCE, HELDOUT, OURS, ROTATED, drawn
from nodal.snp.clusters import Numbers

_NAMED = 60  # labels for whose names there is room
_COLOURS = {"own": OURS, "heldout": HELDOUT, "shuffled": CHANCE, "rotated": ROTATED}


def clipped(
    above: NDArray[np.bool_], numbers: Numbers, names: Sequence[str], title: str, axes: Axes | None
) -> Axes:
    """A clipped matrix [L, L], permuted cluster by cluster (Fig 3, right)."""
    axes = _axes(axes)
    draw_kinds(axes, permuted_kinds(above, numbers))
    axes.set(title=title, xlabel="output label, by cluster", ylabel="input label, by cluster")
    shown = [drawn(names[label]) for label in display_order(numbers)]
    if len(shown) <= _NAMED:
        axes.set_xticks(range(len(shown)), shown, rotation=90)
        axes.set_yticks(range(len(shown)), shown)
    return axes


def ratios(by_variant: Mapping[str, float], title: str, axes: Axes | None) -> Axes:
    """The signal-to-noise ratio of each variant as a bar."""
    axes = _axes(axes)
    axes.bar(list(by_variant), list(by_variant.values()), color=[_COLOURS[name] for name in by_variant])
    axes.set(title=title, ylabel="signal-to-noise ratio")
    return axes


def appearances(
    counts: Counts, owner: NDArray[np.int64], names: Sequence[str], title: str, axes: Axes | None
) -> Axes:
    """How often each head holds each label [H, L], labels by the head that they belong to."""
    axes = _axes(axes)
    order = by_owner(counts, owner)
    image = axes.imshow(counts[:, order], cmap="Blues", vmin=0, aspect="auto", interpolation="nearest")
    axes.figure.colorbar(image, ax=axes, label="nodes of the head that hold the label")
    axes.set(title=title, xlabel="label, by the head it belongs to", ylabel="head")
    axes.set_yticks(range(len(counts)))
    if len(names) <= _NAMED:
        axes.set_xticks(range(len(names)), [drawn(names[label]) for label in order.tolist()], rotation=90)
    return axes


def _axes(given: Axes | None) -> Axes:
    return plt.subplots(layout="constrained")[1] if given is None else given
