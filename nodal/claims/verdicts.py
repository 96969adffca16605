"""Rules by which a claim is judged: from numbers to one of a few words. The rule of each claim is data."""

from collections.abc import Callable, Sequence
from typing import Any

from scipy.stats import chi2

from nodal.claims.evidence import Evidence

REPRODUCED, PARTLY, NOT = "reproduced", "partly", "not reproduced"
UNDISTINGUISHED = "not distinguished from its control"
NOT_TESTABLE, NOT_RUN = "not testable on this run", "not yet run"
# Neither is evidence for the paper: what is true by definition, and what the paper asks.
IDENTITY, ANSWERED = "identity", "answered"

# A network has learned if its accuracy has gone this share of the way from chance to 1.
LEARNED = 0.25
# What 95 % of all samples exceed in number, if so many are expected.
_SEEN = 3.0


def _graded(good: bool, fair: bool) -> str:
    return REPRODUCED if good else PARTLY if fair else NOT


def within(evidence: Evidence, share: float) -> str:
    """Within this share of the paper's value; partly within twice of it."""
    assert evidence.paper is not None
    distance = abs(evidence.ours.mean - evidence.paper) / abs(evidence.paper)
    return _graded(distance <= share, distance <= 2 * share)


def near(evidence: Evidence, place: tuple[float, float]) -> str:
    """As far from a number as this at most; partly twice as far."""
    distance = abs(evidence.ours.mean - place[0])
    return _graded(distance <= place[1], distance <= 2 * place[1])


def rising(evidence: Evidence, limit: float) -> str:
    """The interval of the slope of the means is above this; partly where some seed's slope is not."""
    seeds = evidence.ours.by_seed.values()
    steep = evidence.ours.low > limit
    return _graded(steep and all(value > limit for value in seeds), steep)


def above_control(evidence: Evidence, limit: float) -> str:
    """The interval of the difference to the control is above this; not reproduced where it is below."""
    assert evidence.difference is not None
    low, high = evidence.difference.low, evidence.difference.high
    if low > limit:
        return REPRODUCED
    if high < limit:
        return NOT
    return UNDISTINGUISHED if low <= limit <= high else NOT_TESTABLE


def at_least(evidence: Evidence, limit: float, partly: float | None = None) -> str:
    """At least this; partly at least the second number."""
    mean = evidence.ours.mean
    return _graded(mean >= limit, partly is not None and mean >= partly)


def below(evidence: Evidence, limit: float, partly: float | None = None) -> str:
    """Below this; partly below the second number."""
    mean = evidence.ours.mean
    return _graded(mean < limit, partly is not None and mean < partly)


def p_below(evidence: Evidence, limit: float) -> str:
    """A joint p value below this; partly below thrice of it."""
    return _graded(evidence.ours.mean < limit, evidence.ours.mean < 3 * limit)


def absent(evidence: Evidence, limit: float) -> str:
    """The interval of an excess ends below this; not reproduced where it begins above 0; else no test."""
    if evidence.ours.high < limit:
        return REPRODUCED
    return NOT if evidence.ours.low > 0 else NOT_TESTABLE


def far_beyond(evidence: Evidence, times: float) -> str:
    """So many times as many as the control expects, summed over seeds, and surely above twice (partly: 2, 1).

    What is sure is the lower end of the exact 95 % interval of a Poisson number. No test where a number so
    many times the expectation could well be none.
    """
    assert evidence.control is not None
    counted = evidence.ours.mean * evidence.ours.seeds
    expected = evidence.control.mean * evidence.ours.seeds
    if times * expected < _SEEN:
        return NOT_TESTABLE
    sure = chi2.ppf(0.025, 2 * counted) / 2 / expected if counted else 0.0
    ratio = counted / expected
    return _graded(ratio >= times and sure > 2, ratio >= 2 and sure > 1)


def recovers(evidence: Evidence, tolerance: float) -> str:
    """As good as the reference within this, where the control is not."""
    assert evidence.control is not None
    assert evidence.reference is not None
    floor = evidence.reference.mean - tolerance
    if evidence.control.mean >= floor:
        return UNDISTINGUISHED
    return _graded(evidence.ours.mean >= floor, evidence.ours.mean >= floor - 2 * tolerance)


# Each rule with what it says in words.
RULES: dict[str, tuple[Callable[..., str], str]] = {
    "within": (within, "within {limit:.0%} of the paper's value (partly: twice that)"),
    "near": (near, "within {limit[1]} of {limit[0]} (partly: twice that)"),
    "rising": (rising, "the 95 % interval of the slope is above {limit} (partly: not in every seed)"),
    "above_control": (above_control, "the 95 % interval of the difference to the control is above {limit}"),
    "at_least": (at_least, "at least {limit}"),
    "below": (below, "below {limit}"),
    "p_below": (p_below, "joint p below {limit} (partly: below three times that)"),
    "absent": (absent, "the 95 % interval of the excess is below {limit}"),
    "far_beyond": (far_beyond, "{limit} times the control, surely twice (partly: 2 times, surely once)"),
    "recovers": (recovers, "within {limit} of the unpruned network, where the control is not"),
}


# Those that look at the control themselves.
_COMPARING = ("above_control", "far_beyond", "recovers")


def judge(rule: dict[str, Any], evidence: Evidence) -> str:
    """Apply a rule, `{name: number}` and perhaps `partly: number`."""
    (name, limit), *more = rule.items()
    return RULES[name][0](evidence, limit, **dict(more))


def in_words(rule: dict[str, Any]) -> str:
    """A rule as text."""
    (name, limit), *more = rule.items()
    return RULES[name][1].format(limit=limit) + "".join(f" (partly: {value})" for _, value in more)


def judge_beside_control(rule: dict[str, Any], evidence: Evidence) -> str:
    """The verdict; *not distinguished* where what passes, if only partly, the control passes as well."""
    verdict = judge(rule, evidence)
    if evidence.control is None or next(iter(rule)) in _COMPARING or verdict not in (REPRODUCED, PARTLY):
        return verdict
    return UNDISTINGUISHED if worst([verdict, judge(rule, _swapped(evidence))]) == verdict else verdict


def has_learned(accuracy: float, chance: float) -> bool:
    """Whether a network is far enough above chance to say anything of trained networks (`LEARNED`)."""
    return accuracy - chance >= LEARNED * (1 - chance)


def worst(verdicts: Sequence[str]) -> str:
    """The verdict of several conditions: as good as the worst; not testable where one is not."""
    return max(verdicts, key=(REPRODUCED, PARTLY, UNDISTINGUISHED, NOT, NOT_TESTABLE).index)


def _swapped(evidence: Evidence) -> Evidence:
    assert evidence.control is not None
    return Evidence(evidence.control, evidence.paper)
