"""Matrices of nodes whose positions are read apart, against brute force and against rank one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nodal.snp.averages import averages
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.first_fit import RULES
from nodal.snp.label_shares import cluster_fields
from nodal.snp.matrix import Snp
from nodal.snp.privilege import threshold_of_diagonal
from nodal.snp.rotations import haar, rotated
from tests.conftest import factors, thresholds
from tests.snp.test_clusters import by_diagonal, literal

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in divide")

_element = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0]) | st.floats(-3, 3, width=32)
CUTS = [0.05, 0.3, 0.5]


@st.composite
def apart(draw: st.DrawFn) -> Snp:
    """Factors of a few matrices of any rank up to 4."""
    shape = (draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 8)))
    return Snp(*(draw(arrays(np.float32, shape, elements=_element)) for _ in range(2)))


def drawn(nodes: int = 6, positions: int = 9, labels: int = 20) -> Snp:
    rng = np.random.default_rng(0)
    mean = rng.standard_normal((nodes, positions, labels))
    return Snp(mean, mean + rng.standard_normal(mean.shape))


@given(apart())
def test_a_matrix_is_the_sum_of_its_positions_products(snp: Snp) -> None:
    nodes, labels = snp.shape
    fields = snp.fields()
    for k in range(nodes):
        summed = sum(
            np.outer(a.astype(np.float64), w) for a, w in zip(snp.pooled_mean[k], snp.weight[k], strict=True)
        )
        np.testing.assert_allclose(fields[k], summed, rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(snp.fields([k])[0], fields[k])
        np.testing.assert_array_equal(snp.diagonal[k], np.diag(fields[k]))
    assert fields.dtype == snp.maximum.dtype == np.float32
    np.testing.assert_array_equal(snp.maximum, fields.max((1, 2)))
    assert fields.shape == (nodes, labels, labels)


@pytest.mark.parametrize("rule", RULES)
@given(snp=apart(), cuts=st.lists(thresholds, min_size=1, max_size=3))
def test_clusters_are_the_literal_loop(rule: str, snp: Snp, cuts: list[float]) -> None:
    for row, cut in zip(clusters(snp, cuts, rule), cuts, strict=True):
        for numbers, matrix, field in zip(row, snp.matrices(), snp.fields(), strict=True):
            order = by_diagonal(field) if rule == "diagonal" else list(range(len(matrix)))
            assert numbers.tolist() == literal(matrix, np.float32(cut), order)


@pytest.mark.parametrize("rule", RULES)
def test_many_labels_in_parts(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    snp = drawn(labels=60)
    whole = clusters(snp, CUTS, rule)
    monkeypatch.setattr("nodal.snp.matrix._AT_ONCE", 2 * 60**2)
    in_parts = Snp(snp.pooled_mean, snp.weight)
    assert [len(nodes) for nodes in in_parts.parts()] == [2, 2, 2]
    np.testing.assert_array_equal(clusters(in_parts, CUTS, rule), whole)
    for row, cut in zip(whole, CUTS, strict=True):
        for numbers, matrix, field in zip(row, snp.matrices(), snp.fields(), strict=True):
            order = by_diagonal(field) if rule == "diagonal" else list(range(60))
            assert numbers.tolist() == literal(matrix, np.float32(cut), order)
    assert (whole[0].max(1) > 0).any()


@pytest.mark.parametrize("rule", RULES)
@given(snp=factors(), cuts=st.lists(thresholds, min_size=1, max_size=3), place=st.integers(0, 2))
def test_of_rank_one_all_is_as_without_positions(rule: str, snp: Snp, cuts: list[float], place: int) -> None:
    """One position, or three of which two are silent: the same numbers bit by bit."""
    (silent,) = np.zeros((1, 3, *snp.shape), np.float32)
    mean, weight = silent.copy(), silent.copy()
    mean[place], weight[place] = snp.pooled_mean, snp.weight
    single = Snp(snp.pooled_mean[:, None], snp.weight[:, None])
    for other in (single, Snp(mean.transpose(1, 0, 2), weight.transpose(1, 0, 2))):
        np.testing.assert_array_equal(other.fields(), snp.fields())
        np.testing.assert_array_equal(other.maximum, snp.maximum)
        np.testing.assert_array_equal(other.diagonal, snp.diagonal)
        np.testing.assert_array_equal(clusters(other, cuts, rule), clusters(snp, cuts, rule))
        np.testing.assert_array_equal(above(other, cuts), above(snp, cuts))
        np.testing.assert_equal(averages(other, cuts, rule), averages(snp, cuts, rule))
        assert threshold_of_diagonal(other, 1.5, 0.3) == threshold_of_diagonal(snp, 1.5, 0.3)


@pytest.mark.parametrize("rule", ["max_clique", "min_cover"])
def test_rules_for_rank_one_are_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=f"^rule: {rule} is for matrices of rank one.*first_fit or diagonal"):
        clusters(drawn(), [0.3], rule)


def test_counts_are_those_of_the_dense_matrices() -> None:
    snp = drawn()
    numbers = clusters(snp, CUTS)
    counted = statistics(numbers, above(snp, CUTS))
    matrices = snp.matrices()
    for t, cut in enumerate(CUTS):
        same = (numbers[t, :, :, None] == numbers[t, :, None]) & (numbers[t] >= 0)[:, :, None]
        over = matrices > np.float32(cut)
        np.testing.assert_array_equal(counted.noise[t], (over & ~same).sum((1, 2)))
    assert counted.noise.any()
    inside = sum(
        matrices[k][np.ix_(members, members)].sum(0) @ np.eye(20)[members]
        for k in range(6)
        for number in range(numbers[1, k].max() + 1)
        for members in [np.flatnonzero(numbers[1, k] == number)]
    )
    np.testing.assert_allclose(cluster_fields(snp, numbers[1]), inside, rtol=1e-5)


def test_one_permutation_a_node_shuffles_all_its_positions() -> None:
    snp = drawn(nodes=30)
    mixed = snp.shuffled(np.random.default_rng(1))
    np.testing.assert_array_equal(mixed.pooled_mean, snp.pooled_mean)
    orders = set()
    for before, after in zip(snp.weight, mixed.weight, strict=True):
        order = [int(np.flatnonzero(before[0] == value)[0]) for value in after[0]]
        np.testing.assert_array_equal(after, before[:, order])
        orders.add(tuple(order))
    assert len(orders) == 30
    # Those of a node that is read pooled.
    pooled = Snp(snp.pooled_mean[:, 0], snp.weight[:, 0]).shuffled(np.random.default_rng(1))
    np.testing.assert_array_equal(mixed.weight[:, 0], pooled.weight)


def test_the_same_rotation_at_each_position() -> None:
    snp, q = drawn(), haar(6, np.random.default_rng(2))
    turned = rotated(snp, q)
    for p in range(9):
        alone = rotated(Snp(snp.pooled_mean[:, p], snp.weight[:, p]), q)
        np.testing.assert_allclose(turned.pooled_mean[:, p], alone.pooled_mean, rtol=1e-6)
        np.testing.assert_allclose(turned.weight[:, p], alone.weight, rtol=1e-6)
    # Network, probe and logits stay: so does the sum over nodes.
    np.testing.assert_allclose(turned.fields().sum(0), snp.fields().sum(0), rtol=1e-4, atol=1e-4)


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"\[2, 3, 4\], weight \[2, 4\]: these must have the same shape"):
        Snp(np.ones((2, 3, 4)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="products of node 1 are beyond float32"):
        Snp(np.array([[[1], [1]], [[3e38], [3e38]]]), np.ones((2, 2, 1)))
