"""Clusters of single-nodal performance matrices against the literal loop over labels and squares."""

import tracemalloc
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.claims.measures import layer_measures
from nodal.files.snp import read_snp, write_snp
from nodal.snp.clusters import RULES, above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import signal_to_noise, summarise
from tests.conftest import factors, thresholds


def literal(matrix: np.ndarray, threshold: np.float32, order: list[int]) -> list[int]:
    """Open a cluster with the first remaining label; add each later one if the whole square stays above."""
    numbers = [-1] * len(matrix)
    if matrix.max() <= 0:
        return numbers
    remaining = [label for label in order if matrix[label, label] > threshold]
    number = 0
    while remaining:
        members: list[int] = []
        for label in remaining:
            square = [*members, label]
            if all(matrix[i, j] > threshold for i in square for j in square):
                members.append(label)
        for label in members:
            numbers[label] = number
        remaining = [label for label in remaining if label not in members]
        number += 1
    return numbers


def by_diagonal(matrix: np.ndarray) -> list[int]:
    """Descending diagonal of the raw or normalised matrix, ties in label order."""
    return sorted(range(len(matrix)), key=lambda label: -matrix[label, label])


@given(factors(), st.lists(thresholds, min_size=1, max_size=3))
def test_first_fit_is_the_literal_loop(snp: Snp, cuts: list[float]) -> None:
    found = clusters(snp, cuts)
    assert found.shape == (len(cuts), *snp.weight.shape)
    for row, cut in zip(found, cuts, strict=True):
        for numbers, matrix in zip(row, snp.matrices(), strict=True):
            assert numbers.tolist() == literal(matrix, np.float32(cut), list(range(len(matrix))))


@given(factors(), thresholds)
def test_diagonal_is_the_literal_loop_in_descending_order(snp: Snp, cut: float) -> None:
    found = clusters(snp, [cut], "diagonal")[0]
    for numbers, matrix, field in zip(found, snp.matrices(), snp.fields(), strict=True):
        assert numbers.tolist() == literal(matrix, np.float32(cut), by_diagonal(field))


@pytest.mark.parametrize("rule", ["first_fit", "diagonal"])
def test_many_labels(rule: str) -> None:
    rng = np.random.default_rng(3)
    snp = Snp(*rng.standard_normal((2, 6, 60)).astype(np.float32))
    found = clusters(snp, [0.05, 0.3], rule)
    for row, cut in zip(found, [0.05, 0.3], strict=True):
        for numbers, matrix, field in zip(row, snp.matrices(), snp.fields(), strict=True):
            order = by_diagonal(field) if rule == "diagonal" else list(range(60))
            assert numbers.tolist() == literal(matrix, np.float32(cut), order)


@pytest.mark.parametrize("rule", RULES)
@given(snp=factors(), cut=thresholds)
def test_every_rule_partitions_the_candidates_into_whole_squares(rule: str, snp: Snp, cut: float) -> None:
    found = clusters(snp, [cut], rule)[0]
    for numbers, matrix in zip(found, snp.matrices(), strict=True):
        candidates = (np.diag(matrix) > np.float32(cut)) & (matrix.max() > 0)
        np.testing.assert_array_equal(numbers >= 0, candidates)
        assert sorted(set(numbers[numbers >= 0])) == list(range(numbers.max() + 1))
        for number in range(numbers.max() + 1):
            members = np.flatnonzero(numbers == number)
            assert (matrix[np.ix_(members, members)] > np.float32(cut)).all()


@pytest.mark.parametrize("looked_up", [1, 10**6])
@given(snp=factors(), cuts=st.lists(thresholds, min_size=1, max_size=3))
def test_above_is_the_dense_count(looked_up: int, snp: Snp, cuts: list[float]) -> None:
    with patch("nodal.snp.clusters.LOOKED_UP", looked_up):
        counted = above(snp, cuts)
    matrices, positive = snp.matrices(), snp.maximum > 0
    for row, cut in zip(counted, cuts, strict=True):
        np.testing.assert_array_equal(row, (matrices > np.float32(cut)).sum((1, 2)) * positive)


