"""The claims of the paper beside what was measured: from a list of claims and the tables to verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nodal.claims.lookup import Tables, describe, measured
from nodal.claims.verdicts import NOT_RUN, NOT_TESTABLE, Evidence, control_passes, in_words, judge, worst

Claim = Mapping[str, Any]
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
        runs: Name of the run behind `main` and, where there is one, `second`.
        is_paper: Whether each of these is the paper's own.
    """
    rows = []
    for claim in claims:
        found = judged(claim, tables, is_paper.get(claim["run"], False))
        rows.append({**found, "run": runs.get(claim["run"])})
    return pd.DataFrame(rows)[list(COLUMNS)]


def judged(claim: Claim, tables: Tables, is_paper: bool) -> dict[str, Any]:
    """One claim's row: values, rule and verdict; of several conditions (`also`) the worst verdict counts."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {key: claim[key] for key in ("id", "statement", "where", "paper")}
    notes = [claim["note"]] if "note" in claim else []
    if "missing" in claim:
        return row | {"verdict": NOT_RUN, "note": _joined([*notes, f"missing: {claim['missing']}"])}
    more = claim.get("also", [])
    row["rule"] = "; and ".join(
        [
            in_words(claim["rule"]),
            *(f"{describe(each['measure'])}: {in_words(each['rule'])}" for each in more),
        ]
    )
    paper = claim["paper"] if isinstance(claim["paper"], int | float) else None
    found = [(each, _evidence(each, tables, paper)) for each in (claim, *more)]
    first = found[0][1]
    if first is not None:
        row |= {"ours_mean": first.ours.mean, "ours_sd": first.ours.sd, "seeds": first.ours.seeds}
        if first.control is not None:
            row |= {"control": describe(claim["control"]), "control_mean": first.control.mean}
    notes += [_said(each, evidence) for each, evidence in found[1:] if evidence is not None]
    known = [(each, evidence) for each, evidence in found if evidence is not None]
    if len(known) < len(found):
        return row | {"verdict": NOT_TESTABLE, "note": _joined([*notes, "this run has no such number"])}
    if claim["kind"] == "numeric" and not is_paper:
        return row | {"verdict": NOT_TESTABLE, "note": _joined([*notes, _FAR])}
    verdicts = []
    for each, evidence in known:
        verdicts.append(judge(dict(each["rule"]), evidence))
        if verdicts[-1] == NOT_TESTABLE:
            notes.append(f"the control alone does as well ({describe(each['control'])})")
        elif control_passes(dict(each["rule"]), evidence):
            notes.append(f"the control passes the same rule ({describe(each['control'])})")
    return row | {"verdict": worst(verdicts), "note": _joined(notes)}


def _evidence(test: Claim, tables: Tables, paper: float | None) -> Evidence | None:
    """What a condition looks at; None where the tables lack any of it."""
    found = {key: measured(test[key], tables) for key in ("measure", "control", "reference") if key in test}
    ours = found["measure"]
    if ours is None or None in found.values():
        return None
    return Evidence(ours, paper, found.get("control"), found.get("reference"))


def _said(test: Claim, evidence: Evidence) -> str:
    """A further condition's numbers in words."""
    control = ""
    if evidence.control is not None:
        control = f" ({describe(test['control'])} {evidence.control.mean:.3g})"
    return f"{describe(test['measure'])} {evidence.ours.mean:.3g}{control}"


def _joined(notes: Sequence[str]) -> str | None:
    return "; ".join(notes) or None
