"""Claims beside what was measured: verdicts with their notes, and the list of claims itself."""

from pathlib import Path

import pytest
import yaml

from nodal.claims.judging import claim_table
from nodal.claims.verdicts import (
    ANSWERED,
    IDENTITY,
    NOT,
    NOT_RUN,
    NOT_TESTABLE,
    PARTLY,
    REPRODUCED,
    UNDISTINGUISHED,
    in_words,
)
from tests.claims.made_up import BLOCKS, TABLES

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())


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
        ({"kind": "identity"}, False, IDENTITY),
        ({"kind": "identity", "rule": {"at_least": 5}}, False, NOT),
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


def judged(is_paper: bool = False, tables: dict = TABLES, **changes: object) -> dict:
    table = claim_table([claim(**changes)], tables, {"main": "m"}, {"main": is_paper})
    return table.to_dict("records")[0]


def test_near_chance_nothing_but_an_identity_passes() -> None:
    untrained = TABLES | {"measures": TABLES["measures"].assign(value=[0.16, 0.17, 0.18])}
    row = judged(tables=untrained)
    assert (row["verdict"], row["note"]) == (
        NOT_TESTABLE,
        "the network's accuracy, 0.17, is near chance, 0.01",
    )
    assert judged(tables=untrained, kind="identity")["verdict"] == IDENTITY
    question = {"kind": "open", "answer": "{ours.mean}"}
    assert judged(tables=untrained, **question)["verdict"] == NOT_TESTABLE
    unknown = {name: table for name, table in TABLES.items() if name != "measures"}
    assert judged(tables=unknown)["verdict"] == NOT_TESTABLE


def test_one_seed_reproduces_nothing() -> None:
    alone = TABLES | {"blocks": BLOCKS[BLOCKS["seed"] == 0]}
    row = judged(tables=alone)
    assert (row["verdict"], row["note"]) == (PARTLY, "one seed reproduces nothing")
    assert judged(tables=alone, rule={"at_least": 9})["verdict"] == NOT
    row = judged(tables=alone, rule={"above_control": 0}, control=FIRST)
    assert (row["verdict"], row["note"]) == (NOT_TESTABLE, "too little to tell (SNR)")
    # A number of the paper's own network is compared all the same.
    assert judged(True, tables=alone, kind="numeric", rule={"within": 0.1})["verdict"] == REPRODUCED


def test_an_open_question_is_answered() -> None:
    row = judged(kind="open", control=FIRST, answer="{ours.mean:.2g} and {control.mean:.2g}")
    assert (row["verdict"], row["note"]) == (ANSWERED, "4 and 1")


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
    row = judged(rule=rule, also=[{"measure": FIRST | {"name": "snr of block 1"}, "rule": more}])
    assert row["verdict"] == verdict
    assert row["ours_mean"] == pytest.approx(4)
    assert "snr of block 1 1" in row["note"]
    assert "; and snr of block 1: at least" in row["rule"]


def test_a_condition_without_its_number_is_no_test() -> None:
    row = judged(also=[{"measure": ABSENT, "rule": {"at_least": 1}}])
    assert row["verdict"] == NOT_TESTABLE
    assert row["ours_mean"] == pytest.approx(4)


def test_a_control_that_passes_the_same_rule_is_named() -> None:
    row = judged(rule={"at_least": 0.5}, control=FIRST)
    assert row["verdict"] == UNDISTINGUISHED
    assert row["note"] == "the control passes the rule as well (snr of the first)"
    assert judged(rule={"at_least": 2}, control=FIRST)["note"] is None
    assert judged(rule={"above_control": 0}, control=FIRST)["verdict"] == REPRODUCED
    row = judged(rule={"above_control": 0}, control=LAST | {"name": "itself"})
    assert row["verdict"] == UNDISTINGUISHED
    assert row["note"] == "the interval of the difference to the control holds 0 (itself)"


def test_a_pruning_that_its_control_equals_is_never_reproduced() -> None:
    good, random = ({"cell": "masks.good", "at": {"mask": name}} for name in ("andc", "random"))
    change = {"measure": good, "control": random, "reference": good}
    assert judged(rule={"recovers": 0.05}, **change)["verdict"] == REPRODUCED
    row = judged(rule={"recovers": 0.1}, **change)
    assert row["verdict"] == UNDISTINGUISHED
    assert row["note"] == "the control passes the rule as well (good, random)"


def test_the_own_note_stays_beside_other_notes() -> None:
    row = judged(kind="numeric", rule={"within": 0.1}, note="an erratum")
    assert row["note"].startswith("an erratum; ")
    assert judged(missing="a run", note="an erratum")["note"] == "an erratum; missing: a run"


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
    expected |= {f"L{i}" for i in range(1, 7)}
    assert families == expected
    for each in CLAIMS:
        assert each["statement"].endswith("?" if each["kind"] == "open" else ".")
        assert each["kind"] in ("numeric", "qualitative", "identity", "open")
        assert each["run"] in ("main", "second", "text")
        judged_by = "answer" if each["kind"] == "open" else "rule"
        assert ("missing" in each) != ("measure" in each and judged_by in each), each["id"]
        for test in (each, *each.get("also", [])):
            if "rule" in test:
                assert in_words(test["rule"])
                assert ("control" in test) or not {"above_control", "far_beyond", "recovers"} & set(
                    test["rule"]
                )
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
