"""Joint p values, the excess over chance and the p value of a label, against literal loops."""

import numpy as np
import pytest

from nodal.attention.chance import (
    excess_interval,
    joint_p_value,
    label_p_values,
    null_appearances,
    reach,
    subset_differences,
)
from nodal.attention.ownership import is_owned


def test_joint_p_value_against_a_loop() -> None:
    null = np.random.default_rng(0).integers(0, 9, (3, 50))
    as_large = sum(null[0, draw] + null[1, draw] + null[2, draw] >= 15 for draw in range(50))
    assert joint_p_value(np.array([5, 6, 4]), null) == (1 + as_large) / 51


def test_a_joint_p_value_is_never_zero_and_no_mean() -> None:
    null = np.random.default_rng(1).normal(size=(3, 999))
    assert joint_p_value(np.array([9.0, 9.0, 9.0]), null) == 1 / 1000
    # Each seed alone is at p = .16; together they are rarer.
    alone = [joint_p_value(np.ones(1), null[[seed]]) for seed in range(3)]
    assert joint_p_value(np.ones(3), null) < min(alone) < np.mean(alone)
    assert np.isnan(joint_p_value(np.array([np.nan, 1.0, 1.0]), null))


def test_seeds_at_chance_have_a_uniform_joint_p_value() -> None:
    rng = np.random.default_rng(2)
    found = [joint_p_value(rng.normal(size=3), rng.normal(size=(3, 99))) for _ in range(400)]
    assert np.mean(np.array(found) <= 0.1) == pytest.approx(0.1, abs=0.04)


def test_label_p_values_against_a_loop() -> None:
    sets = np.random.default_rng(3).random((24, 5)) < 0.3
    null = null_appearances(sets, 4, 60, np.random.default_rng(4))
    counts = sets.reshape(4, 6, 5).sum(1)
    for label, found in enumerate(label_p_values(counts, null)):
        as_large = sum(max(draw[:, label]) >= max(counts[:, label]) for draw in null)
        assert found == (1 + as_large) / 61


def test_excess_over_chance() -> None:
    null = np.random.default_rng(5).poisson(20, (3, 4000))
    low, high = excess_interval(np.array([50, 50, 50]), null, np.random.default_rng(6))
    assert (low + high) / 2 == pytest.approx(30, abs=0.5)
    assert high - low == pytest.approx(2 * 1.96 * (20 / 3) ** 0.5, rel=0.1)
    # Seeds that differ widen it.
    wide = excess_interval(np.array([20, 50, 80]), null, np.random.default_rng(6))
    assert wide[1] - wide[0] > 2 * (high - low)


def test_twice_and_more_than_twice() -> None:
    counts = np.array([[4, 5, 1, 0], [2, 2, 1, 0]])
    assert is_owned(counts, 2).tolist() == [True, True, False, False]
    assert is_owned(counts, 2, strictly=True).tolist() == [False, True, False, False]
    assert is_owned(np.array([[11], [10]]), 1.1).tolist() == [True]
    assert is_owned(np.array([[11], [10]]), 1.1, strictly=True).tolist() == [False]


def test_differences_of_random_subsets() -> None:
    values, chosen = np.array([0.0, 1.0, 2.0, 3.0]), np.array([True, False, False, False])
    draws = subset_differences(values, chosen, 500, np.random.default_rng(7))
    assert set(np.round(draws, 6)) == {-2, round(-2 / 3, 6), round(2 / 3, 6), 2}
    assert reach(subset_differences(values, chosen, 500, np.random.default_rng(7))) == pytest.approx(2)
    assert np.isnan(subset_differences(values, np.ones(4, bool), 3, np.random.default_rng(8))).all()
