"""Figure 6: the ANDC (applied nodal diagonal connections) rule, on nodes of a pruned layer of the run."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import OURS, PAGE, drawn, letter, panels, styled
from nodal.pruning.andc import Sets

_NODES = 5  # drawn on each side
_LINE = 22  # characters of a node's label set


@styled
def connected_nodes(
    inputs: Sets, outputs: Sets, mask: NDArray[np.bool_], layer: str, names: Sequence[str]
) -> Figure:
    """Some nodes of a layer with their label sets: connected all to all, and as the rule leaves them (Fig 6).

    Args:
        inputs: bool [K_in, L], label sets of the layer's inputs.
        outputs: bool [K_out, L], those of its outputs.
        mask: bool [K_out, K_in], the weights that the rule keeps.
        layer: Name of the layer.
        names: Names of the labels.
    """
    figure, axes = panels(1, 2, PAGE, 2.9)
    left, right = quantile_nodes(inputs), quantile_nodes(outputs)
    part = mask[np.ix_(right, left)]
    titles = (f"{layer}: all {mask.size:,} weights", f"after ANDC: {100 * mask.mean():.0f} % of them kept")
    for panel, kept, title, which in zip(axes[0], (np.ones_like(part), part), titles, "ab", strict=True):
        _connections(panel, kept)
        _nodes(panel, 0.0, inputs, left, names, "right")
        _nodes(panel, 1.0, outputs, right, names, "left")
        for x, side in ((0.0, "inputs"), (1.0, "outputs")):
            panel.text(x, 1.1, side, ha="center")
        panel.set(xlim=(-0.75, 1.75), ylim=(-0.1, 1.15), title=title)
        panel.axis("off")
        letter(panel, which)
    return figure


def quantile_nodes(sets: Sets) -> NDArray[np.intp]:
    """The nodes that stand at 10, 30, 50, 70 and 90 % of all, ordered by the size of their label set."""
    order = np.argsort(sets.sum(axis=1), kind="stable")
    places = np.unique(((np.arange(_NODES) + 0.5) / _NODES * len(order)).astype(int))
    return order[places]


def _heights(count: int) -> NDArray[np.float64]:
    return np.linspace(1, 0, count)


def _connections(axes: Axes, kept: NDArray[np.bool_]) -> None:
    """Lines from the inputs on the left to the outputs on the right; pruned ones light grey and behind."""
    outputs, inputs = (_heights(count) for count in kept.shape)
    for (output, source), keep in np.ndenumerate(kept):
        colour, width, order = (OURS, 1.0, 2) if keep else ("#DDDDDD", 0.6, 1)
        ends = [inputs[source], outputs[output]]
        axes.plot([0, 1], ends, color=colour, linewidth=width, zorder=order)


def _nodes(
    axes: Axes, x: float, sets: Sets, nodes: NDArray[np.intp], names: Sequence[str], side: str
) -> None:
    """Circles, with the labels in each node's clusters written outside."""
    for node, y in zip(nodes, _heights(len(nodes)), strict=True):
        axes.plot(x, y, "o", color="white", markeredgecolor="black", markersize=6, zorder=3)
        text = f"node {node}\n{_set_text(sets[node], names)}"
        shift = -0.07 if side == "right" else 0.07
        axes.text(x + shift, y, text, ha=side, va="center", fontsize=6)


def _set_text(held: NDArray[np.bool_], names: Sequence[str]) -> str:
    """The labels of a set, cut off where the line is full, on two lines at most."""
    words = [drawn(names[label]) for label in np.flatnonzero(held).tolist()]
    shown: list[str] = []
    while words and len(" ".join([*shown, words[0]])) <= _LINE:
        shown.append(words.pop(0))
    rest = f" +{len(words)}" if words else ""
    return "{" + " ".join(shown) + rest + "}"
