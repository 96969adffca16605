"""All nodes of a layer on one sheet: what a researcher wants to browse."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.cluster_display import permuted_kinds
from nodal.figures.matrices import draw_kinds
from nodal.figures.style import panels, styled
from nodal.snp.clusters import Numbers
from nodal.snp.matrix import Snp

_WIDTH = 12.0  # inches
_GAP = 0.12  # of a matrix's side, between two


@styled
def gallery(snp: Snp, numbers: Numbers, threshold: float, tap: str) -> Figure:
    """The clipped matrix of every node permuted by its clusters, the node with most labels in clusters first.

    Args:
        snp: SNP (single-nodal performance) matrices of K nodes over L labels.
        numbers: int16 [K, L], cluster numbers, -1 outside.
        threshold: The threshold of the clusters.
        tap: Where the head reads the network.
    """
    nodes, labels = numbers.shape
    order = np.argsort(-(numbers >= 0).sum(axis=1), kind="stable")
    columns = int(np.ceil(np.sqrt(nodes * 1.6)))
    step = labels + max(int(_GAP * labels), 2)
    sheet = np.zeros((-(-nodes // columns) * step, columns * step), np.int8)
    figure, axes = panels(1, 1, _WIDTH, _WIDTH * sheet.shape[0] / sheet.shape[1] + 0.5)
    for place, node in enumerate(order):
        top, left = (step * each for each in divmod(place, columns))
        kinds = permuted_kinds(snp.matrices([node])[0] > threshold, numbers[node])
        sheet[top : top + labels, left : left + labels] = kinds
        axes[0, 0].text(left, top - 0.02 * labels, str(node), fontsize=4, va="bottom")
    panel = axes[0, 0]
    draw_kinds(panel, sheet)
    _frames(figure, [divmod(place, columns) for place in range(nodes)], step, labels)
    panel.set_title(
        f"{nodes} nodes of {tap} by number of labels in clusters; threshold {threshold:g}; "
        "blue: clusters, orange: noise",
        pad=10,
    )
    panel.axis("off")
    return figure


def _frames(figure: Figure, places: Sequence[tuple[int, int]], step: int, labels: int) -> None:
    """A thin frame around every matrix."""
    corners: NDArray[np.float64] = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * labels - 0.5
    for row, column in places:
        x, y = np.add(corners, (column * step, row * step)).T
        figure.axes[0].plot(x, y, color="#BBBBBB", linewidth=0.3)
