"""Figure 11 of texts: the attention that each token gets from the head that the text's label belongs to."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nodal.figures.style import PAGE, drawn, head_colour, styled
from nodal.files.sentences import Sentence

_LINE = 0.2  # inches: the height of a row
_NAMES, _SIDE = 1.5, 0.75  # inches: the room for labels at the left and for numbers at the right
_WIDE = 0.602  # the width of a letter of the font of tokens, in its size
_SMALLEST, _LARGEST = 3.5, 6.5  # points


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
    longest = max(sum(len(token) + 1 for token in row) for row in rows)
    size = min(_LARGEST, max(_SMALLEST, 72 * room / longest / _WIDE))
    letters = 72 * room / size / _WIDE  # that stand in a row
    axes.set(xlim=(0, letters), ylim=(len(rows) - 0.5, -0.5))
    axes.axis("off")
    for place, (row, sentence) in enumerate(zip(rows, sentences, strict=True)):
        colour, at = head_colour(sentence.head), 0.0
        for token, weight in zip(row, sentence.weights / sentence.weights.max(), strict=True):
            width = len(token) + 0.6
            box = Rectangle(
                (at, place - 0.38), width, 0.76, color=colour, alpha=0.75 * float(weight), linewidth=0
            )
            axes.add_patch(box)
            axes.text(
                at + width / 2, place, token, family="DejaVu Sans Mono", size=size, ha="center", va="center",
                clip_on=True,
            )  # fmt: skip
            at += width + 0.4
        name = f"{drawn(sentence.label)}  (head {sentence.head})"
        axes.text(
            -0.01,
            place,
            name,
            size=5.5,
            color=colour,
            ha="right",
            va="center",
            transform=axes.get_yaxis_transform(),
        )
        most = f"{np.max(sentence.weights):.2f}"
        axes.text(1.02, place, most, size=5.5, ha="left", va="center", transform=axes.get_yaxis_transform())
    words = (
        f"Attention of {tap}: the share that each token gets from the head that the label belongs to, mean"
        " over the text's tokens.\nThe darkest token of a row has the share at its right. Of each head's"
        " labels those that it holds most often, of each the first test text that is right."
    )
    figure.text(0.5, 1 - 0.06 / height, words, size=6, ha="center", va="top")
    return figure
