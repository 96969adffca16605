"""The claims of the paper beside what was measured: from a list of claims and the tables to verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nodal.claims.evidence import Evidence, paired_difference
from nodal.claims.lookup import Tables, describe, measured
from nodal.claims.verdicts import (
    ANSWERED,
    IDENTITY,
    NOT,
    NOT_RUN,
    NOT_TESTABLE,
    PARTLY,
    REPRODUCED,
    UNDISTINGUISHED,
    has_learned,
    in_words,
    judge,
    judge_beside_control,
    worst,
)

Claim = Mapping[str, Any]
COLUMNS = (
    "id", "statement", "where", "run", "kind", "paper", "measure", "ours_mean", "ours_sd", "seeds",
    "control", "control_mean", "difference_low", "difference_high", "rule", "verdict", "note",
)  # fmt: skip
_FAR = "the paper's numbers are judged on its own runs: this is another network on other data"
_ONE_SEED = "one seed reproduces nothing"


def claim_table(
    claims: Sequence[Claim], tables: Tables, runs: Mapping[str, str], is_paper: Mapping[str, bool]
) -> pd.DataFrame:
    """Judge every claim.

    Args:
        claims: What claims.yaml holds.
        tables: Tables by name, see `measured`.
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
    row |= {key: claim[key] for key in ("id", "statement", "where", "kind", "paper")}
    notes = [claim["note"]] if "note" in claim else []
    if "missing" in claim:
        return row | {"verdict": NOT_RUN, "note": _joined([*notes, f"missing: {claim['missing']}"])}
    conditions = [claim, *claim.get("also", [])]
    row["rule"] = "; and ".join(_rule_in_words(each, each is claim) for each in conditions) or None
    paper = claim["paper"] if isinstance(claim["paper"], int | float) else None
    found = [(each, _evidence(each, tables, paper)) for each in conditions]
    row |= _numbers(*found[0])
    known = [(each, evidence) for each, evidence in found if evidence is not None]
    notes += [_said(each, evidence) for each, evidence in known if each is not claim]
    if len(known) < len(found):
        return row | {"verdict": NOT_TESTABLE, "note": _joined([*notes, "this run has no such number"])}
    verdict, why = _verdict(claim, known, tables, is_paper)
    return row | {"verdict": verdict, "note": _joined([*notes, *why])}


def _verdict(
    claim: Claim, known: Sequence[tuple[Claim, Evidence]], tables: Tables, is_paper: bool
) -> tuple[str, list[str]]:
    """The verdict of a claim whose numbers are all there, and why it is no better."""
    kind = claim["kind"]
    if kind == "identity":
        holds = all(judge(dict(each["rule"]), evidence) == REPRODUCED for each, evidence in known)
        return IDENTITY if holds else NOT, []
    if kind == "numeric" and not is_paper:
        return NOT_TESTABLE, [_FAR]
    if lacks := _not_learned(claim["run"], tables):
        return NOT_TESTABLE, [lacks]
    if kind == "open":
        return ANSWERED, [_answer(claim, known[0][1])]
    verdicts = [judge_beside_control(dict(each["rule"]), evidence) for each, evidence in known]
    why = [
        _undistinguished(each)
        if verdict == UNDISTINGUISHED
        else f"too little to tell ({describe(each['measure'])})"
        for (each, _), verdict in zip(known, verdicts, strict=True)
        if verdict in (UNDISTINGUISHED, NOT_TESTABLE)
    ]
    verdict = worst(verdicts)
    if verdict == REPRODUCED and kind == "qualitative" and known[0][1].ours.seeds < 2:
        return PARTLY, [*why, _ONE_SEED]
    return verdict, why


def _undistinguished(test: Claim) -> str:
    """Whether a difference to the control is not shown, or the control passes the rule, if only partly."""
    control = describe(test["control"])
    if "above_control" in test["rule"]:
        return f"the interval of the difference to the control holds 0 ({control})"
    return f"the control passes the rule as well ({control})"


def _not_learned(role: str, tables: Tables) -> str:
    """Why a run's network says nothing of trained ones; nothing where it does."""
    at = {"measure": f"network_{role}"}
    found = [measured({"cell": f"measures.{name}", "at": at}, tables) for name in ("value", "control")]
    accuracy, chance = (each.mean if each else float("nan") for each in found)
    if has_learned(accuracy, chance):
        return ""
    return f"the network's accuracy, {accuracy:.3g}, is near chance, {chance:.3g}"


def _evidence(test: Claim, tables: Tables, paper: float | None) -> Evidence | None:
    """What a condition looks at; None where the tables lack any of it."""
    keys = [key for key in ("measure", "control", "reference", "difference") if key in test]
    found = {key: measured(test[key], tables) for key in keys}
    ours, control = found["measure"], found.get("control")
    if ours is None or None in found.values():
        return None
    if control is not None:
        found.setdefault("difference", paired_difference(ours, control))
    return Evidence(ours, paper, control, found.get("reference"), found.get("difference"))


def _numbers(claim: Claim, evidence: Evidence | None) -> dict[str, Any]:
    """The columns of a claim's first condition."""
    if evidence is None:
        return {}
    ours, control, difference = evidence.ours, evidence.control, evidence.difference
    columns: dict[str, Any] = {"ours_mean": ours.mean, "ours_sd": ours.sd, "seeds": ours.seeds}
    columns["measure"] = describe(claim["measure"])
    if control is not None:
        columns |= {"control": describe(claim["control"]), "control_mean": control.mean}
    if difference is not None:
        columns |= {"difference_low": difference.low, "difference_high": difference.high}
    return columns


def _rule_in_words(test: Claim, first: bool) -> str:
    if "rule" not in test:
        return ""
    return in_words(test["rule"]) if first else f"{describe(test['measure'])}: {in_words(test['rule'])}"


def _answer(claim: Claim, evidence: Evidence) -> str:
    """The answer to an open question, with the numbers in it."""
    ours, control = evidence.ours, evidence.control
    return str(claim["answer"]).format(ours=ours, control=control)


def _said(test: Claim, evidence: Evidence) -> str:
    """A further condition's numbers in words."""
    control = ""
    if evidence.control is not None:
        control = f" ({describe(test['control'])} {evidence.control.mean:.3g})"
    return f"{describe(test['measure'])} {evidence.ours.mean:.3g}{control}"


def _joined(notes: Sequence[str]) -> str | None:
    return "; ".join(notes) or None
