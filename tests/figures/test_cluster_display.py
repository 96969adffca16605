"""Permuted matrices, typical nodes, label shares and threshold sweeps, against literal definitions."""

import itertools
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.figures.cluster_display import BELOW, CLUSTER, NOISE, display_order, kinds, permuted_kinds
from nodal.figures.typical_node import typical_node
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.label_shares import chance_appearances, cluster_fields, label_appearances
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, signal_to_noise, summarise, sweep
from tests.conftest import factors, thresholds


@given(factors(), thresholds)
def test_kinds_are_what_they_say(snp: Snp, threshold: float) -> None:
    numbers = clusters(snp, [threshold])[0]
    for node, matrix in enumerate(snp.matrices()):
        clipped = (matrix > np.float32(threshold)) & (snp.maximum[node] > 0)
        found = kinds(clipped, numbers[node])
        for i, j in itertools.product(range(len(matrix)), repeat=2):
            together = numbers[node, i] >= 0 and numbers[node, i] == numbers[node, j]
            expected = CLUSTER if together else NOISE if clipped[i, j] else BELOW
            assert found[i, j] == expected
        counted = statistics(numbers[[node]][None], above(Snp(*_one(snp, node)), [threshold]))
        assert (found == NOISE).sum() == counted.noise[0, 0]


def _one(snp: Snp, node: int) -> tuple[np.ndarray, np.ndarray]:
    return snp.pooled_mean[[node]], snp.weight[[node]]


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=12))
def test_order_is_by_size_then_label_and_the_rest_last(given_numbers: list[int]) -> None:
    numbers = np.array(given_numbers, np.int16)
    order = display_order(numbers).tolist()
    assert sorted(order) == list(range(len(numbers)))
    groups = [list(group) for _, group in itertools.groupby(order, key=lambda label: numbers[label])]
    inside = [group for group in groups if numbers[group[0]] >= 0]
    assert all(group == sorted(group) for group in groups)
    assert len(inside) == len(set(numbers[numbers >= 0].tolist()))  # no cluster is torn apart
    assert [len(group) for group in inside] == sorted((len(group) for group in inside), reverse=True)
    assert len(inside) == len(groups) or numbers[groups[-1][0]] == -1


def test_permuted_clusters_lie_on_the_diagonal() -> None:
    numbers = np.array([1, 0, -1, 0, 0, 1], np.int16)  # {1, 3, 4}, {0, 5}
    shown = permuted_kinds(np.ones((6, 6), bool), numbers)
    expected = np.full((6, 6), NOISE)
    expected[:3, :3] = expected[3:5, 3:5] = CLUSTER
    np.testing.assert_array_equal(shown, expected)


def test_typical_node_is_nearest_to_the_medians() -> None:
    assert typical_node([1, 5, 3, 9], [10, 10, 10, 10]) == 1  # medians 4, 10: nodes 1, 2 are as near
    assert typical_node([4, 4, 4, 4], [7, 1, 2, 3]) == 2  # no spread in the first count
    # Each count on its own scale: node 0 is off by one large unit, node 1 by one small one.
    assert typical_node([100, 0, 0, 10, -10], [0, 1, 0, 0, 0]) == 2


@given(factors(), thresholds)
def test_label_shares_against_loops(snp: Snp, threshold: float) -> None:
    numbers = clusters(snp, [threshold])[0]
    labels = numbers.shape[1]
    counted, fields = np.zeros(labels), np.zeros(labels)
    for node in range(len(numbers)):
        # In float64, as products near the smallest float32 are rounded by more than the tolerance.
        raw = np.outer(*(each[node].astype(np.float64) for each in (snp.pooled_mean, snp.weight)))
        for i, j in itertools.product(range(labels), repeat=2):
            if numbers[node, i] >= 0 and numbers[node, i] == numbers[node, j]:
                fields[j] += raw[i, j] / float(snp.scale[node])
                counted[j] += i == j
    np.testing.assert_array_equal(label_appearances(numbers), counted)
    np.testing.assert_allclose(cluster_fields(snp, numbers), fields, rtol=1e-5, atol=1e-6)


def test_chance_appearances_against_random_labels() -> None:
    held = np.array([1, 3, 3, 5, 0])
    numbers = np.where(np.arange(6) < held[:, None], 0, -1).astype(np.int16)
    rng = np.random.default_rng(0)
    drawn = [sum(rng.permutation(6)[:size].tolist().count(2) for size in held) for _ in range(20_000)]
    chance = chance_appearances(numbers)
    assert chance.mean == pytest.approx(2.0)
    assert chance.mean == pytest.approx(np.mean(drawn), abs=0.03)
    assert chance.sd == pytest.approx(np.std(drawn), abs=0.03)


@given(factors())
def test_sweep_is_each_threshold_by_itself(snp: Snp) -> None:
    some = [0.01, 0.3, 0.77]
    for threshold, found in zip(some, sweep(snp, some, "first_fit"), strict=True):
        numbers = clusters(snp, [threshold])
        noise = statistics(numbers, above(snp, [threshold])).noise
        expected = signal_to_noise(summarise(numbers[0], noise[0]))
        np.testing.assert_array_equal(astuple(found), astuple(expected))


def test_a_hundred_thresholds_between_0_and_1() -> None:
    assert len(SWEPT_THRESHOLDS) == 100
    assert ((SWEPT_THRESHOLDS > 0) & (SWEPT_THRESHOLDS < 1)).all()
    assert (np.diff(SWEPT_THRESHOLDS) > 0).all()
    assert 0.3 in SWEPT_THRESHOLDS
