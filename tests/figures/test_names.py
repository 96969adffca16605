"""Names of labels are drawn as they are: no markup, on one line, in every figure that shows them."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from nodal.attention.chance import Band
from nodal.figures.attention_maps import Distribution, attention_maps
from nodal.figures.attention_maps import Example as Picture
from nodal.figures.head_counts import label_counts
from nodal.figures.head_labels import owned_labels_and_accuracy
from nodal.figures.label_accuracy import Split, accuracy_by_ownership
from nodal.figures.label_shares import Share, label_shares
from nodal.figures.matrices import Example, clipped_matrices
from nodal.figures.pruning_rule import connected_nodes
from nodal.figures.silencing import silencing_scheme
from nodal.figures.style import drawn, save
from nodal.figures.thresholds import SERIES, snr_curves
from nodal.snp.label_shares import Chance
from nodal.snp.matrix import Snp

HARD = (
    "Ba$$in", "$x^2$", "\\frac{1}{$", "_x_", "a_b^c", "\\", "%s {x}", "<b>&amp;", '"quoted"', "two\nlines",
    "a\tb", "bell\x07", "</script>", "{{ 7*7 }}", "nan", "\u202eevil",
    "Staffordshire bullterrier, Staffordshire bull terrier, and more of the kind",
    "\N{ROCKET}", "花", "سمكة",
)  # fmt: skip
LABELS = len(HARD)
RNG = np.random.default_rng(0)
COUNTS = np.stack([np.arange(LABELS), np.arange(LABELS)[::-1]])
OWNER = (COUNTS[1] > COUNTS[0]).astype(np.int64)
BAND = Band(np.full(LABELS, 1.0), np.full(LABELS, 3.0))
PAIRS = np.repeat(np.arange(LABELS // 2), 2).astype(np.int16)  # clusters of two
SETS = np.eye(LABELS, dtype=bool)
MAP, NO_IMAGES = np.ones((3, 2, 2), np.float32), Distribution(*np.empty((3, 0)))
PICTURE = Picture(
    np.zeros((3, 4, 4), np.uint8), MAP[0], MAP, MAP[0], np.ones(4, np.float32), 1, drawn(HARD[0])
)

FIGURES: dict[str, Callable[[], Figure]] = {
    "2": lambda: silencing_scheme(
        Snp(*RNG.normal(size=(2, 9, LABELS)).astype(np.float32)), 5, "block7", HARD
    ),
    "3": lambda: clipped_matrices([Example("x", np.ones((LABELS, LABELS), np.float32), PAIRS)], 0.3, HARD),
    "4": lambda: label_shares([Share(COUNTS[0], np.ones(LABELS), Chance(4.0, 2.0))], HARD, "x", None),
    "6": lambda: connected_nodes(SETS, SETS, SETS, "linear1", HARD),
    "7": lambda: label_counts(COUNTS, OWNER, BAND, HARD, "x"),
    "8": lambda: owned_labels_and_accuracy(COUNTS, OWNER, COUNTS / LABELS, BAND, HARD, "x"),
    "9": lambda: accuracy_by_ownership(
        COUNTS[0] / LABELS, {"a": Split(OWNER > 0, OWNER > 0, 0.2, 0.1)}, HARD, {}
    ),
    "11": lambda: attention_maps([PICTURE], {1: NO_IMAGES, 2: NO_IMAGES}, NO_IMAGES, "attention7"),
}


@pytest.mark.parametrize("number", FIGURES)
def test_figures_draw_names_as_they_are(number: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "Glyph .* missing")  # no font has every script
        figure = FIGURES[number]()
        save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    texts = list(words(figure))
    assert any(drawn(name) in text.get_text() for name in HARD for text in texts)
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize("number", ["4", "7", "9"])
def test_every_name_is_there_unchanged(number: str) -> None:
    last = FIGURES[number]().axes[-1]
    assert {text.get_text() for text in last.get_xticklabels()} == set(map(drawn, HARD))


def words(figure: Figure) -> Iterator[Text]:
    """All that is written in a figure."""
    return (artist for artist in figure.findobj(Text) if artist.get_text())


def test_a_name_stands_on_one_line_and_of_a_long_one_the_beginning() -> None:
    assert drawn("two\nlines\tor  three\x07") == "two lines or three "
    assert drawn("Staffordshire bullterrier, and more") == "Staffordshire bullterrier,…"
    assert drawn("x" * 28) == "x" * 28
    assert [drawn(name) for name in HARD if name.isprintable() and len(name) < 28] == [
        name for name in HARD if name.isprintable() and len(name) < 28
    ]


def test_our_own_mathematics_are_still_set(tmp_path: Path) -> None:
    curve = {name: np.ones((1, 3)) for name in SERIES.values()}
    figure = snr_curves(np.array([0.1, 0.2, 0.3]), {"block7": (curve, curve)}, {})
    label = figure.axes[1].yaxis.label
    assert (label.get_text(), label.get_parse_math()) == ("SNR$_{min}$", True)
