"""The runs beside each other: accuracy, signal to noise, heads and pruning, each with its controls."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nodal.tables.show import compact

Row = dict[str, Any]
# What is taken of each table, by what it is called here.
UNIFIED = {
    "network_accuracy": "accuracy",
    "snr": "SNR of nodes, mean pooling where there is",
    "snr_rotated": "SNR of random directions, alike",
    "snr_untrained": "SNR of nodes, untrained, alike",
}
OWNERSHIP = {
    "owned": "labels with a head",
    "null": "labels with a head of random nodes",
    "untrained": "labels with a head, untrained",
}
MASKS = {
    "andc": "FC layer pruned by ANDC",
    "wanda": "FC layer pruned by Wanda",
    "random": "FC layer pruned at random",
    "unpruned": "FC layer unpruned",
}


def side_by_side(
    runs: Sequence[str], unified: Path | None, ownership: Path | None, pruning: Mapping[str, Path]
) -> list[Row]:
    """A row a number, with a cell a run: mean and sd over seeds as text, nothing where a run has it not.

    Args:
        runs: Names of the runs, in the order of the cells.
        unified: CSV table of all runs; none where no run has what it counts.
        ownership: The same, of attention heads.
        pruning: `table3_pruning.csv` of each run that has one.

    Returns:
        Rows with a `name` and `cells`. Of the last block, under mean pooling where the run has it, as only
        the same pooling compares; of the FC layer at the largest threshold, its sparsest mask.
    """
    found = {run: {**_last_block(unified, run), **_owned(ownership, run)} for run in runs}
    for run, path in pruning.items():
        found[run] |= _pruned(pd.read_csv(path))
    names = dict.fromkeys(name for numbers in found.values() for name in numbers)
    return [{"name": name, "cells": [found[run].get(name, "") for run in runs]} for name in names]


def _last_block(unified: Path | None, run: str) -> dict[str, str]:
    if unified is None:
        return {}
    table = pd.read_csv(unified)
    here = table[table["run"] == run]
    here = here[here["block"] == here["block"].max()]
    preferred = here[here["pooling"] == "mean"]
    return _texts(preferred if len(preferred) else here, UNIFIED)


def _owned(ownership: Path | None, run: str) -> dict[str, str]:
    if ownership is None:
        return {}
    table = pd.read_csv(ownership)
    here = table[table["run"] == run]
    return _texts(here[here["block"] == here["block"].max()], OWNERSHIP)


def _texts(table: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """These columns of the first row; nothing of a table without rows."""
    rows = compact(table.reset_index(drop=True)).head(1).to_dict("records")
    return {text: _spaced(row[name]) for row in rows for name, text in names.items()}


def _pruned(table: pd.DataFrame) -> dict[str, str]:
    fc = table[table["pruned"] == "fc"]
    fc = compact(fc[fc["threshold"] == fc["threshold"].max()].reset_index(drop=True)).set_index("mask")
    texts = {"FC layer, share of weights kept": _spaced(fc["density"]["andc"])}
    return texts | {text: _spaced(fc["retrained"][mask]) for mask, text in MASKS.items() if mask in fc.index}


def _spaced(text: str) -> str:
    return text.replace("+-", " ± ")
