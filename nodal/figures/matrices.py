"""Figure 3 and the gallery: matrices of single nodes, clipped, and permuted cluster by cluster."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.cluster_display import CLUSTER, display_order, permuted_kinds
from nodal.figures.style import PAGE, drawn, letter, panels, styled
from nodal.snp.clusters import Numbers

# By the numbers of `nodal.figures.cluster_display`: below the threshold, noise, in a cluster.
KIND_COLOURS = ("#FFFFFF", "#E69F00", "#0072B2")
_LINE = 48  # characters of label names below a panel


@dataclass(frozen=True)
class Example:
    """One node: where it is, its SNP (single-nodal performance) matrix, and its clusters.

    Attributes:
        where: Tap and number of the node, as the title says it.
        matrix: float32 [L, L], divided by its maximum; row = input label, column = output label.
        numbers: int16 [L], cluster number of each label, -1 outside.
    """

    where: str
    matrix: NDArray[np.float32]
    numbers: Numbers


@styled
def clipped_matrices(examples: Sequence[Example], threshold: float, names: Sequence[str]) -> Figure:
    """A row a node: its matrix, the clipped matrix, and the same permuted cluster by cluster (Fig 3)."""
    figure, axes = panels(len(examples), 3, PAGE, 2.45 * len(examples))
    for row, example in zip(axes, examples, strict=True):
        above = example.matrix > threshold
        image = row[0].imshow(example.matrix, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
        figure.colorbar(image, ax=row[0], shrink=0.8, label="mean field / maximum")
        row[1].imshow(above, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        draw_kinds(row[2], permuted_kinds(above, example.numbers))
        row[0].set_title(example.where)
        row[1].set_title(f"above {threshold:g} of the maximum")
        row[2].set_title(_counts(above, example.numbers))
        for panel in row:
            panel.set(xlabel="output label", ylabel="input label")
            panel.spines[:].set_visible(True)
        order = f"label, by cluster\n{_named(example.numbers, names)}"
        row[2].set(xlabel=f"output {order}", ylabel="input label, by cluster")
    for panel, which in zip(axes[:, 0], "abcdefgh", strict=False):
        letter(panel, which)
    return figure


def draw_kinds(axes: Axes, kinds: NDArray[np.int8]) -> None:
    """Draw what each element of a permuted matrix is: white, noise orange, clusters blue."""
    axes.imshow(kinds, cmap=ListedColormap(KIND_COLOURS), vmin=0, vmax=CLUSTER, interpolation="nearest")


def _counts(above: NDArray[np.bool_], numbers: Numbers) -> str:
    sizes = sorted(np.bincount(numbers[numbers >= 0]).tolist(), reverse=True)
    noise = int(above.sum()) - sum(size**2 for size in sizes)
    shown = ", ".join(map(str, sizes[:6])) + (", ..." if len(sizes) > 6 else "")
    return f"clusters of {shown or 'none'}; noise {noise}"


def _named(numbers: Numbers, names: Sequence[str]) -> str:
    """The labels of the clusters that have several, the largest first, in two lines at most."""
    order = display_order(numbers)
    inside = order[numbers[order] >= 0]
    groups = [inside[numbers[inside] == number] for number in dict.fromkeys(numbers[inside].tolist())]
    text = "; ".join(" ".join(drawn(names[label]) for label in group) for group in groups if len(group) > 1)
    return textwrap.fill(text, _LINE, max_lines=2, placeholder=" ...")
