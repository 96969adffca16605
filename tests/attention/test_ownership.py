"""Attention heads and labels: counts against loops, chance against enumeration and the paper's simulation."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, owners
from nodal.attention.superclasses import expected_occupation, occupation, simulated_occupation
from nodal.paper import TABLE4_RANDOM


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 6), st.data())
def test_appearances_are_counted_head_by_head(
    heads: int, each: int, labels: int, data: st.DataObject
) -> None:
    sets = data.draw(arrays(bool, (heads * each, labels)))
    counts = head_appearances(sets, heads)
    assert counts.shape == (heads, labels)
    for head in range(heads):
        for label in range(labels):
            assert counts[head, label] == sum(
                sets[node, label] for node in range(head * each, (head + 1) * each)
            )


@given(
    arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.integers(0, 12)),
    st.sampled_from([1, 1.5, 2, 2.5, 4]),
)
def test_owners_are_the_heads_that_outnumber_all_others(counts: np.ndarray, ratio: float) -> None:
    found = owners(counts, ratio)
    for label, column in enumerate(counts.T):
        able = [
            head
            for head, count in enumerate(column)
            if count > 0 and all(count >= ratio * other for i, other in enumerate(column) if i != head)
        ]
        assert found[label] == (able[0] if len(able) == 1 else -1)


def test_owners_of_many_draws_at_once() -> None:
    counts = np.random.default_rng(0).integers(0, 9, (5, 3, 4, 7))
    found = owners(counts, 2)
    for draw in np.ndindex(5, 3):
        np.testing.assert_array_equal(found[draw], owners(counts[draw], 2))


def test_null_keeps_what_the_nodes_hold_and_how_many_a_head_has() -> None:
    rng = np.random.default_rng(0)
    sets = rng.random((12, 5)) < 0.4
    sets = np.hstack([sets, np.ones((12, 1), bool)])  # the last label is held by every node
    null = null_appearances(sets, 4, 500, rng)
    assert null.shape == (500, 4, 6)
    np.testing.assert_array_equal(null.sum(1), np.broadcast_to(sets.sum(0), (500, 6)))
    assert (null[:, :, -1] == 3).all()
    assert len({draw.tobytes() for draw in null}) > 400
    # Hypergeometric: 3 of 12 nodes are drawn for a head.
    held = sets.sum(0) / 12
    error = np.sqrt(3 * held * (1 - held) * (12 - 3) / (12 - 1) / 500)
    assert (np.abs(null.mean(0) - 3 * held) <= 5 * error + 1e-12).all()


@given(st.integers(1, 4), st.integers(1, 5), st.data())
def test_occupation_counts_the_filled_super_classes(
    superclasses: int, size: int, data: st.DataObject
) -> None:
    superclass = np.array(data.draw(st.permutations(list(np.repeat(np.arange(superclasses), size)))))
    owned = data.draw(arrays(bool, (3, superclasses * size)))
    found = occupation(owned, superclass)
    assert found.shape == (3, size)
    for row, chosen in zip(found, owned, strict=True):
        held = [sum(chosen[superclass == group]) for group in range(superclasses)]
        assert row.tolist() == [held.count(count) for count in range(1, size + 1)]


@pytest.mark.parametrize(("superclasses", "size"), [(3, 2), (2, 4), (4, 2), (1, 3)])
def test_expected_occupation_by_enumeration(superclasses: int, size: int) -> None:
    labels = superclasses * size
    superclass = np.repeat(np.arange(superclasses), size)
    for owned in range(labels + 1):
        choices = list(combinations(range(labels), owned))
        chosen = np.zeros((len(choices), labels), bool)
        for row, choice in zip(chosen, choices, strict=True):
            row[list(choice)] = True
        expected = expected_occupation(owned, superclasses, size)
        np.testing.assert_allclose(expected, occupation(chosen, superclass).mean(0), rtol=1e-12)
        assert expected @ np.arange(1, size + 1) == pytest.approx(owned)


def _unit(printed: float) -> float:
    """Value of the last printed digit of a number of the paper's table."""
    _, _, decimals = np.format_float_positional(printed, trim="-").partition(".")
    return 10.0 ** -len(decimals) if decimals else 1e-3


def _standard_error(owned: int) -> np.ndarray:
    """Standard error of the mean occupation over 50,000 random choices among 20 x 5 labels, from pairs."""
    mean = expected_occupation(owned, 20, 5)
    both = [comb(5, i) ** 2 * (comb(90, owned - 2 * i) if owned >= 2 * i else 0) for i in range(1, 6)]
    square = mean + np.array([20 * 19 * ways / comb(100, owned) for ways in both])
    return np.sqrt((square - mean**2) / 50_000)


@pytest.mark.parametrize("owned", TABLE4_RANDOM)
def test_expected_occupation_is_the_printed_one(owned: int) -> None:
    error = _standard_error(owned)
    for i, (exact, printed) in enumerate(
        zip(expected_occupation(owned, 20, 5), TABLE4_RANDOM[owned], strict=True)
    ):
        # The printed values are means over 50,000 samples, cut to a few digits.
        assert abs(exact - printed) <= _unit(printed) + 5 * error[i], (i + 1, exact, printed)


@pytest.mark.parametrize("owned", [5, 15, 25, 74])
def test_simulation_meets_the_expectation(owned: int) -> None:
    rng = np.random.default_rng(owned)
    superclass = rng.permutation(np.repeat(np.arange(20), 5))
    found = simulated_occupation(owned, superclass, 50_000, rng)
    # A value that is almost never met deviates by whole samples.
    assert (
        np.abs(found - expected_occupation(owned, 20, 5)) <= 5 * _standard_error(owned) + 2 / 50_000
    ).all()


@pytest.mark.parametrize("owned", [0, 6])
def test_simulation_of_nothing_and_of_all(owned: int) -> None:
    superclass = np.array([0, 1, 0, 1, 0, 1])
    found = simulated_occupation(owned, superclass, 10, np.random.default_rng(0))
    assert found.tolist() == [0, 0, 2 if owned else 0]
