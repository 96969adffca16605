"""Figure 11: attention output fields of single images, and how alike field and image are over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nodal.claims.measures import SEEN
from nodal.figures.style import CHANCE, OURS, PAGE, letter, styled

_PICTURES, _PANELS = 8, 4  # that stand side by side
_PICTURE_HEIGHT, _PANEL_HEIGHT, _WORDS_HEIGHT = 1.35, 1.8, 0.8  # inches
_BESIDE = 4  # pictures beside those of single heads: image, luminance, all heads, all of the pruned network
_EDGES = np.linspace(0, 1, 21).tolist()
_SERIES = {"own": OURS, "others": "black", "control": CHANCE}


@dataclass(frozen=True)
class Example:
    """One image and its fields.

    Attributes:
        image: uint8 [3, S, S].
        luminance: float32 [side, side], its luminance at each token: what the maps are compared with.
        maps: float32 [H + 1, side, side] of all heads, then of each.
        pruned: float32 [side, side] of all heads of the pruned network.
        similarity: float32 [H + 2] of these maps, in this order, with the image.
        owner: Head that the image's label belongs to, counted from 1.
        title: Label, and why it is shown.
    """

    image: NDArray[np.uint8]
    luminance: NDArray[np.float32]
    maps: NDArray[np.float32]
    pruned: NDArray[np.float32]
    similarity: NDArray[np.float32]
    owner: int
    title: str


@dataclass(frozen=True)
class Distribution:
    """Absolute similarities of images and fields; nan is left out.

    Attributes:
        own: Of images whose label belongs to the head whose field it is.
        others: Of the other images.
        control: The fields of `own`, each with another image of its label.
    """

    own: NDArray[np.floating]
    others: NDArray[np.floating]
    control: NDArray[np.floating]


@styled
def attention_maps(
    examples: Sequence[Example], by_head: Mapping[int, Distribution], together: Distribution, tap: str
) -> Figure:
    """Maps of some images above, distributions over all test images, head by head, below (Fig 11).

    Args:
        examples: The images to show, if there are any.
        by_head: For each head, counted from 1: all test images.
        together: The heads taken together: images whose label belongs to a head, in that head and in others.
        tap: Where the fields are read.
    """
    lines = -(-(len(by_head) + _BESIDE) // _PICTURES) * len(examples)
    above = _PICTURE_HEIGHT * lines + 0.2
    below = _PANEL_HEIGHT * -(-len(by_head) // _PANELS) + _WORDS_HEIGHT
    figure = Figure(figsize=(PAGE, above + below))
    upper, lower = figure.subfigures(2, 1, height_ratios=[above, below])
    _draw_examples(upper, examples, lines)
    _draw_distributions(lower, by_head)
    if examples:
        letter(upper.axes[0], "a")
        letter(lower.axes[0], "b")
    lower.suptitle(f"Fields of {tap}, all test images. {_statement(together)}", fontsize=7)
    return figure


def _statement(together: Distribution) -> str:
    """How often one would see the similarity."""
    if not len(together.own):
        return "No label belongs to a head."
    own, others, control = (_share(getattr(together, name)) for name in _SERIES)
    return (
        f"Share of images with |similarity| > {SEEN}:\n{own} in the head that owns their label, "
        f"{others} in other heads, {control} in their own head with another image of the label"
    )


def _share(values: NDArray[np.floating]) -> str:
    """The share of similarities above what one sees."""
    finite = values[np.isfinite(values)]
    return f"{100 * (finite > SEEN).mean():.0f} %" if len(finite) else "(no image)"


def _draw_examples(part: SubFigure, examples: Sequence[Example], lines: int) -> None:
    """The images below each other, on as many lines of pictures as their heads need."""
    if not examples:
        words = "No image is shown: none that is predicted correctly has a label that belongs to a head."
        part.text(0.5, 0.5, words, ha="center", va="center")
        return
    words = (
        "Fields less their mean, each on its own scale (blue: below 0, red: above)\n"
        "Below each its similarity: the correlation with the luminance of the tokens' parts of the image"
    )
    part.suptitle(words, fontsize=7)
    panels = np.asarray(part.subplots(lines, _PICTURES, squeeze=False))
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for row, example in zip(panels.reshape(len(examples), -1), examples, strict=True):
        _draw_example(row, example)


def _draw_example(row: NDArray[np.object_], example: Example) -> None:
    """Image, luminance, all heads, the owner, the others, the pruned network; similarity under each map."""
    others = [head for head in range(1, len(example.maps)) if head != example.owner]
    picture, grey = row[:2]
    picture.imshow(example.image.transpose(1, 2, 0))
    picture.set_xlabel(example.title, fontsize=6)
    grey.imshow(example.luminance, cmap="Greys_r", interpolation="nearest")
    grey.set_title("luminance", fontsize=6)
    shown = [(0, "all heads"), (example.owner, f"head {example.owner}: its own")]
    shown += [(head, f"head {head}") for head in others]
    fields = [(example.maps[place], example.similarity[place], name) for place, name in shown]
    fields.append((example.pruned, example.similarity[-1], "all, pruned"))
    # The similarity does not depend on the mean, which would hide the map where it is large.
    for axes, (field, similar, name) in zip(row[2:], fields, strict=False):
        centred = field - field.mean()
        reach = float(np.abs(centred).max()) or 1.0
        axes.imshow(centred, cmap="RdBu_r", vmin=-reach, vmax=reach, interpolation="nearest")
        axes.set_title(name, fontsize=6)
        axes.set_xlabel(f"{similar:+.2f}", fontsize=6)
        axes.spines[:].set_visible(True)


def _draw_distributions(part: SubFigure, by_head: Mapping[int, Distribution]) -> None:
    """A panel a head, all of one scale."""
    columns = min(len(by_head), _PANELS)
    panels = np.asarray(part.subplots(-(-len(by_head) // columns), columns, sharey=True, squeeze=False))
    for axes, (head, distribution) in zip(panels.ravel(), by_head.items(), strict=False):
        _draw_distribution(axes, distribution)
        axes.set(title=f"head {head}", xlabel="|similarity|", xlim=(0, 1))
    for axes in panels.ravel()[len(by_head) :]:
        axes.axis("off")
    for axes in panels[:, 0]:
        axes.set_ylabel("share of images")
    panels[0, 0].set_ylim(0, 1.5 * panels[0, 0].get_ylim()[1])  # the shares stand above the histograms
    words = (
        "images of labels of the head",
        "of other labels",
        "of its labels, against another image of the label",
    )
    handles = [Line2D([], [], color=colour) for colour in _SERIES.values()]
    part.legend(handles, words, loc="outside lower center", ncols=len(words))


def _draw_distribution(axes: Axes, distribution: Distribution) -> None:
    """Histograms of the absolute similarity, and the shares above what one sees."""
    height = 0.93
    for name, colour in _SERIES.items():
        values = getattr(distribution, name)
        finite = values[np.isfinite(values)]
        if len(finite):
            weights = np.full(len(finite), 1 / len(finite))
            axes.hist(finite, _EDGES, weights=weights, histtype="step", color=colour, linewidth=0.8)
            words = f"> {SEEN}: {_share(finite)} of {len(finite):,}"
            axes.text(0.99, height, words, color=colour, fontsize=6, transform=axes.transAxes, ha="right")
            height -= 0.095
    axes.axvline(SEEN, ymax=0.65, color="black", linewidth=0.5, linestyle=":")
