"""Matrices of mean fields, in Figures 2 and 3 alike: one colour scale, its bar, names of few labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from nodal.figures.style import drawn

POSITIVE, NEGATIVE = "#B2182B", "#2166AC"  # as in the colour map
NAMED = 20  # labels for whose names there is room beside a matrix


def draw_fields(axes: Axes, matrix: NDArray[np.float32], names: Sequence[str]) -> AxesImage:
    """Draw a matrix [L, L] of fields over their maximum: red above 0, blue below, white at 0."""
    image = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest", aspect="equal")
    label_axes(axes, names)
    return image


def field_bar(image: AxesImage, **where: Any) -> Colorbar:
    """The scale of `draw_fields`. Its lower end is pointed: a field may lie below minus the maximum."""
    figure = image.get_figure(root=True)
    assert figure is not None
    return figure.colorbar(image, extend="min", label="mean field / maximum", **where)


def label_axes(axes: Axes, names: Sequence[str]) -> None:
    """Say that rows are input labels and columns output labels, and which, where there are few."""
    axes.set(xlabel="output label", ylabel="input label")
    axes.spines[:].set_visible(True)
    if len(names) <= NAMED:
        texts = [drawn(name) for name in names]
        axes.set_xticks(range(len(texts)), texts, rotation=90, fontsize=5)
        axes.set_yticks(range(len(texts)), texts, fontsize=5)
        axes.tick_params(length=0, pad=1)
