"""Figure 2: how the performance of a single node is measured, on a node of the run."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray

from nodal.figures.fields import NEGATIVE, POSITIVE, draw_fields, field_bar
from nodal.figures.style import PAGE, drawn, letter, styled
from nodal.snp.matrix import Snp

_SHOWN = 17  # nodes drawn of a layer
_NAMED = 5  # outputs with names


@styled
def silencing_scheme(snp: Snp, node: int, tap: str, names: Sequence[str]) -> Figure:
    """The cut network, its FC layer with all nodes but one silenced, and the matrix that follows (Fig 2).

    Args:
        snp: The layer's SNP (single-nodal performance) matrices.
        node: The node that is not silenced.
        tap: Where the probe reads the network.
        names: Names of the labels.
    """
    figure = Figure(figsize=(PAGE, 2.9))
    cut, layer, matrix = figure.subplots(1, 3, width_ratios=[0.9, 1.1, 1.5])
    _network(cut, tap)
    _silenced(layer, snp, node, names)
    top = _product(matrix, snp, node, names)
    for panel, which in zip((cut, layer, top), "abc", strict=True):
        letter(panel, which)
    return figure


def _network(axes: Axes, tap: str) -> None:
    """The frozen part of the network from below, and the probe that is trained on it."""
    frozen, trained = "#DDDDDD", "#F7DC6F"
    parts = [
        ("inputs", "white"), ("blocks before the tap", frozen), (f"tap: {tap}", frozen),
        ("pooling", trained), ("FC to the labels", trained), ("fields", "white"),
    ]  # fmt: skip
    for height, (text, colour) in enumerate(parts):
        box = FancyBboxPatch((0.1, height + 0.2), 0.8, 0.5, "round,pad=0.05", facecolor=colour, linewidth=0.5)
        axes.add_patch(box)
        axes.text(0.5, height + 0.45, text, ha="center", va="center", fontsize=6)
        if height:
            arrow = {"arrowstyle": "->", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (0.5, height + 0.15), (0.5, height - 0.25), arrowprops=arrow)
    axes.set(xlim=(0, 1), ylim=(0, len(parts)), title="grey: the frozen network,\nyellow: the probe on it")
    axes.axis("off")


def _silenced(axes: Axes, snp: Snp, node: int, names: Sequence[str]) -> None:
    """The FC layer: some nodes on the left, all outputs on the right, only the weights of one node left."""
    nodes, labels = snp.weight.shape
    shown = np.unique(np.append(np.linspace(0, nodes - 1, min(_SHOWN, nodes)).round(), node)).astype(int)
    left, right = 1 - shown / max(nodes - 1, 1), 1 - np.arange(labels) / max(labels - 1, 1)
    start = left[shown == node][0]
    weight = snp.weight[node]
    silent = [[(0, y), (1, z)] for y in left for z in right[:: max(labels // 12, 1)]]
    axes.add_collection(LineCollection(silent, colors="#E8E8E8", linewidths=0.3, zorder=0))
    size = np.abs(weight) / np.abs(weight).max()
    lines = [[(0, start), (1, z)] for z in right]
    colours = np.where(weight > 0, POSITIVE, NEGATIVE)
    axes.add_collection(LineCollection(lines, colors=colours.tolist(), linewidths=1.6 * size, zorder=1))
    axes.plot(np.zeros(len(shown)), left, "o", color="white", markeredgecolor="#888888", markersize=4)
    axes.plot(0, start, "o", color="black", markersize=5)
    axes.plot(np.ones(labels), right, ".", color="black", markersize=1.5)
    axes.text(-0.06, start, f"node {node}", ha="right", va="center", fontsize=6)
    _name_outputs(axes, right, weight, names)
    axes.set(
        xlim=(-0.35, 1.45),
        ylim=(-0.04, 1.04),
        title=f"only the weights of node {node} left\n(red: positive, blue: negative)",
    )
    axes.axis("off")


def _name_outputs(
    axes: Axes, height: NDArray[np.float64], weight: NDArray[np.float32], names: Sequence[str]
) -> None:
    """Name the outputs with the largest weights, where no name is already close by."""
    taken: list[float] = []
    for label in np.argsort(-weight):
        if len(taken) < _NAMED and all(abs(height[label] - other) > 0.05 for other in taken):
            taken.append(height[label])
            axes.text(1.04, height[label], drawn(names[label]), va="center", fontsize=6)


def _product(axes: Axes, snp: Snp, node: int, names: Sequence[str]) -> Axes:
    """The matrix of mean fields, between the two factors it is the product of; the axes above it."""
    labels = np.arange(snp.weight.shape[1])
    image = draw_fields(axes, snp.matrices([node])[0], names)
    side = axes.inset_axes((1.03, 0, 0.22, 1), sharey=axes)
    side.barh(labels, snp.pooled_mean[node], height=1, color="#444444")
    side.set_title("mean pooled\nactivation", loc="left")
    top = axes.inset_axes((0, 1.03, 1, 0.22), sharex=axes)
    top.bar(labels, snp.weight[node], width=1, color=np.where(snp.weight[node] > 0, POSITIVE, NEGATIVE))
    top.set_ylabel("weight")
    for inset in (side, top):
        inset.tick_params(labelsize=5)
    side.tick_params(labelleft=False, left=False)
    top.tick_params(labelbottom=False, bottom=False)
    field_bar(image, cax=axes.inset_axes((1.33, 0, 0.05, 1)))
    return top
