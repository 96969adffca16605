"""Verdicts on made-up numbers, and the list of claims itself."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from nodal import paper
from nodal.claims.evidence import (
    Evidence,
    Measured,
    over_seeds,
    paired_difference,
    slope,
    student_interval,
)
from nodal.claims.judging import claim_table
from nodal.claims.lookup import describe, measured
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

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())
SEEDS = pd.DataFrame({"seed": [0, 1, 2], "shift": [-0.1, 0.0, 0.1]})
BLOCKS = pd.DataFrame(
    {
        "threshold": [0.3] * 4 + [0.5] * 4,
        "block": [4, 3, 2, 1] * 2,
        "snr": [4.0, 3.0, 2.0, 1.0, 4.0, 2.0, 3.0, 1.0],
        "noise": [2.0, 0.0, 1.0, np.nan] * 2,
    }
).merge(SEEDS, how="cross")
BLOCKS["snr"] += BLOCKS["shift"]
MASKS = pd.DataFrame({"mask": ["andc", "random"], "good": [0.9, 0.8]}).merge(SEEDS, how="cross")
MASKS["good"] += MASKS["shift"] / 10
TABLES = {
    "blocks": BLOCKS,
    "masks": MASKS,
    "plain": pd.DataFrame({"labels": [25, 20], "expected": [1.7, 0.95]}),
    "joint": pd.DataFrame(
        {"block": [1, 2, 3, 4], "excess_mean": [0.02, 0.01, 0.1, 0.4], "excess_low": [-0.01, -0.03, 0.0, 0.3],
         "excess_high": [0.03, 0.04, 0.2, 0.5], "seeds": 3}
    ),
    "measures": pd.DataFrame(
        {"measure": "network_main", "value": [0.8, 0.82, 0.81], "control": 0.01, "seed": [0, 1, 2]}
    ),
}  # fmt: skip


def numbers(mean: float, spread: float = 0.01) -> Measured:
    return over_seeds({0: mean - spread, 1: mean, 2: mean + spread})


def compared(ours: float, control: float, spread: float = 0.01) -> Evidence:
    """Two numbers whose difference has this sd over three seeds."""
    mine, other = numbers(ours, spread), numbers(control, 0)
    return Evidence(mine, control=other, difference=paired_difference(mine, other))


def masks(pruned: float, zeroed: float) -> Evidence:
    return Evidence(numbers(pruned), control=numbers(zeroed), reference=numbers(0.805))


def counted(mean: float, expected: float) -> Evidence:
    return Evidence(Measured(mean, seeds=3), control=Measured(expected, seeds=3))


def rise(low: float, *slopes: float) -> Evidence:
    return Evidence(Measured(1.0, low=low, high=2.0, by_seed=dict(enumerate(slopes))))


def excess(low: float, high: float) -> Evidence:
    return Evidence(Measured((low + high) / 2, low=low, high=high))


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
        ({"rising": 0}, rise(0.1, 0.5, 1.5), REPRODUCED),
        ({"rising": 0}, rise(0.1, -0.5, 2.5), PARTLY),
        ({"rising": 0}, rise(-0.1, 0.5, 1.5), NOT),
        ({"rising": 0}, rise(math.nan, 0.5, 1.5), NOT),
        ({"above_control": 0}, compared(1.0, 0.9), REPRODUCED),
        ({"above_control": 0}, compared(0.8, 0.9), NOT),
        # Within its sd, and within what three seeds can tell (2.5 sd): a tie.
        ({"above_control": 0}, compared(0.905, 0.9), UNDISTINGUISHED),
        ({"above_control": 0}, compared(0.92, 0.9), UNDISTINGUISHED),
        ({"above_control": 0}, compared(0.9, 0.9), UNDISTINGUISHED),
        ({"above_control": 0}, compared(0.9, 0.9, 0), UNDISTINGUISHED),
        ({"at_least": 2, "partly": 1}, Evidence(numbers(2)), REPRODUCED),
        ({"at_least": 2, "partly": 1}, Evidence(numbers(1.5)), PARTLY),
        ({"at_least": 2}, Evidence(numbers(1.5)), NOT),
        ({"below": 1, "partly": 2}, Evidence(numbers(0.5)), REPRODUCED),
        ({"below": 1, "partly": 2}, Evidence(numbers(1)), PARTLY),
        ({"below": 1}, Evidence(numbers(1)), NOT),
        ({"p_below": 0.05}, Evidence(numbers(0.01)), REPRODUCED),
        ({"p_below": 0.05}, Evidence(numbers(0.1)), PARTLY),
        ({"p_below": 0.05}, Evidence(numbers(0.2)), NOT),
        ({"absent": 0.05}, excess(-0.02, 0.04), REPRODUCED),
        ({"absent": 0.05}, excess(0.01, 0.04), REPRODUCED),
        ({"absent": 0.05}, excess(0.01, 0.2), NOT),
        # No evidence is not evidence of absence.
        ({"absent": 0.05}, excess(-0.02, 0.2), NOT_TESTABLE),
        ({"far_beyond": 10}, counted(4, 0.2), REPRODUCED),
        ({"far_beyond": 10}, counted(1, 0.11), PARTLY),
        ({"far_beyond": 10}, counted(0, 0.11), NOT),
        ({"far_beyond": 10}, counted(1, 0.05), NOT_TESTABLE),  # ten times as many may well be none
        ({"recovers": 0.01}, masks(0.8, zeroed=0.5), REPRODUCED),
        ({"recovers": 0.01}, masks(0.78, zeroed=0.5), PARTLY),
        ({"recovers": 0.01}, masks(0.6, zeroed=0.5), NOT),
        # A control that recovers as well makes the test empty, however good the result.
        ({"recovers": 0.01}, masks(0.9, zeroed=0.8), UNDISTINGUISHED),
    ],
)  # fmt: skip
def test_verdicts(rule: dict, evidence: Evidence, verdict: str) -> None:
    assert judge(rule, evidence) == verdict
    assert re.search(r"\d", in_words(rule))  # the words say the number


def test_without_an_interval_nothing_is_above_its_control() -> None:
    one, other = over_seeds({0: 0.9}), over_seeds({0: 0.1})
    evidence = Evidence(one, control=other, difference=paired_difference(one, other))
    assert judge({"above_control": 0}, evidence) == NOT_TESTABLE


@pytest.mark.parametrize(
    ("ours", "control", "verdict"),
    [
        (3, 0.5, REPRODUCED),
        (3, 1.5, REPRODUCED),  # the control passes in part alone
        (3, 2.5, UNDISTINGUISHED),
        (1.5, 0.5, PARTLY),
        (1.5, 1.2, UNDISTINGUISHED),
        (1.5, 2.5, UNDISTINGUISHED),
        (0.5, 2.5, NOT),
    ],
)
def test_a_control_that_passes_as_well(ours: float, control: float, verdict: str) -> None:
    evidence = Evidence(numbers(ours), control=numbers(control))
    assert judge_beside_control({"at_least": 2, "partly": 1}, evidence) == verdict


def test_the_papers_own_table_passes_the_rule_it_is_said_to_show() -> None:
    blocks = sorted(paper.TABLE2)
    rising = slope(blocks, [paper.TABLE2[block][3] for block in blocks])
    assert judge({"rising": 0}, Evidence(rising)) == REPRODUCED
    accuracy = slope(blocks, [paper.TABLE1[block][0] for block in blocks])
    assert judge({"rising": 0}, Evidence(accuracy)) == REPRODUCED
    # The same curve upside down does not.
    assert judge({"rising": 0}, Evidence(slope(blocks, [-paper.TABLE2[b][3] for b in blocks]))) == NOT


def test_the_slope_and_its_interval_against_numpy() -> None:
    places, values = np.array([1, 2, 3, 5, 8]), np.array([1.0, 1.9, 3.3, 4.6, 8.5])
    found = slope(places, values)
    (steep, _), covariance = np.polyfit(places, values, 1, cov=True)
    assert found.mean == pytest.approx(steep)
    assert found.high - found.mean == pytest.approx(3.182446 * np.sqrt(covariance[0, 0]), rel=1e-6)
    assert math.isnan(slope([1, 2], [1, 2]).low)


def test_students_interval() -> None:
    assert student_interval([1, 2, 3]) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5))
    assert all(map(math.isnan, student_interval([1])))


def test_differences_are_paired_by_seed() -> None:
    noisy = over_seeds({0: 1.0, 1: 5.0, 2: 9.0})
    lower = over_seeds({2: 8.0, 1: 4.1, 0: 0.1})
    difference = paired_difference(noisy, lower)
    assert difference.mean == pytest.approx(14 / 15)
    assert difference.low > 0.7
    assert math.isnan(paired_difference(noisy, over_seeds({0: 1.0, 1: 2.0})).low)


@pytest.mark.parametrize(
    ("accuracy", "chance", "learned"),
    [(0.17, 0.01, False), (0.42, 0.01, True), (0.12, 0.1, False), (0.3, 0.1, False), (math.nan, 0.1, False)],
)
def test_what_has_learned(accuracy: float, chance: float, learned: bool) -> None:
    assert has_learned(accuracy, chance) == learned


@pytest.mark.parametrize(
    ("how", "mean", "more"),
    [
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "last"}}, 4.0, {"sd": 0.1, "seeds": 3}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "before_last"}}, 3.0, {}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.30000000001, "block": 1}}, 1.0, {}),
        ({"cell": "plain.expected", "at": {"labels": 25}}, 1.7, {"seeds": 1}),
        ({"cell": "joint.excess", "at": {"block": "last"}}, 0.4, {"low": 0.3, "high": 0.5, "seeds": 3}),
        ({"most": "joint.excess", "at": {"block": "earlier"}}, 0.01, {"low": -0.03, "high": 0.04}),
        (
            {"difference": ["masks.good", "masks.good"], "at": [{"mask": "andc"}, {"mask": "random"}]},
            0.1,
            {"sd": 0},
        ),
        ({"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 4}}, 2.0, {"sd": 0.05}),
        (
            {"ratio": ["blocks.snr", "plain.labels"],
             "at": [{"threshold": 0.3, "block": 4}, {"expected": 0.95}]},
            0.2,
            {"seeds": 3},
        ),
        ({"mean": "masks.good"}, 0.85, {"sd": 0.01}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.3}}, 1.0, {"low": 1, "seeds": 3}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.5}}, 0.8, {"sd": 0}),
    ],
)  # fmt: skip
def test_measures(how: dict, mean: float, more: dict) -> None:
    found = measured(how, TABLES)
    assert found is not None
    assert found.mean == pytest.approx(mean)
    for key, value in more.items():
        assert getattr(found, key) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "how",
    [
        {"cell": "blocks.snr", "at": {"threshold": 0.9, "block": "last"}},
        {"cell": "blocks.snr", "at": {"threshold": 0.3}},  # several rows
        {"cell": "blocks.noise", "at": {"threshold": 0.3, "block": 1}},
        {"cell": "blocks.absent", "at": {"threshold": 0.3, "block": 1}},
        {"cell": "plain.expected"},
        {"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 3}},  # over zero
        {"trend": "masks.good", "along": "mask"},  # two points are no trend
        {"cell": "nothing.snr"},
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
        ({"kind": "identity"}, False, IDENTITY),
        ({"kind": "identity", "rule": {"at_least": 5}}, False, NOT),
        ({"measure": {"cell": "blocks.snr", "at": {"block": 9}}}, True, NOT_TESTABLE),
        ({"control": {"cell": "blocks.snr", "at": {"block": 9}}}, True, NOT_TESTABLE),
        ({"study": "silencing"}, True, NOT_RUN),
        ({"study": "masks"}, False, REPRODUCED),
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
    assert (row["verdict"], row["note"]) == (NOT_TESTABLE, "too little to tell (snr)")
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
    said = "an erratum; the study silencing is not among `studies` of the configuration"
    assert judged(study="silencing", note="an erratum")["note"] == said


def test_the_worst_verdict() -> None:
    assert worst([REPRODUCED, PARTLY, REPRODUCED]) == PARTLY
    assert worst([PARTLY, UNDISTINGUISHED]) == UNDISTINGUISHED
    assert worst([UNDISTINGUISHED, NOT]) == NOT
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
    expected |= {f"L{i}" for i in range(1, 7)}
    assert families == expected
    for each in CLAIMS:
        assert each["statement"].endswith("?" if each["kind"] == "open" else ".")
        assert each["kind"] in ("numeric", "qualitative", "identity", "open")
        assert each["run"] in ("main", "second", "text")
        judged_by = "answer" if each["kind"] == "open" else "rule"
        assert {"measure", judged_by} <= each.keys(), each["id"]
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
