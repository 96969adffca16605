"""Figure 11 of texts: the attention that each token gets from the head that the text's label belongs to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nodal.figures.style import PAGE, drawn, head_colour, styled
from nodal.files.sentences import Sentence

_LINE = 0.2  # inches: the height of a row
_NAMES, _SIDE = 1.5, 0.75  # inches: the room for labels at the left and for numbers at the right
_WIDE = 0.602  # the width of a letter of the font of tokens, in its size
_SMALLEST, _LARGEST = 3.5, 6.5  # points
_ROOM = 3  # letters, at the end of the longest row


@styled
def sentence_attention(sentences: Sequence[Sentence], tap: str) -> Figure:
    """A text a row: each token shaded by its share of the head's attention (in the place of Fig 11).

    Args:
        sentences: The texts, head by head, if there are any.
        tap: Where the heads are.
    """
    figure = Figure(figsize=(PAGE, _LINE * max(1, len(sentences)) + 0.5))
    figure.set_layout_engine("none")
    if not sentences:
        words = (
            f"No text is shown for {tap}: the network does not give its attention, or no label that is"
            " predicted rightly belongs to a head."
        )
        figure.text(0.5, 0.5, words, ha="center", va="center")
        return figure
    height, room = figure.get_figheight(), PAGE - _NAMES - _SIDE
    axes = figure.add_axes((_NAMES / PAGE, 0, room / PAGE, _LINE * len(sentences) / height))
    rows = [[token.replace(" ", "␣") for token in each.tokens] for each in sentences]
    longest = _ROOM + max(sum(len(token) + 1 for token in row) for row in rows)
    size = min(_LARGEST, max(_SMALLEST, 72 * room / longest / _WIDE))
    axes.set(xlim=(0, 72 * room / size / _WIDE), ylim=(len(rows) - 0.5, -0.5))  # in letters and rows
    axes.axis("off")
    for place, (row, sentence) in enumerate(zip(rows, sentences, strict=True)):
        _draw_tokens(axes, place, row, sentence, size)
        beside: dict[str, Any] = {"size": 5.5, "va": "center", "transform": axes.get_yaxis_transform()}
        name = f"{drawn(sentence.label)}  (head {sentence.head})"
        axes.text(-0.01, place, name, color=head_colour(sentence.head), ha="right", **beside)
        axes.text(1.02, place, f"{np.max(sentence.weights):.2f}", ha="left", **beside)
    words = (
        f"Attention of {tap}: the share that each token gets from the head that the label belongs to, mean"
        " over the text's tokens.\nThe darkest token of a row has the share at its right. Of each head's"
        " labels those that it holds most often, of each the first test text that is right."
    )
    figure.text(0.5, 1 - 0.06 / height, words, size=6, ha="center", va="top")
    return figure


def _draw_tokens(axes: Axes, place: int, row: Sequence[str], sentence: Sentence, size: float) -> None:
    """The tokens of a text in their row; of one that is too long for the smallest letters, the beginning."""
    at, end = 0.0, axes.get_xlim()[1] - _ROOM + 1
    for token, weight in zip(row, sentence.weights / sentence.weights.max(), strict=True):
        width = len(token) + 0.6
        if at + width > end:
            axes.text(at, place, "…", size=size, va="center")
            break
        shade: dict[str, Any] = {
            "color": head_colour(sentence.head),
            "alpha": 0.75 * float(weight),
            "linewidth": 0,
        }
        axes.add_patch(Rectangle((at, place - 0.38), width, 0.76, **shade))
        middle = at + width / 2
        axes.text(middle, place, token, family="DejaVu Sans Mono", size=size, ha="center", va="center")
        at += width + 0.4
