"""Rotated bases against matrices written out element by element, and their averages against loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.snp.averages import averages, mean_averages
from nodal.snp.clusters import RULES, above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.rotations import haar, rotated, rotations
from nodal.snp.signal_to_noise import signal_to_noise, summarise, sweep
from tests.conftest import factors, thresholds
from tests.snp.test_arrays import refused

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in divide")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def some(nodes: int = 12, labels: int = 5) -> Snp:
    return Snp(*rng().standard_normal((2, nodes, labels)).astype(np.float32))


@pytest.mark.parametrize(("nodes", "groups"), [(1, 1), (2, 1), (7, 1), (12, 3), (12, 12), (64, 4)])
def test_q_is_orthogonal_and_mixes_only_within_groups(nodes: int, groups: int) -> None:
    q = haar(nodes, rng(), groups)
    assert q.dtype == np.float64
    np.testing.assert_allclose(q @ q.T, np.eye(nodes), atol=1e-13)
    group = np.arange(nodes) // (nodes // groups)
    np.testing.assert_array_equal(q != 0, group[:, None] == group)


def test_q_is_uniform() -> None:
    """Moments of Haar measure: elements have mean 0, square 1/K and fourth power 3 / (K (K + 2))."""
    generator = rng()
    draws = np.stack([haar(3, generator) for _ in range(4000)])
    np.testing.assert_allclose(draws.mean(0), 0, atol=0.05)
    np.testing.assert_allclose((draws**2).mean(0), 1 / 3, atol=0.03)
    np.testing.assert_allclose((draws**4).mean(0), 3 / 15, atol=0.03)
    assert abs(np.linalg.det(draws).mean()) < 0.08  # reflections are as common as rotations


@given(factors(), st.integers(0, 9))
def test_a_rotated_matrix_is_the_outer_product_of_mixed_factors(snp: Snp, seed: int) -> None:
    nodes, labels = snp.weight.shape
    q = haar(nodes, rng(seed))
    found = rotated(snp, q).fields()
    total = np.zeros((labels, labels))
    for k in range(nodes):
        a = [sum(q[k, m] * float(snp.pooled_mean[m, i]) for m in range(nodes)) for i in range(labels)]
        w = [sum(q[k, m] * float(snp.weight[m, j]) for m in range(nodes)) for j in range(labels)]
        literal = np.array([[a[i] * w[j] for j in range(labels)] for i in range(labels)])
        np.testing.assert_allclose(found[k], literal, rtol=1e-5, atol=1e-5)
        total += literal
    np.testing.assert_allclose(snp.fields().sum(0, dtype=np.float64), total, rtol=1e-5, atol=1e-5)


@given(factors())
def test_the_identity_changes_no_number(snp: Snp) -> None:
    found = rotated(snp, np.eye(len(snp.weight)))
    assert found.pooled_mean.dtype == found.weight.dtype == np.float32
    np.testing.assert_array_equal(found.pooled_mean, snp.pooled_mean)
    np.testing.assert_array_equal(found.weight, snp.weight)


@given(factors(), st.data())
def test_a_permutation_permutes_the_nodes(snp: Snp, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(snp.weight))))
    found = rotated(snp, np.eye(len(order))[order])
    np.testing.assert_array_equal(found.pooled_mean, snp.pooled_mean[order])
    np.testing.assert_array_equal(found.weight, snp.weight[order])


def test_a_quarter_turn_by_hand() -> None:
    snp = Snp(np.array([[1, 2], [3, 4]], np.float32), np.array([[5, 6], [7, 8]], np.float32))
    found = rotated(snp, np.array([[0.0, 1.0], [-1.0, 0.0]]))
    assert found.pooled_mean.tolist() == [[3, 4], [-1, -2]]
    assert found.weight.tolist() == [[7, 8], [-5, -6]]


def test_products_are_rounded_once() -> None:
    """In float32 the large terms would swallow the small one before they cancel."""
    column = np.array([[2**24], [1], [-(2**24)]], np.float32)
    q = np.array([[1.0, 1.0, 1.0], [0, 0, 0], [0, 0, 0]])
    assert rotated(Snp(column, column), q).weight[0, 0] == 1


def numbers(found: Snp) -> bytes:
    return found.pooled_mean.tobytes() + found.weight.tobytes()


def test_rotations_are_those_of_their_seed_and_tap() -> None:
    snp = some()
    first = [numbers(each) for each in rotations(snp, 3, seed=4, tap=2)]
    assert first == [numbers(each) for each in rotations(snp, 5, seed=4, tap=2)][:3]
    others = [rotations(snp, 3, 5, 2), rotations(snp, 3, 4, 3), rotations(snp, 3, 4, 2, groups=3)]
    assert len({*first, *(numbers(each) for other in others for each in other)}) == 12


def test_both_factors_and_all_splits_are_rotated_alike() -> None:
    snp, other = some(), Snp(some().weight, some().pooled_mean)
    for one, two in zip(rotations(snp, 2, 0, 1), rotations(other, 2, 0, 1), strict=True):
        np.testing.assert_array_equal(one.weight, two.pooled_mean)
        np.testing.assert_allclose(one.fields().sum(0), snp.fields().sum(0), atol=1e-5)


@pytest.mark.parametrize("rule", RULES)
@given(snp=factors(), cuts=st.lists(thresholds, min_size=1, max_size=3))
def test_averages_are_the_columns_of_the_tables(rule: str, snp: Snp, cuts: list[float]) -> None:
    found = averages(snp, cuts, rule)
    for row, cut, swept in zip(found, cuts, sweep(snp, cuts, rule), strict=True):
        grouped = clusters(snp, [cut], rule)
        summary = summarise(grouped[0], statistics(grouped, above(snp, [cut])).noise[0])
        expected = vars(summary) | vars(signal_to_noise(summary))
        np.testing.assert_equal(row, expected)
        np.testing.assert_equal(row["snr"], swept.snr)


def test_a_mean_drops_nothing() -> None:
    found = mean_averages(
        [{"snr": math.inf, "size": math.nan, "noise": 1}, {"snr": 1, "size": 2, "noise": 4}]
    )
    assert found["snr"] == math.inf
    assert math.isnan(found["size"])
    assert found["noise"] == 2.5


def test_wrong_arguments_are_named() -> None:
    snp = some()
    refused(lambda: haar(12, rng(), 5), ValueError, "groups: 5 do not divide the 12 nodes")
    refused(lambda: haar(0, rng()), ValueError, "nodes: 0 where an integer of at least 1")
    refused(lambda: rotated(snp, np.eye(11)), ValueError, "q: has shape [11, 11] where [12, 12] is needed")
    refused(lambda: list(rotations(snp, 0, 0, 0)), ValueError, "number: 0 where an integer of at least 1")
