"""Tokenizers: the same for the same texts, whatever their letters; ids, and -1 behind the end of a text."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.data.tokens import SPECIAL, token_ids, tokenizer_of, vocabulary_of
from tests.chain.workflow import ROOT

TEXTS = [
    "How do I pay my bills?",
    "How do I pay?",
    "pay it, pay all",
    "Überall, überall",
    "حساب حساب",
    "🙂🙂 ok ok",
]
PROGRAM = """
import sys
from nodal.data.tokens import tokenizer_of
print(tokenizer_of("wordpiece", [f"{a}{b} {b}{a}" for a in "abcdefgh" for b in "ijklmnäé"], 90).to_str())
"""


def test_pieces_of_words_do_not_depend_on_the_process() -> None:
    """The library's trainer, left to itself, numbers letters in another order each time."""
    command = [sys.executable, "-c", PROGRAM]
    first, second, third = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(3)
    )
    assert first == second == third
    assert '"##' in first


def test_words_are_put_together_from_pieces() -> None:
    tokenizer = tokenizer_of("wordpiece", TEXTS, 100)
    assert tokenizer.encode("Pay ALL").tokens[:2] == ["[CLS]", "pay"]
    assert tokenizer.encode("pay").tokens == ["[CLS]", "pay", "[SEP]"]
    assert "[UNK]" in tokenizer.encode("漢").tokens
    assert tokenizer.encode("ÜBERALL").tokens == tokenizer.encode("uberall").tokens
    assert vocabulary_of(tokenizer)[:4] == SPECIAL
    assert len(vocabulary_of(tokenizer_of("wordpiece", TEXTS, 60))) <= 60


def test_letters_as_they_stand() -> None:
    tokenizer = tokenizer_of("characters", ["aab\n", "Bb \n", "é e\u0301 "], 100)
    assert tokenizer.encode("aB\n é").tokens == ["[CLS]", "a", "[UNK]", "\n", " ", "é", "[SEP]"]
    assert vocabulary_of(tokenizer) == (*SPECIAL, " ", "\n", "a", "b", "é")
    assert len(vocabulary_of(tokenizer_of("characters", ["aabbcc"], 6))) == 6


@given(
    texts=st.lists(st.text(max_size=12), min_size=1, max_size=8),
    kind=st.sampled_from(["wordpiece", "characters"]),
)
def test_ids_stand_before_the_end_of_each_text(texts: list[str], kind: str) -> None:
    tokenizer = tokenizer_of(kind, TEXTS, 80)
    ids, cut, empty = token_ids(tokenizer, texts, 6)
    tokenizer.no_truncation()
    for number, (row, text) in enumerate(zip(ids.tolist(), texts, strict=True)):
        whole = tokenizer.encode(text).ids
        expected = whole if len(whole) <= 6 else [*whole[:5], whole[-1]]  # the mark of its end stays
        assert row == expected + [-1] * (ids.shape[1] - len(expected))
        assert (number in cut) == (len(whole) > 6)
        assert (number in empty) == (len(whole) == 2)


def test_a_tokenizer_from_a_file(tmp_path: Path) -> None:
    own = tokenizer_of("characters", TEXTS, 50)
    own.enable_padding(length=40)
    own.save(str(tmp_path / "tokenizer.json"))
    given_one = tokenizer_of(str(tmp_path / "tokenizer.json"), [], 0)
    assert (
        token_ids(given_one, ["pay"], 9)[0].tolist()
        == token_ids(tokenizer_of("characters", TEXTS, 50), ["pay"], 9)[0].tolist()
    )
    (tmp_path / "tokenizer.json").write_text("{}")
    for name in ("tokenizer.json", "none.json"):
        with pytest.raises(ValueError, match=r"is no tokenizer\.json") as caught:
            tokenizer_of(str(tmp_path / name), [], 0)
        assert "\n" not in str(caught.value)
