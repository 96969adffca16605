"""Verdicts from made-up numbers, and the list of claims itself."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from nodal.claims.judging import claim_table
from nodal.claims.lookup import describe, measured
from nodal.claims.verdicts import (
    NOT,
    NOT_RUN,
    NOT_TESTABLE,
    PARTLY,
    REPRODUCED,
    Evidence,
    Measured,
    in_words,
    judge,
    worst,
)

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())
BLOCKS = pd.DataFrame(
    {
        "threshold": [0.3] * 4 + [0.5] * 4,
        "block": [4, 3, 2, 1] * 2,
        "seeds": 3,
        "snr_mean": [4.0, 3.0, 2.0, 1.0, 4.0, 2.0, 3.0, 1.0],
        "snr_sd": 0.1,
        "noise_mean": [2.0, 0.0, 1.0, np.nan] * 2,
        "noise_sd": 0.2,
    }
)
MASKS = pd.DataFrame(
    {"mask": ["andc", "random"], "seeds": 3, "good_mean": [0.9, 0.8], "good_sd": [0.02, 0.01]}
)
TABLES = {
    "blocks": BLOCKS,
    "masks": MASKS,
    "plain": pd.DataFrame({"labels": [25, 20], "expected": [1.7, 0.95]}),
}


def numbers(mean: float, sd: float = 0.01, **more: bool) -> Measured:
    return Measured(mean, sd, 3, **more)


def masks(pruned: float, zeroed: float) -> Evidence:
    return Evidence(numbers(pruned), control=numbers(zeroed), reference=numbers(0.805))


@pytest.mark.parametrize(
    ("rule", "evidence", "verdict"),
    [
        ({"within": 0.1}, Evidence(numbers(0.9), 1.0), REPRODUCED),
        ({"within": 0.1}, Evidence(numbers(1.19), 1.0), PARTLY),
        ({"within": 0.1}, Evidence(numbers(0.7), 1.0), NOT),
        ({"within": 0.1}, Evidence(numbers(-1.0), -1.05), REPRODUCED),
        ({"near": [1, 0.02]}, Evidence(numbers(0.99)), REPRODUCED),
        ({"near": [1, 0.02]}, Evidence(numbers(0.97)), PARTLY),
        ({"near": [1, 0.02]}, Evidence(numbers(1.05)), NOT),
        ({"rising": 0.9}, Evidence(numbers(1.0, all_rise=True)), REPRODUCED),
        ({"rising": 0.9}, Evidence(numbers(0.93)), PARTLY),
        ({"rising": 0.9}, Evidence(numbers(0.5)), NOT),
        ({"above_control": 3}, Evidence(numbers(1.0), control=numbers(0.9, 0.02)), REPRODUCED),
        ({"above_control": 3}, Evidence(numbers(1.0), control=numbers(0.9, 0.05)), PARTLY),
        ({"above_control": 3}, Evidence(numbers(0.8), control=numbers(0.9, 0.01)), NOT),
        ({"above_control": 3}, Evidence(numbers(0.9), control=numbers(0.9, 0.0)), NOT),
        ({"above_control": 3}, Evidence(Measured(1.0), control=Measured(0.9)), REPRODUCED),
        ({"at_least": 2, "partly": 1}, Evidence(numbers(2)), REPRODUCED),
        ({"at_least": 2, "partly": 1}, Evidence(numbers(1.5)), PARTLY),
        ({"at_least": 2}, Evidence(numbers(1.5)), NOT),
        ({"below": 1, "partly": 2}, Evidence(numbers(0.5)), REPRODUCED),
        ({"below": 1, "partly": 2}, Evidence(numbers(1)), PARTLY),
        ({"below": 1}, Evidence(numbers(1)), NOT),
        ({"p_below": 0.05}, Evidence(numbers(0.01)), REPRODUCED),
        ({"p_below": 0.05}, Evidence(numbers(0.1)), PARTLY),
        ({"p_below": 0.05}, Evidence(numbers(0.2)), NOT),
        ({"p_above": 0.05}, Evidence(numbers(0.2)), REPRODUCED),
        ({"p_above": 0.05}, Evidence(numbers(0.01)), NOT),
        ({"recovers": 0.01}, masks(0.8, zeroed=0.5), REPRODUCED),
        ({"recovers": 0.01}, masks(0.78, zeroed=0.5), PARTLY),
        ({"recovers": 0.01}, masks(0.6, zeroed=0.5), NOT),
        # A control that recovers as well makes the test empty, however good the result.
        ({"recovers": 0.01}, masks(0.9, zeroed=0.8), NOT_TESTABLE),
    ],
)  # fmt: skip
def test_verdicts(rule: dict, evidence: Evidence, verdict: str) -> None:
    assert judge(rule, evidence) == verdict
    assert re.search(r"\d", in_words(rule))  # the words say the number


@pytest.mark.parametrize(
    ("how", "mean", "more"),
    [
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "last"}}, 4.0, {"sd": 0.1, "seeds": 3}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "before_last"}}, 3.0, {}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.30000000001, "block": 1}}, 1.0, {}),
        ({"cell": "plain.expected", "at": {"labels": 25}}, 1.7, {"seeds": 1}),
        ({"difference": ["masks.good", "masks.good"], "at": [{"mask": "andc"}, {"mask": "random"}]}, 0.1, {}),
        ({"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 4}}, 2.0, {}),
        ({"mean": "masks.good"}, 0.85, {"sd": 0.015}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.3}}, 1.0, {"all_rise": True}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.5}}, 0.8, {"all_rise": False}),
    ],
)
def test_measures(how: dict, mean: float, more: dict) -> None:
    found = measured(how, TABLES)
    assert found is not None
    assert found.mean == pytest.approx(mean)
    for key, value in more.items():
        assert getattr(found, key) == pytest.approx(value)


@pytest.mark.parametrize(
    "how",
    [
        {"cell": "blocks.snr", "at": {"threshold": 0.9, "block": "last"}},
        {"cell": "blocks.snr", "at": {"threshold": 0.3}},  # several rows
        {"cell": "blocks.noise", "at": {"threshold": 0.3, "block": 1}},
        {"cell": "blocks.absent", "at": {"threshold": 0.3, "block": 1}},
        {"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 3}},  # over zero
        {"trend": "masks.good", "along": "mask"},  # two points are no trend
    ],
)
def test_what_the_tables_do_not_have_is_none(how: dict) -> None:
    assert measured(how, TABLES) is None


def claim(**changes: object) -> dict:
    at = {"threshold": 0.3, "block": "last"}
    return {
        "id": "X", "run": "main", "kind": "qualitative", "where": "text", "paper": 4.1, "statement": "So.",
        "measure": {"cell": "blocks.snr", "at": at}, "rule": {"at_least": 3},
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "is_paper", "verdict"),
    [
        ({}, False, REPRODUCED),
        ({"kind": "numeric", "rule": {"within": 0.1}}, True, REPRODUCED),
        ({"kind": "numeric", "rule": {"within": 0.1}}, False, NOT_TESTABLE),
        ({"measure": {"cell": "blocks.snr", "at": {"block": 9}}}, True, NOT_TESTABLE),
        ({"control": {"cell": "blocks.snr", "at": {"block": 9}}}, True, NOT_TESTABLE),
        ({"missing": "another network"}, True, NOT_RUN),
    ],
)
def test_what_can_be_judged(changes: dict, is_paper: bool, verdict: str) -> None:
    papers = {"main": is_paper, "second": False}
    (row,) = claim_table([claim(**changes)], TABLES, {"main": "m", "second": "s"}, papers).to_dict("records")
    assert row["verdict"] == verdict
    assert row["run"] == "m"
    if verdict in (NOT_TESTABLE, NOT_RUN):
        assert row["note"]


LAST = {"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "last"}}  # 4
FIRST = {"cell": "blocks.snr", "at": {"threshold": 0.3, "block": 1}, "name": "snr of the first"}  # 1
ABSENT = {"cell": "blocks.snr", "at": {"block": 9}}


def judged(is_paper: bool = False, **changes: object) -> dict:
    table = claim_table([claim(**changes)], TABLES, {"main": "m"}, {"main": is_paper})
    return table.to_dict("records")[0]


@pytest.mark.parametrize(
    ("rule", "more", "verdict"),
    [
        ({"at_least": 3}, {"at_least": 1}, REPRODUCED),
        ({"at_least": 3}, {"at_least": 2, "partly": 1}, PARTLY),
        ({"at_least": 3}, {"at_least": 2}, NOT),
        ({"at_least": 5}, {"at_least": 1}, NOT),
    ],
)
def test_of_several_conditions_the_worst_counts(rule: dict, more: dict, verdict: str) -> None:
    row = judged(rule=rule, also=[{"measure": FIRST, "rule": more}])
    assert row["verdict"] == verdict
    assert row["ours_mean"] == 4
    assert "snr of the first 1" in row["note"]
    assert "; and snr of the first: at least" in row["rule"]


def test_a_condition_without_its_number_is_no_test() -> None:
    row = judged(also=[{"measure": ABSENT, "rule": {"at_least": 1}}])
    assert (row["verdict"], row["ours_mean"]) == (NOT_TESTABLE, 4)


def test_a_control_that_passes_the_same_rule_is_noted() -> None:
    note = "the control passes the same rule (snr of the first)"
    assert note in judged(rule={"at_least": 1}, control=FIRST)["note"]
    assert judged(rule={"at_least": 2}, control=FIRST)["note"] is None
    # A rule that compares with its control has had its say.
    assert judged(rule={"above_control": 2}, control=FIRST)["note"] is None


def test_a_pruning_that_its_control_equals_is_never_reproduced() -> None:
    good, random = ({"cell": "masks.good", "at": {"mask": name}} for name in ("andc", "random"))
    change = {"measure": good, "control": random, "reference": good}
    assert judged(rule={"recovers": 0.05}, **change)["verdict"] == REPRODUCED
    row = judged(rule={"recovers": 0.1}, **change)
    assert (row["verdict"], row["note"]) == (NOT_TESTABLE, "the control alone does as well (good, random)")


def test_the_own_note_stays_beside_other_notes() -> None:
    row = judged(kind="numeric", rule={"within": 0.1}, note="an erratum")
    assert row["note"].startswith("an erratum; ")
    assert judged(missing="a run", note="an erratum")["note"] == "an erratum; missing: a run"


def test_the_worst_verdict() -> None:
    assert worst([REPRODUCED, PARTLY, REPRODUCED]) == PARTLY
    assert worst([PARTLY, NOT]) == NOT
    assert worst([NOT, NOT_TESTABLE, REPRODUCED]) == NOT_TESTABLE


def test_a_control_is_described() -> None:
    assert describe({"cell": "table3_pruning.retrained", "at": {"mask": "random"}}) == "retrained, random"
    assert describe({"cell": "table1.size_shuffled", "at": {"block": 1}}) == "size shuffled"


def test_every_claim_is_well_formed() -> None:
    names = [each["id"] for each in CLAIMS]
    assert len(names) == len(set(names))
    families = {name.partition(".")[0] for name in names}
    expected = (
        {f"S{i}" for i in range(1, 10)} | {f"N{i}" for i in range(1, 8)} | {f"P{i}" for i in range(1, 15)}
    )
    expected |= (
        {f"M{i}" for i in range(1, 20)} | {f"D{i}" for i in range(1, 5)} | {"A1", "A2", "A3", "A5", "A6"}
    )
    assert families == expected
    for each in CLAIMS:
        assert each["statement"].endswith(".")
        assert each["kind"] in ("numeric", "qualitative")
        assert each["run"] in ("main", "second")
        assert ("missing" in each) != ("measure" in each and "rule" in each), each["id"]
        for test in (each, *each.get("also", [])):
            if "rule" in test:
                assert in_words(test["rule"])
                assert ("control" in test) or not {"above_control", "recovers"} & set(test["rule"])
        if "within" in each.get("rule", {}):
            assert isinstance(each["paper"], int | float), each["id"]


def test_a_claim_on_a_table_that_was_not_made_is_not_testable() -> None:
    claim = {
        "id": "M14", "statement": "So.", "where": "Table 5", "run": "second", "paper": 1,
        "kind": "qualitative", "measure": {"cell": "table5.labels"}, "rule": {"at_least": 1},
    }  # fmt: skip
    (row,) = claim_table([claim], {}, {"main": "mine"}, {"main": False}).to_dict("records")
    assert row["verdict"] == NOT_TESTABLE
    assert row["run"] is None
