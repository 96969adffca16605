"""From one record a seed to a table: mean and sd over seeds in separate columns, the paper's value beside."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nodal.files.atomic import replacing
from nodal.paper import THRESHOLD


def by_seed(records: Iterable[Mapping[str, object]], keys: Sequence[str]) -> pd.DataFrame:
    """The long table that stands beside a table over seeds: the keys, `seed`, and each number of that seed.

    Args:
        records: One mapping a seed and row: the keys, `seed` and the measured numbers.
        keys: What identifies a row of the table.
    """
    frame = pd.DataFrame(list(records))
    return frame[[*keys, "seed", *(name for name in frame if name not in (*keys, "seed"))]]


def over_seeds(long: pd.DataFrame, keys: Sequence[str], apart: Sequence[str] = ()) -> pd.DataFrame:
    """Average the numbers of the seeds.

    Args:
        long: What `by_seed` gave.
        keys: What identifies a row; rows keep the order in which they first come.
        apart: Columns that have no mean: p values.

    Returns:
        The keys, `seeds`, and `<name>_mean` and `<name>_sd` (sample sd; empty for one seed) of each number.
    """
    groups = long.groupby(list(keys), sort=False, dropna=False)
    numbers = [str(name) for name in long if name not in (*keys, "seed", *apart)]
    columns: dict[str, pd.Series] = {"seeds": groups.size()}
    for name in numbers:
        columns[f"{name}_mean"] = groups[name].mean()
        columns[f"{name}_sd"] = groups[name].std()
    return pd.DataFrame(columns).reset_index()


def with_paper(
    table: pd.DataFrame,
    keys: Sequence[str],
    names: Sequence[str],
    printed: Mapping[Any, Sequence[float | None]],
) -> pd.DataFrame:
    """Put the printed values beside the measured ones.

    Args:
        table: What `over_seeds` made.
        keys: Columns that give a row's key in `printed` (one key as it is, several as a tuple).
        names: Names of the printed values, in their order; each becomes `<name>_paper`, behind `<name>_sd`.
        printed: The paper's values by key; rows without stay empty.
    """
    table = table.copy()
    rows = [
        printed.get(key[0] if len(keys) == 1 else key)
        for key in table[list(keys)].itertuples(index=False, name=None)
    ]
    for position, name in enumerate(names):
        column = pd.Series([row[position] if row else None for row in rows], index=table.index, dtype=object)
        table.insert(list(table.columns).index(f"{name}_sd") + 1, f"{name}_paper", column)
    return table


def main_threshold(thresholds: Sequence[float]) -> float:
    """The paper's threshold or, where it is not among these, the first."""
    return THRESHOLD if THRESHOLD in thresholds else thresholds[0]


def at_main_threshold(table: pd.DataFrame) -> pd.DataFrame:
    """The rows at the paper's threshold or, where the table has not that one, at its first."""
    return table[table["threshold"] == main_threshold(list(table["threshold"].unique()))]


def write_csv(path: str | Path, table: pd.DataFrame) -> None:
    """Write a final table: six significant digits, empty where there is nothing."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def write_study(
    output: Mapping[str, str], name: str, long: pd.DataFrame, keys: Sequence[str]
) -> pd.DataFrame:
    """Write a table of a study, and the numbers of each seed behind it beside; the table.

    Args:
        output: The files, by `name` and `{name}_seeds`.
        name: Of the table.
        long: What `by_seed` gave.
        keys: What identifies a row.
    """
    table = over_seeds(long, keys)
    write_csv(output[name], table)
    write_csv(output[f"{name}_seeds"], long)
    return table
