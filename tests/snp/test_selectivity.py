"""Class selectivity against its definition, and its bounds."""

import numpy as np
import pytest
from hypothesis import given

from nodal.snp.matrix import Snp
from nodal.snp.selectivity import class_selectivity
from tests.conftest import factors


def test_it_is_the_index_of_morcos_behind_relu() -> None:
    means = np.random.default_rng(0).uniform(0, 3, (5, 7))
    for node, found in zip(means, class_selectivity(means), strict=True):
        largest = max(node)
        others = np.mean(sorted(node)[:-1])
        assert found == pytest.approx((largest - others) / (largest + others))


def test_ends_and_ties() -> None:
    found = class_selectivity([[4.0, 0, 0], [1, 1, 1], [0, 0, 0], [2, -1, -1], [-1, -3, -3]])
    np.testing.assert_allclose(found, [1, 0, 0, 1, 0.5])


def test_positions_count_by_their_mean() -> None:
    apart = np.random.default_rng(1).normal(size=(4, 3, 5))
    np.testing.assert_allclose(class_selectivity(apart), class_selectivity(apart.mean(1)))


@given(factors())
def test_it_lies_between_0_and_1(snp: Snp) -> None:
    if snp.shape[1] < 2:
        with pytest.raises(ValueError, match="of one label"):
            class_selectivity(snp.pooled_mean)
        return
    found = class_selectivity(snp.pooled_mean)
    assert ((found >= 0) & (found <= 1)).all()
