"""Figure 11: attention output fields of single images, and how alike field and image are over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, letter, styled

HIGH = 0.5  # a similarity that one sees


@dataclass(frozen=True)
class Example:
    """One image and its fields.

    Attributes:
        image: uint8 [3, S, S].
        maps: float32 [H + 1, T] of all heads, then of each.
        pruned: float32 [T] of all heads of the pruned network.
        similarity: float32 [H + 2] of these maps, in this order, with the image.
        owner: Head that the image's label belongs to, counted from 1.
        title: Label, and why it is shown.
    """

    image: NDArray[np.uint8]
    maps: NDArray[np.float32]
    pruned: NDArray[np.float32]
    similarity: NDArray[np.float32]
    owner: int
    title: str


@dataclass(frozen=True)
class Distribution:
    """Absolute similarities of one head over all test images: its own labels, others, and the control."""

    own: NDArray[np.floating]
    others: NDArray[np.floating]
    control: NDArray[np.floating]


@styled
def figure11(examples: Sequence[Example], distributions: Mapping[int, Distribution], tap: str) -> Figure:
    """Maps of some images above, distributions over all test images, head by head, below (Fig 11)."""
    heads = len(distributions)
    figure = Figure(figsize=(PAGE, 1.35 * max(len(examples), 1) + 2.2))
    parts = figure.subfigures(2, 1, height_ratios=[1.35 * max(len(examples), 1), 2.2])
    upper = np.asarray(parts[0].subplots(max(len(examples), 1), heads + 3, squeeze=False))
    if not examples:
        parts[0].text(0.5, 0.5, "no label belongs to a head: nothing to show", ha="center")
        for panel in upper.ravel():
            panel.axis("off")
    for row, example in zip(upper, examples, strict=False):
        _draw_example(row, example)
    lower = np.asarray(parts[1].subplots(1, heads, sharey=True, squeeze=False))[0]
    for panel, (head, distribution) in zip(lower, distributions.items(), strict=True):
        _draw_distribution(panel, distribution)
        panel.set(title=f"head {head}", xlabel="|similarity|", xlim=(0, 1))
    lower[0].set(ylabel="share of images", ylim=(0, 1.3 * lower[0].get_ylim()[1]))
    handles, texts = lower[0].get_legend_handles_labels()
    parts[1].legend(handles, texts, loc="outside lower center", ncols=3)
    parts[1].suptitle(f"all test images, fields of {tap}", fontsize=7)
    letter(upper[0, 0], "a")
    letter(lower[0], "b")
    return figure


def _draw_example(row: NDArray[np.object_], example: Example) -> None:
    """Image, all heads, the owner, the others, the pruned network; the correlation under each map."""
    heads = len(example.maps) - 1
    others = [head for head in range(1, heads + 1) if head != example.owner]
    picture: Axes = row[0]
    picture.imshow(example.image.transpose(1, 2, 0))
    picture.set_xlabel(example.title, fontsize=5)
    shown = [(0, "all heads"), (example.owner, f"head {example.owner}: its own")]
    shown += [(head, f"head {head}") for head in others]
    panels = [(example.maps[place], example.similarity[place], name) for place, name in shown]
    panels.append((example.pruned, example.similarity[-1], "all, pruned"))
    for axes, (field, similar, name) in zip(row[1:], panels, strict=True):
        side = round(len(field) ** 0.5)
        reach = float(np.abs(field - field.mean()).max()) or 1.0
        centred = (field - field.mean()).reshape(side, side)
        axes.imshow(centred, cmap="RdBu_r", vmin=-reach, vmax=reach, interpolation="nearest")
        axes.set_title(name, fontsize=6)
        axes.set_xlabel(f"{similar:+.2f}", fontsize=6)
    for axes in row:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(True)


def _draw_distribution(axes: Axes, distribution: Distribution) -> None:
    """Histograms of the absolute similarity, and the shares above what one sees."""
    edges = np.linspace(0, 1, 21).tolist()
    series = (
        ("its own labels", distribution.own, OURS),
        ("other labels", distribution.others, PAPER),
        ("own labels, another image", distribution.control, CHANCE),
    )
    lines = []
    for name, values, colour in series:
        finite = values[np.isfinite(values)]
        if len(finite):
            weights = np.full(len(finite), 1 / len(finite))
            axes.hist(finite, edges, weights=weights, histtype="step", color=colour, label=name)
            lines.append((f"{100 * (finite > HIGH).mean():.0f} %", colour))
    axes.axvline(HIGH, color="black", linewidth=0.5, linestyle=":")
    for number, (text, colour) in enumerate(lines):
        place = (0.97, 0.92 - 0.11 * number)
        axes.text(*place, text, color=colour, ha="right", transform=axes.transAxes, fontsize=6)
    axes.text(
        0.97, 0.92 - 0.11 * len(lines), f"above {HIGH}", ha="right", transform=axes.transAxes, fontsize=5
    )
