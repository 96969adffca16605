"""What a number rests on: slopes and intervals against NumPy and tables, differences paired by seed."""

import math

import numpy as np
import pytest

from nodal.claims.evidence import over_seeds, paired_difference, slope, student_interval


def test_the_slope_and_its_interval_against_numpy() -> None:
    places, values = np.array([1, 2, 3, 5, 8]), np.array([1.0, 1.9, 3.3, 4.6, 8.5])
    found = slope(places, values)
    (steep, _), covariance = np.polyfit(places, values, 1, cov=True)
    assert found.mean == pytest.approx(steep)
    assert found.high - found.mean == pytest.approx(3.182446 * np.sqrt(covariance[0, 0]), rel=1e-6)
    assert math.isnan(slope([1, 2], [1, 2]).low)


def test_students_interval() -> None:
    assert student_interval([1, 2, 3]) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5))
    assert all(map(math.isnan, student_interval([1])))


def test_differences_are_paired_by_seed() -> None:
    noisy = over_seeds({0: 1.0, 1: 5.0, 2: 9.0})
    lower = over_seeds({2: 8.0, 1: 4.1, 0: 0.1})
    difference = paired_difference(noisy, lower)
    assert difference.mean == pytest.approx(14 / 15)
    assert difference.low > 0.7
    assert math.isnan(paired_difference(noisy, over_seeds({0: 1.0, 1: 2.0})).low)
