"""Averages in many bases against one by one, thresholds of a diagonal against trying them all, intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from nodal.snp.averages import averages
from nodal.snp.clusters import RULES, clusters
from nodal.snp.matrix import Snp
from nodal.snp.privilege import averages_in_bases, interval, threshold_of_diagonal
from nodal.snp.rotations import rotated, rotations
from tests.conftest import factors, thresholds
from tests.snp.test_arrays import refused

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in divide")


def tap(nodes: int = 48, labels: int = 12, noise: float = 1.5) -> Snp:
    """Weights that resemble the pooled means, as a trained readout's do."""
    mean, other = np.random.default_rng(0).standard_normal((2, nodes, labels))
    return Snp(mean.astype(np.float32), (mean + noise * other).astype(np.float32))


def diagonal(snp: Snp, cut: float, rule: str = "first_fit") -> float:
    return float((clusters(snp, [cut], rule)[0] >= 0).sum() / len(snp.weight))


@given(factors(), st.floats(0, 9), thresholds)
def test_the_threshold_of_a_diagonal_is_the_best_of_all(snp: Snp, wanted: float, near: float) -> None:
    found = threshold_of_diagonal(snp, wanted, near)
    assert 0 < np.float32(found) < 1
    off = abs(diagonal(snp, found) - wanted)
    # Every step of the staircase holds one of these: its ends, and what lies between.
    elements = np.diagonal(snp.matrices(), axis1=1, axis2=2)[snp.maximum > 0]
    tried = np.concatenate([elements.ravel(), np.nextafter(elements, np.float32(0)).ravel(), [near, 1e-45]])
    for cut in np.float32(tried[(tried > 0) & (tried < 1)]):
        other = abs(diagonal(snp, float(cut)) - wanted)
        assert off <= other
        if diagonal(snp, float(cut)) == diagonal(snp, found):
            assert abs(found - near) <= abs(float(cut) - near)


@pytest.mark.parametrize("rule", RULES)
def test_the_diagonal_of_a_threshold_gives_it_back(rule: str) -> None:
    snp = tap()
    for near in (0.1, 0.3, 0.6):
        for cut in (0.05, 0.2, 0.3, 0.5, 0.9):
            found = threshold_of_diagonal(snp, diagonal(snp, cut, rule), near)
            assert diagonal(snp, found, rule) == diagonal(snp, cut, rule)
    assert threshold_of_diagonal(snp, diagonal(snp, 0.3), 0.3) == 0.3


def test_a_staircase_by_hand() -> None:
    # Normalised diagonals: [1, .25] and [1, .5] (maxima 1 and 4).
    snp = Snp(np.array([[1, 0.5], [2, 1]], np.float32), np.array([[1, 0.5], [2, 2]], np.float32))
    assert [diagonal(snp, cut) for cut in (0.2, 0.25, 0.4, 0.5, 0.9)] == [2, 1.5, 1.5, 1, 1]
    assert threshold_of_diagonal(snp, 1.5, 0.3) == 0.3
    assert threshold_of_diagonal(snp, 1.5, 0.1) == 0.25
    assert threshold_of_diagonal(snp, 1.5, 0.9) == np.nextafter(np.float32(0.5), np.float32(0))
    assert threshold_of_diagonal(snp, 2.0, 0.3) == np.nextafter(np.float32(0.25), np.float32(0))
    assert threshold_of_diagonal(snp, 1.75, 0.3) < 0.25  # as near to 2 as to 1.5: the larger
    assert threshold_of_diagonal(snp, 9.0, 0.3) < 0.25  # more than there are
    assert threshold_of_diagonal(snp, 0.0, 0.3) == 0.5  # a maximum on the diagonal is above every threshold


@pytest.mark.parametrize("rule", RULES)
def test_every_basis_is_averaged_at_the_same_thresholds_and_at_the_same_diagonal(rule: str) -> None:
    snp, cuts = tap(), [0.3, 0.5]
    bases = list(rotations(snp, 4, seed=1, tap=0))
    found = list(averages_in_bases(snp, bases, cuts, rule))
    places = [(row["rotation"], row["matched"], row["threshold"]) for row in found]
    assert sorted(places) == sorted(
        [(number, False, cut) for number in range(5) for cut in cuts]
        + [(number, True, cut) for number in range(1, 5) for cut in cuts]
    )
    for row in found:
        here = bases[row["rotation"] - 1] if row["rotation"] else snp
        assert row.items() >= averages(here, [row["used"]], rule)[0].items()
        if row["matched"]:
            wanted = averages(snp, [row["threshold"]], rule)[0]["diagonal"]
            assert row["diagonal"] == pytest.approx(wanted, abs=0.5 / 48)
            assert row["used"] == threshold_of_diagonal(here, wanted, row["threshold"])
        else:
            assert row["used"] == row["threshold"]


def test_the_own_basis_differs_in_nothing() -> None:
    """Also in another order: nothing depends on how nodes are numbered."""
    snp = tap()
    order = np.random.default_rng(1).permutation(48)
    for basis in (np.eye(48), np.eye(48)[order]):
        own, same, matched = averages_in_bases(snp, [rotated(snp, basis)], [0.3], "first_fit")
        for other in (same, matched):
            assert {**other, "rotation": 0, "matched": False} == own


def test_a_diagonal_out_of_reach_is_shown() -> None:
    positive = Snp(np.ones((4, 6), np.float32), np.ones((4, 6), np.float32))
    negative = Snp(np.ones((4, 6), np.float32), np.tile(np.float32([1, -1]), (4, 3)))
    own, _, matched = averages_in_bases(positive, [negative], [0.3], "first_fit")
    assert (own["diagonal"], matched["diagonal"]) == (6, 3)


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=6))
def test_the_interval_is_students_of_the_logarithms(ratios: list[float]) -> None:
    low, high = interval(ratios)
    assert math.sqrt(low * high) == pytest.approx(math.exp(sum(map(math.log, ratios)) / len(ratios)))
    if np.std(np.log(ratios)) > 1e-3:
        expected = ttest_1samp(np.log(ratios), 0).confidence_interval(0.95)
        assert (math.log(low), math.log(high)) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_an_interval_by_hand() -> None:
    # Logarithms -h, 0, h: the mean is 0, the standard error h / sqrt(3), Student's quantile at 2 is 4.30265.
    low, high = interval([0.5, 1, 2])
    assert high == pytest.approx(2 ** (4.30265 / math.sqrt(3)), rel=1e-5)
    assert low == pytest.approx(1 / high)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "ratios", [[], [2.0], [1.0, 0.0, 2.0], [1.0, math.inf], [1.0, math.nan], [-1.0, 1.0]]
)
def test_no_interval_where_there_is_none(ratios: list[float]) -> None:
    assert all(math.isnan(end) for end in interval(ratios))


def test_wrong_arguments_are_named() -> None:
    snp = tap()
    refused(
        lambda: list(averages_in_bases(snp, [], [1.0], "first_fit")),
        ValueError,
        "thresholds: [1.0] where",
    )
    refused(
        lambda: list(averages_in_bases(snp, [], [0.3], "other")), ValueError, "rule: 'other' where one of"
    )