@pytest.mark.parametrize("steps", [2**2, 2**22])
@pytest.mark.parametrize("scale", [1.0, 1e-20])
def test_above_is_the_dense_count_of_many_labels(steps: int, scale: float) -> None:
    # Few steps: many elements are alike, and many lie at a threshold; small ones have few bits.
    drawn = np.random.default_rng(5).integers(-steps, steps, (2, 8, 300)) / steps * scale
    snp = Snp(*drawn.astype(np.float32))
    cuts = [0.1, 0.25, 0.5, 0.75]
    for row, cut in zip(above(snp, cuts), cuts, strict=True):
        np.testing.assert_array_equal(row, (snp.matrices() > np.float32(cut)).sum((1, 2)) * (snp.maximum > 0))


@pytest.mark.parametrize("rule", RULES)
@given(snp=factors(), cuts=st.lists(thresholds, min_size=1, max_size=3))
def test_statistics_count_what_is_there(rule: str, snp: Snp, cuts: list[float]) -> None:
    numbers = clusters(snp, cuts, rule)
    counted = statistics(numbers, above(snp, cuts))
    matrices, positive = snp.matrices(), snp.maximum > 0
    for t, cut in enumerate(cuts):
        for k, matrix in enumerate(matrices):
            over = (matrix > np.float32(cut)) & positive[k]
            same = (numbers[t, k, :, None] == numbers[t, k]) & (numbers[t, k] >= 0)
            assert counted.clusters[t, k] == len(set(numbers[t, k]) - {-1})
            assert counted.diagonal[t, k] == np.diag(over).sum()
            assert counted.above[t, k] == over.sum()
            assert counted.noise[t, k] == (over & ~same).sum() >= 0


def test_no_label_is_in_a_cluster_where_no_element_is_positive() -> None:
    snp = Snp(np.array([[1, 2], [0, 0]], np.float32), np.array([[-1, -2], [3, 4]], np.float32))
    assert (clusters(snp, [0.3]) == -1).all()
    counted = statistics(clusters(snp, [0.3]), above(snp, [0.3]))
    assert not any(values.any() for values in vars(counted).values())


def test_an_example_by_hand() -> None:
    # Normalised rows: [1, .5, .5], [.8, .4, .4], [.2, .1, .1]; at .3 the labels 0 and 1 form one square.
    snp = Snp(np.array([[1, 0.8, 0.2]], np.float32), np.array([[1, 0.5, 0.5]], np.float32))
    assert clusters(snp, [0.3]).tolist() == [[[0, 0, -1]]]
    counted = statistics(clusters(snp, [0.3]), above(snp, [0.3]))
    assert [int(values[0, 0]) for values in vars(counted).values()] == [1, 2, 6, 2]
    # At .45 the diagonal holds label 0 alone; [0, 1], [0, 2] and [1, 0] are noise.
    assert clusters(snp, [0.45]).tolist() == [[[0, -1, -1]]]
    assert statistics(clusters(snp, [0.45]), above(snp, [0.45])).noise.tolist() == [[3]]


def test_a_thousand_labels_from_file_to_ratio_never_need_all_matrices(tmp_path: Path) -> None:
    nodes, labels, dense_limit = 48, 1000, 20_000_000
    matrix_bytes = 4 * labels**2
    mean, noise = np.random.default_rng(0).standard_normal((2, nodes, labels)).astype(np.float32)
    path = tmp_path / "snp.parquet"
    tracemalloc.start()
    write_snp(path, Snp(mean, mean + noise), {}, dense_limit)
    snp = read_snp(path)[0]
    numbers = clusters(snp, [0.2, 0.3])
    counted = statistics(numbers, above(snp, [0.2, 0.3]))
    contrast = layer_measures(snp, numbers[1], counted.noise[1])["contrast"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size < matrix_bytes
    assert peak < 10 * matrix_bytes  # all of them are 48
    assert contrast > 1
    last = snp.matrices([nodes - 1])[0]
    assert counted.above[1, -1] == (last > np.float32(0.3)).sum()
    ratio = signal_to_noise(summarise(numbers[1], counted.noise[1]))
    assert 0 < ratio.snr < np.inf
