"""What a claim asks for, found in the tables: cells, means, differences, ratios and trends."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nodal.claims.verdicts import Measured

Tables = Mapping[str, pd.DataFrame]


def measured(how: Mapping[str, Any], tables: Tables) -> Measured | None:
    """What a claim asks for, from the tables; None where they do not have it.

    Args:
        how: `{cell: table.column}`; `{mean: ...}` over the rows; `{difference: [a, b]}`;
            `{ratio: [a, b, ...]}`, the first over the others; `{trend: ..., along: column}`, the rank
            correlation. And `at`, which rows: values by column, `last` and `before_last` the largest two;
            `name`, for `describe`. The tables hold no values by seed, so only cells and means have an sd.
        tables: The final tables by name.
    """
    at = how.get("at", {})
    if any(name.partition(".")[0] not in tables for name in _names(how)):
        return None
    if "trend" in how:
        return _trend(how["trend"], how["along"], at, tables)
    if "mean" in how:
        return _mean_of_rows(how["mean"], at, tables)
    if "cell" in how:
        return _cell(how["cell"], at, tables)
    names = _names(how)
    places = at if isinstance(at, list) else [at] * len(names)
    found = [_cell(name, place, tables) for name, place in zip(names, places, strict=True)]
    values = [each.mean for each in found if each is not None]
    if len(values) < len(names):
        return None
    seeds = found[0].seeds if found[0] else 1
    if "difference" in how:
        return Measured(values[0] - values[1], seeds=seeds)
    divisor = float(np.prod(values[1:]))
    return Measured(values[0] / divisor, seeds=seeds) if divisor else None


def describe(how: Mapping[str, Any]) -> str:
    """What a measure is, in a few words: its name, or its column and mask."""
    if "name" in how:
        return str(how["name"])
    name = next(value for key, value in how.items() if key != "at")
    column = (name if isinstance(name, str) else name[0]).partition(".")[2].replace("_", " ")
    at = how.get("at", {})
    mask = (at[0] if isinstance(at, list) else at).get("mask")
    return f"{column}, {mask}" if mask else column


def _names(how: Mapping[str, Any]) -> list[str]:
    """The cells, `table.column`, that a measure is made of."""
    named = next(how[key] for key in ("trend", "mean", "cell", "difference", "ratio") if key in how)
    return [named] if isinstance(named, str) else list(named)


def _rows(name: str, at: Mapping[str, Any], tables: Tables) -> tuple[pd.DataFrame, str]:
    table_name, _, column = name.partition(".")
    table = tables[table_name]
    for key, value in at.items():
        if value in ("last", "before_last"):
            largest = sorted(table[key].unique())[::-1]
            place = ("last", "before_last").index(value)
            if place >= len(largest):
                return table.iloc[:0], column
            value = largest[place]
        fits = np.isclose(table[key], value) if isinstance(value, float) else table[key] == value
        table = table[fits]
    return table, column


def _cell(name: str, at: Mapping[str, Any], tables: Tables) -> Measured | None:
    rows, column = _rows(name, at, tables)
    if len(rows) != 1:
        return None
    row = rows.iloc[0]
    mean = row.get(f"{column}_mean", row.get(column))
    if mean is None or pd.isna(mean):
        return None
    return Measured(float(mean), float(row.get(f"{column}_sd", float("nan"))), int(row.get("seeds", 1)))


def _mean_of_rows(name: str, at: Mapping[str, Any], tables: Tables) -> Measured | None:
    rows, column = _rows(name, at, tables)
    values = rows[f"{column}_mean"].dropna()
    spread = rows[f"{column}_sd"].mean()
    return Measured(float(values.mean()), float(spread), int(rows["seeds"].max())) if len(values) else None


def _trend(name: str, along: str, at: Mapping[str, Any], tables: Tables) -> Measured | None:
    rows, column = _rows(name, at, tables)
    values = rows.sort_values(along)[f"{column}_mean"]
    if len(values) < 3:
        return None
    steps = np.diff(values)
    rank = float(np.corrcoef(values.rank(), np.arange(len(values)))[0, 1])
    return Measured(rank, seeds=int(rows["seeds"].max()), all_rise=bool((steps > 0).all()))
