"""The claims of the paper beside what was measured: from a list of claims and the tables to verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nodal.verdicts import NOT_RUN, NOT_TESTABLE, Evidence, Measured, in_words, judge

Claim = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]
COLUMNS = (
    "id", "statement", "where", "run", "paper", "ours_mean", "ours_sd", "seeds", "control", "control_mean",
    "rule", "verdict", "note",
)  # fmt: skip
_FAR = "the paper's numbers are judged on its own runs: this is another network on other data"


def claim_table(
    claims: Sequence[Claim], tables: Tables, runs: Mapping[str, str], is_paper: Mapping[str, bool]
) -> pd.DataFrame:
    """Judge every claim.

    Args:
        claims: What claims.yaml holds.
        tables: The final tables by name.
        runs: Name of the run behind `main` and `second`.
        is_paper: Whether each of both is the paper's own.
    """
    rows = []
    for claim in claims:
        found = judged(claim, tables, is_paper[claim["run"]])
        rows.append({**found, "run": runs[claim["run"]]})
    return pd.DataFrame(rows)[list(COLUMNS)]


def judged(claim: Claim, tables: Tables, is_paper: bool) -> dict[str, Any]:
    """One claim's row: values, rule and verdict."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {key: claim[key] for key in ("id", "statement", "where", "paper")} | {"note": claim.get("note")}
    if "missing" in claim:
        return row | {"verdict": NOT_RUN, "note": f"missing: {claim['missing']}"}
    row["rule"] = in_words(claim["rule"])
    ours, control, reference = (
        measured(claim[key], tables) if key in claim else None for key in ("measure", "control", "reference")
    )
    if control is not None:
        row |= {"control": describe(claim["control"]), "control_mean": control.mean}
    if ours is None or ("control" in claim and control is None):
        return row | {"verdict": NOT_TESTABLE, "note": "this run has no such number"}
    row |= {"ours_mean": ours.mean, "ours_sd": ours.sd, "seeds": ours.seeds}
    if claim["kind"] == "numeric" and not is_paper:
        return row | {"verdict": NOT_TESTABLE, "note": _FAR}
    paper = claim["paper"] if isinstance(claim["paper"], int | float) else None
    verdict = judge(dict(claim["rule"]), Evidence(ours, paper, control, reference))
    if verdict == NOT_TESTABLE:
        row["note"] = f"the control alone does as well ({describe(claim['control'])})"
    return row | {"verdict": verdict}


def measured(how: Mapping[str, Any], tables: Tables) -> Measured | None:
    """What a claim asks for, from the tables; None where they do not have it.

    Args:
        how: `{cell: table.column}`; `{mean: ...}` over the rows; `{difference: [a, b]}`;
            `{ratio: [a, b, ...]}`, the first over the others; `{trend: ..., along: column}`, the rank
            correlation. And `at`, which rows: values by column, `last` and `before_last` the largest two.
        tables: The final tables by name.
    """
    at = how.get("at", {})
    if "trend" in how:
        return _trend(how["trend"], how["along"], at, tables)
    if "mean" in how:
        return _mean_of_rows(how["mean"], at, tables)
    if "cell" in how:
        return _cell(how["cell"], at, tables)
    names = how.get("difference") or how["ratio"]
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
    """What a measure is, in a few words: its table, column and mask."""
    name = next(value for key, value in how.items() if key != "at")
    column = (name if isinstance(name, str) else name[0]).partition(".")[2].replace("_", " ")
    at = how.get("at", {})
    mask = (at[0] if isinstance(at, list) else at).get("mask")
    return f"{column}, {mask}" if mask else column


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
