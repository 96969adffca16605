"""The greedy ascent against a search at every step, and the last state that fits."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.pruning.greedy import furthest, greedy_path

ladders = st.lists(st.tuples(st.floats(-0.2, 1), st.integers(0, 9)), min_size=1, max_size=4)


@given(st.lists(ladders, min_size=1, max_size=4))
def test_every_step_is_the_cheapest_there_is(steps: list[list[tuple[float, int]]]) -> None:
    losses = {str(layer): [loss for loss, _ in of_layer] for layer, of_layer in enumerate(steps)}
    removed = {
        str(layer): np.cumsum([more for _, more in of_layer]).tolist() for layer, of_layer in enumerate(steps)
    }
    path = greedy_path(losses, removed)
    assert path[0] == dict.fromkeys(losses, 0)
    assert path[-1] == {layer: len(of_layer) for layer, of_layer in losses.items()}
    for before, after in pairwise(path):
        (moved,) = [layer for layer in losses if after[layer] != before[layer]]
        assert after[moved] == before[moved] + 1
        prices = {layer: price(losses[layer], removed[layer], before[layer]) for layer in losses}
        assert prices[moved] == min(prices.values())


def price(losses: list[float], removed: list[int], taken: int) -> float:
    """What the next step loses for a weight, from the definition; infinite where there is none."""
    if taken == len(losses):
        return np.inf
    lost = max(0.0, *losses[: taken + 1]) - max(0.0, *losses[:taken], 0.0)
    more = removed[taken] - (removed[taken - 1] if taken else 0)
    return lost / more if more else 0.0


@pytest.mark.parametrize("last", range(5))
def test_the_last_state_that_fits(last: int) -> None:
    path = [{"a": step} for step in range(5)]
    assert furthest(path, lambda state: state["a"] <= last) == {"a": last}
