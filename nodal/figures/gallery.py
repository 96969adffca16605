"""All nodes of a layer on one sheet: what a researcher wants to browse."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.cluster_display import permuted_kinds
from nodal.figures.matrices import draw_kinds, kind_patches, named_clusters
from nodal.figures.style import panels, styled
from nodal.snp.clusters import Numbers
from nodal.snp.matrix import Snp

_EACH, _WIDEST = 1.25, 24.0  # inches: for a node, and the whole sheet
_SIZE, _LINES = 5, 3  # of the text above a matrix: points, and lines of labels
_ASIDE = 0.1  # of a matrix's side, between two beside each other


@styled
def gallery(snp: Snp, numbers: Numbers, threshold: float, tap: str, names: Sequence[str]) -> Figure:
    """The clipped matrix of every node permuted by its clusters, the node with most labels in clusters first.

    Above each stand its number and the labels of its clusters, the largest cluster first.

    Args:
        snp: SNP (single-nodal performance) matrices of K nodes over L labels.
        numbers: int16 [K, L], cluster numbers, -1 outside.
        threshold: The threshold of the clusters.
        tap: Where the probe reads the network.
        names: Names of the labels.
    """
    nodes, labels = numbers.shape
    order = np.argsort(-(numbers >= 0).sum(axis=1), kind="stable")
    columns = int(np.ceil(np.sqrt(nodes * 1.6)))
    width = min(_EACH * columns, _WIDEST)
    each = width / columns
    characters = int(72 * each / (0.62 * _SIZE))
    gap = int(labels * (1 + _ASIDE) * (_LINES + 1.3) * _SIZE * 1.2 / 72 / each) + 1
    step, across = labels + gap, labels + max(int(_ASIDE * labels), 1)
    sheet = np.zeros((-(-nodes // columns) * step + 1, columns * across), np.int8)
    figure, axes = panels(1, 1, width, width * sheet.shape[0] / sheet.shape[1] + 0.6)
    panel = axes[0, 0]
    places = [(place // columns * step + gap, place % columns * across) for place in range(nodes)]
    for (top, left), node in zip(places, order.tolist(), strict=True):
        kinds = permuted_kinds(snp.matrices([node])[0] > threshold, numbers[node])
        sheet[top : top + labels, left : left + labels] = kinds
        held = named_clusters(numbers[node], names, characters, _LINES)
        panel.text(left - 0.5, top - 0.5 - 0.02 * labels, f"node {node}\n{held}", fontsize=_SIZE, va="bottom")
    draw_kinds(panel, sheet)
    _frames(panel, places, labels)
    panel.set_title(f"{nodes} nodes of {tap} by number of labels in clusters; threshold {threshold:g}")
    figure.legend(handles=kind_patches(), loc="outside lower center", ncols=2)
    panel.axis("off")
    return figure


def _frames(axes: Axes, places: Sequence[tuple[int, int]], labels: int) -> None:
    """A thin frame around every matrix."""
    corners: NDArray[np.float64] = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * labels - 0.5
    for top, left in places:
        x, y = np.add(corners, (left, top)).T
        axes.plot(x, y, color="#BBBBBB", linewidth=0.3)
