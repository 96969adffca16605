"""Figure 3 and the gallery: matrices of single nodes, clipped, and permuted cluster by cluster."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from nodal.figures.cluster_display import CLUSTER, NOISE, display_order, permuted_kinds
from nodal.figures.fields import NAMED, draw_fields, field_bar, label_axes
from nodal.figures.style import PAGE, drawn, letter, panels, styled
from nodal.snp.clusters import Numbers

# By the numbers of `nodal.figures.cluster_display`: below the threshold, noise, in a cluster.
KIND_COLOURS = ("#FFFFFF", "#E69F00", "#0072B2")
KIND_NAMES = {CLUSTER: "in a cluster", NOISE: "noise: above the threshold, in no cluster"}
_LINE = 40  # characters of label names below a panel


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
    figure, axes = panels(len(examples), 3, PAGE, 2.5 * len(examples) + 0.2)
    for row, example in zip(axes, examples, strict=True):
        above = example.matrix > threshold
        image = draw_fields(row[0], example.matrix, names)
        row[1].imshow(above, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        label_axes(row[1], names)
        _draw_permuted(row[2], above, example.numbers, names)
        row[0].set_title(example.where)
        row[1].set_title(f"above {threshold:g} of the maximum")
        row[2].set_title(_counts(above, example.numbers))
    field_bar(image, ax=axes[:, 0].tolist(), location="left", shrink=0.7, aspect=30)
    figure.legend(handles=kind_patches(), loc="outside lower right", ncols=2)
    for panel, which in zip(axes[:, 0], "abcdefgh", strict=False):
        letter(panel, which)
    return figure


def _draw_permuted(axes: Axes, above: NDArray[np.bool_], numbers: Numbers, names: Sequence[str]) -> None:
    """The kinds cluster by cluster; places have no numbers there, so the clusters' labels are named."""
    draw_kinds(axes, permuted_kinds(above, numbers))
    label_axes(axes, [names[label] for label in display_order(numbers).tolist()])
    if len(names) > NAMED:
        axes.set(xticks=[], yticks=[])
    axes.set(
        xlabel=f"output label, by cluster\n{named_clusters(numbers, names, _LINE, 3)}",
        ylabel="input label, by cluster",
    )


def kind_patches() -> list[Patch]:
    """What the colours of `draw_kinds` mean, for a legend."""
    return [Patch(facecolor=KIND_COLOURS[kind], label=name) for kind, name in KIND_NAMES.items()]


def draw_kinds(axes: Axes, kinds: NDArray[np.int8]) -> None:
    """Draw what each element of a permuted matrix is: white, noise orange, clusters blue."""
    axes.imshow(kinds, cmap=ListedColormap(KIND_COLOURS), vmin=0, vmax=CLUSTER, interpolation="nearest")


def _counts(above: NDArray[np.bool_], numbers: Numbers) -> str:
    sizes = sorted(np.bincount(numbers[numbers >= 0]).tolist(), reverse=True)
    noise = int(above.sum()) - sum(size**2 for size in sizes)
    shown = ", ".join(map(str, sizes[:6])) + (", ..." if len(sizes) > 6 else "")
    return f"clusters of {shown or 'none'}\n{noise} elements of noise"


def named_clusters(numbers: Numbers, names: Sequence[str], width: int, lines: int) -> str:
    """The labels of each cluster in braces, the largest first, in so many lines of so many characters."""
    order = display_order(numbers)
    inside = order[numbers[order] >= 0]
    groups = [inside[numbers[inside] == number] for number in dict.fromkeys(numbers[inside].tolist())]
    text = " ".join("{" + " ".join(drawn(names[label]) for label in group) + "}" for group in groups)
    return textwrap.fill(text, width, max_lines=lines, placeholder=" ...")
