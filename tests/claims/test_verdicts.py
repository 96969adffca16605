"""Verdicts on made-up numbers, rule by rule."""

import math
import re

import pytest

from nodal import paper
from nodal.claims.evidence import Evidence, Measured, over_seeds, paired_difference, slope
from nodal.claims.verdicts import (
    NOT,
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


@pytest.mark.parametrize(
    ("accuracy", "chance", "learned"),
    [(0.17, 0.01, False), (0.42, 0.01, True), (0.12, 0.1, False), (0.3, 0.1, False), (math.nan, 0.1, False)],
)
def test_what_has_learned(accuracy: float, chance: float, learned: bool) -> None:
    assert has_learned(accuracy, chance) == learned


def test_the_worst_verdict() -> None:
    assert worst([REPRODUCED, PARTLY, REPRODUCED]) == PARTLY
    assert worst([PARTLY, UNDISTINGUISHED]) == UNDISTINGUISHED
    assert worst([UNDISTINGUISHED, NOT]) == NOT
    assert worst([NOT, NOT_TESTABLE, REPRODUCED]) == NOT_TESTABLE
