"""Single-head performance against the literal sum of its nodes' matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.attention.single_head import single_heads
from nodal.snp.averages import averages
from nodal.snp.matrix import Snp
from tests.conftest import factors, thresholds


@pytest.mark.parametrize("positions", [(), (3,)])
def test_a_head_is_the_sum_of_its_nodes(positions: tuple[int, ...]) -> None:
    snp = Snp(*np.random.default_rng(0).normal(size=(2, 12, *positions, 5)))
    for heads in (1, 2, 4, 12):
        found = single_heads(snp, heads).fields()
        size = 12 // heads
        for head in range(heads):
            literal = sum(
                snp.fields([node])[0].astype(np.float64) for node in range(head * size, (head + 1) * size)
            )
            np.testing.assert_allclose(found[head], literal, rtol=1e-5, atol=1e-5)


@given(factors(max_nodes=4), thresholds)
def test_a_head_of_one_node_is_that_node(snp: Snp, threshold: float) -> None:
    heads = single_heads(snp, len(snp.weight))
    (own,), (expected,) = averages(heads, [threshold], "first_fit"), averages(snp, [threshold], "first_fit")
    assert own == pytest.approx(expected, nan_ok=True)


@given(st.integers(2, 9))
def test_heads_divide_the_nodes(nodes: int) -> None:
    snp = Snp(np.ones((nodes, 3)), np.ones((nodes, 3)))
    with pytest.raises(ValueError, match=f"heads: {nodes + 1} do not divide the {nodes} nodes"):
        single_heads(snp, nodes + 1)
