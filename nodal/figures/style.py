"""One look for all figures: sizes, type, and colours that tell apart to every eye.

Colours mean the same everywhere: measured, the chance or shuffled-weight control, random directions, the
untrained network, the paper's value, and one colour for each attention head (Okabe and Ito's palette).
"""

import math
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from nodal.files.atomic import replacing

P = ParamSpec("P")

_LONGEST = 28  # characters of a label's name that are drawn
_READABLE, _EM, _LINES = 6.5, 0.62, 3  # names that stand level: points, ems a character, lines at most
COLUMN, PAGE = 3.5, 7.2  # inches: the width of one column and of a page
OURS, CHANCE, PAPER = "#0072B2", "#8C8C8C", "#D55E00"
ROTATED, UNTRAINED, HELDOUT = "#009E73", "#CC79A7", "#56B4E9"
_HEADS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "xtick.labelsize": 6,
    "ytick.labelsize": 6,
    "legend.fontsize": 6,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,  # text stays text
    "text.parse_math": False,  # a dollar in a name is a dollar
    "figure.constrained_layout.use": True,
}


def _look() -> AbstractContextManager[None]:
    """The house's style over matplotlib's defaults: a user's own matplotlibrc changes no figure."""
    return matplotlib.style.context(["default", _STYLE])


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw a figure in the house's style."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with _look():
            return draw(*args, **kwargs)

    return drawn


def panels(
    rows: int, columns: int, width: float, height: float, **more: Any
) -> tuple[Figure, NDArray[np.object_]]:
    """A figure of so many panels: axes [rows, columns]; width and height in inches."""
    figure = Figure(figsize=(width, height))
    return figure, np.asarray(figure.subplots(rows, columns, squeeze=False, **more))


def head_colour(head: int) -> str:
    """The colour of an attention head, counted from 1."""
    return _HEADS[(head - 1) % len(_HEADS)]


def run_colour(number: int) -> str:
    """The colour of a run where several are compared, counted from 0."""
    return _HEADS[number % len(_HEADS)]


def letter(axes: Axes, which: str) -> None:
    """Name a panel at its upper left, as papers do."""
    axes.set_title(which, loc="left", fontweight="bold")


def band(axes: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, label: str = "") -> None:
    """A shaded range, behind everything else."""
    axes.fill_between(x, low, high, color=colour, alpha=0.25, linewidth=0, zorder=0, label=label or None)


def steps(axes: Axes, low: ArrayLike, high: ArrayLike, colour: str, label: str = "") -> None:
    """A shaded range a label, as wide as the places 0, 1, 2, ... at which the labels stand."""
    low, high = (np.append(each, np.asarray(each)[-1:]) for each in (low, high))
    axes.fill_between(
        np.arange(len(low)) - 0.5, low, high, step="post", color=colour, alpha=0.25, linewidth=0, zorder=0,
        label=label or None,
    )  # fmt: skip


def of_seeds(seeds: int, what: str = "mean and sd") -> str:
    """Of how many seeds a line or bar is, as legends and titles say it."""
    return f"{what} of {seeds} seeds" if seeds > 1 else "one seed"


def drawn(name: str) -> str:
    """A label's name as it stands in figures: on one line, of a very long one the beginning."""
    line = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", name)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def name_places(axes: Axes, names: Sequence[str], size: float = 4.5) -> None:
    """Write names of labels at the places 0, 1, 2, ..., without ticks.

    Short ones stand as one reads them, larger and on as many lines as they need, as an accent may be all
    that tells two of them apart; others stand upright, and of too many of those every n-th.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = 72 * 1.2 * figure.get_figwidth() * axes.get_position().width  # points; the layout adds a fifth
    texts = [drawn(name) for name in names]
    longest = _EM * _READABLE * (1 + max(map(len, texts), default=0))
    lines = math.ceil(len(texts) * longest / room)
    axes.tick_params(axis="x", length=0, pad=2)
    if lines <= _LINES:
        staggered = ["\n" * (place % lines) + text for place, text in enumerate(texts)]
        axes.set_xticks(range(len(texts)), staggered, fontsize=_READABLE, linespacing=1.3)
        return
    every = max(1, math.ceil(len(texts) * size / room))
    axes.set_xticks(range(0, len(texts), every), texts[::every], rotation=90, fontsize=size)


def save(figure: Figure, *paths: str | Path) -> None:
    """Write a figure as each file's ending says; the same figure gives the same bytes."""
    for path in map(Path, paths):
        dates = {"CreationDate": None} if path.suffix == ".pdf" else {}
        with replacing(path) as temporary, _look():
            figure.savefig(temporary, dpi=300, format=path.suffix[1:], metadata=dates)
