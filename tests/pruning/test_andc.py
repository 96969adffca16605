"""ANDC masks and random ones against loops over set intersections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nodal.pruning.andc import andc_mask, fc_mask
from nodal.pruning.random_masks import assigned_sets, degree_mask, random_mask


@st.composite
def set_pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    labels = draw(st.integers(1, 6))
    return tuple(draw(arrays(bool, (draw(st.integers(1, 7)), labels))) for _ in range(2))


masks = arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))
seeds = st.integers(0, 2**32 - 1)


@given(set_pairs())
def test_a_weight_is_kept_iff_the_sets_share_a_label(pair: tuple[np.ndarray, np.ndarray]) -> None:
    out_sets, in_sets = pair
    mask = andc_mask(out_sets, in_sets)
    assert mask.shape == (len(out_sets), len(in_sets))
    assert mask.dtype == bool
    for out, row in zip(out_sets, mask, strict=True):
        for into, kept in zip(in_sets, row, strict=True):
            assert kept == bool(set(np.flatnonzero(out)) & set(np.flatnonzero(into)))
    assert not mask[~out_sets.any(1)].any()
    assert not mask[:, ~in_sets.any(1)].any()


@given(set_pairs())
def test_density_is_within_its_bound(pair: tuple[np.ndarray, np.ndarray]) -> None:
    out_sets, in_sets = pair
    # At most the sum over labels of the products of the shares of nodes that hold it.
    bound = float(out_sets.mean(axis=0) @ in_sets.mean(axis=0))
    assert andc_mask(out_sets, in_sets).mean() <= bound + 1e-12
    literal = sum(out_sets[:, label].mean() * in_sets[:, label].mean() for label in range(out_sets.shape[1]))
    assert bound == pytest.approx(literal)


def test_fc_mask_is_the_sets_by_label() -> None:
    sets = np.array([[1, 0, 1], [0, 0, 0]], bool)
    assert fc_mask(sets).tolist() == [[True, False], [False, False], [True, False]]
    assert fc_mask(sets).flags.c_contiguous


@given(masks, seeds)
def test_random_mask_keeps_the_count(mask: np.ndarray, seed: int) -> None:
    mixed = random_mask(mask, np.random.default_rng(seed))
    assert mixed.shape == mask.shape
    assert mixed.sum() == mask.sum()


@given(masks, seeds)
def test_degree_mask_keeps_rows_and_columns(mask: np.ndarray, seed: int) -> None:
    before = mask.copy()
    mixed = degree_mask(mask, np.random.default_rng(seed))
    assert mixed.dtype == bool
    np.testing.assert_array_equal(mixed.sum(0), mask.sum(0))
    np.testing.assert_array_equal(mixed.sum(1), mask.sum(1))
    np.testing.assert_array_equal(mask, before)


def test_degree_mask_reaches_every_mask_of_its_degrees() -> None:
    # 3 x 3 with every degree 1: six permutation matrices, equally often.
    rng = np.random.default_rng(0)
    found = [tuple(degree_mask(np.eye(3, dtype=bool), rng).argmax(1)) for _ in range(3000)]
    counts = [found.count(each) for each in set(found)]
    assert len(counts) == 6
    assert max(abs(count - 500) for count in counts) < 5 * (500 * 5 / 6) ** 0.5


@given(st.integers(1, 12), st.integers(1, 12), st.data(), seeds)
def test_assigned_sets_are_balanced_with_an_exact_total(
    nodes: int, labels: int, data: st.DataObject, seed: int
) -> None:
    total = data.draw(st.integers(0, nodes * labels))
    sets = assigned_sets(nodes, labels, total, np.random.default_rng(seed))
    assert sets.shape == (nodes, labels)
    assert sets.sum() == total
    assert np.ptp(sets.sum(0)) <= 1
    assert np.ptp(sets.sum(1)) <= 1


def test_assigned_sets_at_the_size_of_the_paper() -> None:
    sets = assigned_sets(256, 100, 2469, np.random.default_rng(0))
    assert (sets.sum(), np.ptp(sets.sum(0)), np.ptp(sets.sum(1))) == (2469, 1, 1)


def test_assigned_sets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 sets of 3 labels cannot hold 7"):
        assigned_sets(2, 3, 7, np.random.default_rng(0))
