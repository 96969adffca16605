"""What a claim asks for, found in the tables: cells, means, differences, ratios and trends, seed by seed."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import sub, truediv
from typing import Any

import numpy as np
import pandas as pd

from nodal.claims.evidence import Measured, over_seeds, slope

Tables = Mapping[str, pd.DataFrame]
# Rows by their place along the depth, from the sorted values of the column.
_PLACES: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "last": lambda ordered: ordered[-1:],
    "before_last": lambda ordered: ordered[-2:-1],
    "earlier": lambda ordered: ordered[:-2],
}
_FORMS = ("trend", "mean", "most", "cell", "difference", "ratio")


def measured(how: Mapping[str, Any], tables: Tables) -> Measured | None:
    """What a claim asks for, from the tables; None where they do not have it.

    Args:
        how: `{cell: table.column}`; `{mean: ...}` over the rows of a seed; `{most: ...}`, the row with the
            largest upper end; `{difference: [a, b]}`; `{ratio: [a, b, ...]}`, the first over the others;
            `{trend: ..., along: column}`, the slope of the means. And `at`, which rows: values by column,
            `last` and `before_last` the largest two, `earlier` all others, but where the column itself has
            that word; `name`, for `describe`.
        tables: By name: a row a seed, where there is a column `seed`; else numbers of all seeds, `<column>`
            or `<column>_mean`, perhaps with their intervals in `<column>_low` and `<column>_high`.
    """
    names, at = _names(how), how.get("at", {})
    if any(name.partition(".")[0] not in tables for name in names):
        return None
    places = at if isinstance(at, list) else [at] * len(names)
    rows = [_rows(name, place, tables) for name, place in zip(names, places, strict=True)]
    if any(part.empty or not {column, f"{column}_mean"} & set(part) for part, column in rows):
        return None
    if "trend" in how:
        return _trend(*rows[0], how["along"])
    if "most" in how:
        part, column = rows[0]
        return _with_interval(part.loc[[part[f"{column}_high"].idxmax()]], column)
    return _combined(
        [_cell(*each, average="mean" in how) for each in rows], truediv if "ratio" in how else sub
    )


def describe(how: Mapping[str, Any]) -> str:
    """What a measure is, in a few words: its name, or its column and mask, of a slope that it is one."""
    if "name" in how:
        return str(how["name"])
    at = how.get("at", {})
    at = at[0] if isinstance(at, list) else at
    column = _names(how)[0].partition(".")[2]
    column = at.get("measure", column) if column == "value" else column
    column = column.replace("_", " ").replace("snr", "SNR")
    column = f"slope of {column}" if "trend" in how else column
    return f"{column}, {at['mask']}" if "mask" in at else column


def _names(how: Mapping[str, Any]) -> list[str]:
    """The cells, `table.column`, that a measure is made of."""
    named = next(how[key] for key in _FORMS if key in how)
    return [named] if isinstance(named, str) else list(named)


def _rows(name: str, at: Mapping[str, Any], tables: Tables) -> tuple[pd.DataFrame, str]:
    table_name, _, column = name.partition(".")
    table = tables[table_name]
    for key, value in at.items():
        # A column that mixes numbers and words is text, and is read as numbers where there is no word.
        found = table[key].astype(str) if isinstance(value, str) else table[key]
        if value in _PLACES and not (found == value).any():
            wanted = _PLACES[value](sorted(table[key].unique()))
            table = table[table[key].isin(wanted)]
        else:
            table = table[np.isclose(found, value) if isinstance(value, float) else found == value]
    return table, column


def _cell(rows: pd.DataFrame, column: str, average: bool) -> Measured | None:
    """The number of each seed; None where it is missing in one, or in several rows that are not averaged."""
    if "seed" not in rows:
        return _with_interval(rows, column)
    groups = rows.groupby("seed")[column]
    if not average and (groups.size() > 1).any():
        return None
    values = groups.mean()
    return (
        None if values.isna().any() else over_seeds({int(str(seed)): value for seed, value in values.items()})
    )


def _with_interval(rows: pd.DataFrame, column: str) -> Measured | None:
    """A number of all seeds together, with its interval where the table has it."""
    if len(rows) != 1:
        return None
    row = rows.iloc[0]
    mean = row.get(f"{column}_mean", row.get(column))
    if mean is None or pd.isna(mean):
        return None
    low, high = (float(row.get(f"{column}_{end}", float("nan"))) for end in ("low", "high"))
    return Measured(float(mean), low=low, high=high, seeds=int(row.get("seeds", 1)))


def _combined(found: Sequence[Measured | None], join: Callable[[float, float], float]) -> Measured | None:
    """One number of several, seed by seed; what is the same for all seeds counts for each."""
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    if len(known) == 1:
        return known[0]
    seeds = next((each.by_seed.keys() for each in known if each.by_seed), {0: 0.0}.keys())
    columns = [{seed: each.by_seed.get(seed, each.mean) for seed in seeds} for each in known]
    if join is truediv and any(not value for each in columns[1:] for value in each.values()):
        return None
    return over_seeds({seed: reduce(join, (each[seed] for each in columns)) for seed in seeds})


def _trend(rows: pd.DataFrame, column: str, along: str) -> Measured | None:
    """The slope of the means along a column, its interval over the places, and the slope of each seed."""
    curves = rows.pivot_table(index=along, columns="seed", values=column, dropna=False)
    if len(curves) < 3 or curves.isna().to_numpy().any():
        return None
    slopes = {int(str(seed)): slope(curves.index, curves[seed]).mean for seed in curves}
    mean = slope(curves.index, curves.mean(axis=1))
    return Measured(mean.mean, over_seeds(slopes).sd, mean.low, mean.high, len(slopes), slopes)
