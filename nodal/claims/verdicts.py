"""Rules by which a claim is judged: from numbers to one of a few words. The rule of each claim is data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

REPRODUCED, PARTLY, NOT = "reproduced", "partly", "not reproduced"
NOT_TESTABLE, NOT_RUN = "not testable on this run", "not yet run"


@dataclass(frozen=True)
class Measured:
    """A number with its sd over the seeds (nan for one seed); for trends, whether every step rises."""

    mean: float
    sd: float = float("nan")
    seeds: int = 1
    all_rise: bool = False


@dataclass(frozen=True)
class Evidence:
    """All that a rule may look at."""

    ours: Measured
    paper: float | None = None
    control: Measured | None = None
    reference: Measured | None = None


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


def rising(evidence: Evidence, correlation: float) -> str:
    """Every step rises; partly where the rank correlation is at least this."""
    return _graded(evidence.ours.all_rise, evidence.ours.mean >= correlation)


def above_control(evidence: Evidence, deviations: float) -> str:
    """Above the control by so many sd (the larger of both over the seeds); partly above it at all."""
    assert evidence.control is not None
    spread = max((sd for sd in (evidence.ours.sd, evidence.control.sd) if sd == sd), default=0.0)
    gain = evidence.ours.mean - evidence.control.mean
    return _graded(gain > 0 and gain >= deviations * spread, gain > 0)


def at_least(evidence: Evidence, limit: float, partly: float | None = None) -> str:
    """At least this; partly at least the second number."""
    mean = evidence.ours.mean
    return _graded(mean >= limit, partly is not None and mean >= partly)


def below(evidence: Evidence, limit: float, partly: float | None = None) -> str:
    """Below this; partly below the second number."""
    mean = evidence.ours.mean
    return _graded(mean < limit, partly is not None and mean < partly)


def p_below(evidence: Evidence, limit: float) -> str:
    """A mean p value below this; partly below thrice of it."""
    return _graded(evidence.ours.mean < limit, evidence.ours.mean < 3 * limit)


def p_above(evidence: Evidence, limit: float) -> str:
    """A mean p value above this: nothing beyond chance."""
    return _graded(evidence.ours.mean > limit, False)


def recovers(evidence: Evidence, tolerance: float) -> str:
    """As good as the reference within this, where the control is not; no test where the control is, too."""
    assert evidence.control is not None
    assert evidence.reference is not None
    floor = evidence.reference.mean - tolerance
    if evidence.control.mean >= floor:
        return NOT_TESTABLE
    return _graded(evidence.ours.mean >= floor, evidence.ours.mean >= floor - 2 * tolerance)


# Each rule with what it says in words.
RULES: dict[str, tuple[Callable[..., str], str]] = {
    "within": (within, "within {limit:.0%} of the paper's value (partly: twice that)"),
    "near": (near, "within {limit[1]} of {limit[0]} (partly: twice that)"),
    "rising": (rising, "every step rises (partly: rank correlation at least {limit})"),
    "above_control": (above_control, "above the control by {limit} sd (partly: above it)"),
    "at_least": (at_least, "at least {limit}"),
    "below": (below, "below {limit}"),
    "p_below": (p_below, "p below {limit} (partly: below three times that)"),
    "p_above": (p_above, "p above {limit}"),
    "recovers": (recovers, "within {limit} of the unpruned network, where the control is not"),
}


# Those that look at the control themselves.
_COMPARING = ("above_control", "recovers")


def judge(rule: dict[str, Any], evidence: Evidence) -> str:
    """Apply a rule, `{name: number}` and perhaps `partly: number`."""
    (name, limit), *more = rule.items()
    return RULES[name][0](evidence, limit, **dict(more))


def in_words(rule: dict[str, Any]) -> str:
    """A rule as text."""
    (name, limit), *more = rule.items()
    return RULES[name][1].format(limit=limit) + "".join(f" (partly: {value})" for _, value in more)


def control_passes(rule: dict[str, Any], evidence: Evidence) -> bool:
    """Whether the control passes a rule that does not look at it: passing then shows nothing learned."""
    if evidence.control is None or next(iter(rule)) in _COMPARING:
        return False
    return judge(rule, Evidence(evidence.control, evidence.paper)) == REPRODUCED


def worst(verdicts: Sequence[str]) -> str:
    """The verdict of several conditions: as good as the worst; not testable where one is not."""
    return max(verdicts, key=(REPRODUCED, PARTLY, NOT, NOT_TESTABLE).index)
