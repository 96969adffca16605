"""What Figure 11 draws of texts: every token once, shaded by its weight; a word where there is nothing."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nodal.figures.sentences import sentence_attention
from nodal.files.sentences import Sentence, read_sentences, write_sentences

SENTENCES = [
    Sentence(
        4, "pay", 1, ["[CLS]", "pay", "##s", "it", "[SEP]"], np.array([0.1, 0.5, 0.2, 0.1, 0.1], np.float32)
    ),
    Sentence(0, "a $label$", 2, ["[CLS]", " ", "é", "[SEP]"], np.array([0.25, 0.25, 0.4, 0.1], np.float32)),
]


def test_every_token_is_shaded_by_its_weight() -> None:
    (axes,) = sentence_attention(SENTENCES, "attention2").axes
    words = [text.get_text() for text in axes.texts]
    assert words == [
        *["[CLS]", "pay", "##s", "it", "[SEP]", "pay  (head 1)", "0.50"],
        *["[CLS]", "␣", "é", "[SEP]", "a $label$  (head 2)", "0.40"],
    ]
    shades = [patch.get_alpha() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert shades == pytest.approx(
        [0.15, 0.75, 0.3, 0.15, 0.15] + [0.75 * w / 0.4 for w in (0.25, 0.25, 0.4, 0.1)]
    )
    ends = [patch.get_x() + patch.get_width() for patch in axes.patches]
    assert max(ends) <= axes.get_xlim()[1]


def test_very_long_texts_end_with_the_page() -> None:
    tokens = ["letters"] * 25
    long = Sentence(1, "x" * 60, 1, tokens, np.full(25, 0.04, np.float32))
    (axes,) = sentence_attention([long], "attention2").axes
    assert axes.patches[-1].get_x() + axes.patches[-1].get_width() <= axes.get_xlim()[1]
    assert [text.get_text() for text in axes.texts].count("letters") == len(axes.patches) < 25
    assert "…" in [text.get_text() for text in axes.texts]


def test_nothing_to_show_is_said() -> None:
    figure = sentence_attention([], "attention2")
    assert "No text is shown for attention2" in figure.texts[0].get_text()


@pytest.mark.parametrize("sentences", [SENTENCES, []])
def test_file(tmp_path: Path, sentences: list[Sentence]) -> None:
    write_sentences(tmp_path / "s.parquet", sentences, {"tap": "attention2"})
    found, about = read_sentences(tmp_path / "s.parquet")
    assert about["tap"] == "attention2"
    assert [each.tokens for each in found] == [each.tokens for each in sentences]
    assert all((one.weights == other.weights).all() for one, other in zip(found, sentences, strict=True))
