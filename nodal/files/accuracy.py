"""Correct answers by label on disk, of whole networks, of probes, and of parts of probes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nodal.files.parquet import read_frame, write_table

_DEFINITIONS = {
    "tap": "where the probe reads the network",
    "threshold": "threshold of the label sets",
    "mask": "how the kept weights were chosen",
    "stage": "masked: right after masking; retrained: after retraining",
    "density": "share of the weights of the masked layers that is kept",
    "part": "what was set to zero: a block, a branch or layer of it, an attention head",
    "block": "its block, counted from 1",
    "name": "its name within the block",
    "network": "the dense network, or what became of it",
    "parameters": "its weights and biases",
    "nonzero": "of these, not zero",
    "macs": "multiply-accumulates an input of its fully connected layers and convolutions",
    "macs_left": "of these, those with a weight that is not zero",
    "split": "split of the data set",
    "head": "attention head to whose nodes the FC was restricted, counted from 1; 0 = all nodes",
    "grouping": "number of the random grouping of the nodes, from 1, whose groups stand in for the heads",
    "label": "index of the label",
    "images": "images of the label in the split",
    "correct": "of these, images whose largest logit is their label's",
}


def write_accuracy(
    path: str | Path,
    rows: Iterable[tuple[Mapping[str, Any], ArrayLike, ArrayLike]],
    header: Mapping[str, Any],
) -> None:
    """Write counts by label.

    Args:
        path: The parquet file.
        rows: (keys, images [L], correct [L]) of each thing measured; keys are columns of their own.
        header: Run, seed, ...
    """
    frames = [
        pd.DataFrame(
            {**keys, "label": np.arange(len(np.asarray(images))), "images": images, "correct": correct}
        )
        for keys, images, correct in rows
    ]
    table = pd.concat(frames, ignore_index=True)
    columns = {name: table[name].to_numpy() for name in table.columns}
    write_table(path, columns, _DEFINITIONS, header)


def read_accuracy(path: str | Path) -> pd.DataFrame:
    """The table that `write_accuracy` wrote."""
    return read_frame(path)


def accuracy(counts: pd.DataFrame, **keys: object) -> float:
    """Share of correct answers over the rows whose keys have these values."""
    part = _rows(counts, keys)
    return float(part["correct"].sum() / part["images"].sum())


def accuracies(counts: pd.DataFrame, **keys: object) -> dict[str, float]:
    """The `accuracy` on test inputs, and `accuracy_heldout`, over the rows whose keys have these values."""
    return {
        "accuracy": accuracy(counts, split="test", **keys),
        "accuracy_heldout": accuracy(counts, split="heldout", **keys),
    }


def label_accuracy(counts: pd.DataFrame, **keys: object) -> NDArray[np.float64]:
    """Share of correct answers of each label, float64 [L], over the rows whose keys have these values."""
    part = _rows(counts, keys).sort_values("label")
    return (part["correct"] / part["images"]).to_numpy(np.float64)


def _rows(counts: pd.DataFrame, keys: Mapping[str, object]) -> pd.DataFrame:
    chosen = np.logical_and.reduce([counts[key] == value for key, value in keys.items()])
    return counts[chosen]
