"""The few texts that Figure 11 shows of a data set of texts, with the attention that their tokens get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodal.files.parquet import read_table, write_table

_DEFINITIONS = {
    "text": "index of the test text",
    "label": "its label, predicted correctly",
    "head": "attention head that the label belongs to, counted from 1",
    "tokens": "the tokens of the text",
    "weights": "share of the head's attention that each token gets, mean over the text's tokens; of sum 1",
}


@dataclass(frozen=True)
class Sentence:
    """A text of T tokens.

    Attributes:
        text: Its index in the test split.
        label: Name of its label.
        head: The head that the label belongs to, counted from 1.
        tokens: Its tokens.
        weights: float32 [T], the share of the head's attention that each gets.
    """

    text: int
    label: str
    head: int
    tokens: Sequence[str]
    weights: NDArray[np.float32]


def write_sentences(path: str | Path, sentences: Sequence[Sentence], header: Mapping[str, Any]) -> None:
    """Write a row a text."""
    columns = {name: [getattr(each, name) for each in sentences] for name in _DEFINITIONS}
    write_table(path, columns, _DEFINITIONS, header)


def read_sentences(path: str | Path) -> tuple[list[Sentence], dict[str, Any]]:
    """What `write_sentences` wrote."""
    table, header = read_table(path)
    rows = [{**row, "weights": np.array(row["weights"], np.float32)} for row in table.to_pylist()]
    return [Sentence(**row) for row in rows], header
