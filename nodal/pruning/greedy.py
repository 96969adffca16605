"""Thresholds layer by layer from a budget of held-out accuracy, greedily: what costs least a weight first."""

from collections.abc import Callable, Mapping, Sequence

Steps = dict[str, int]  # by layer, how many steps up its thresholds are taken


def greedy_path(losses: Mapping[str, Sequence[float]], removed: Mapping[str, Sequence[int]]) -> list[Steps]:
    """All states of a greedy ascent, from no layer pruned to every layer at its last threshold.

    Args:
        losses: Of each layer alone, accuracy lost at each of its rising thresholds; where that is less than
            at a lower threshold, or less than nothing, it counts as that.
        removed: Of the same, weights removed.

    Returns:
        The steps taken in each layer. Each state is the one before it, one step further in the layer where
        that loses least for a weight it removes; of equals in the first. A step that removes none is free.
    """
    rising = {layer: _rising(values) for layer, values in losses.items()}
    path = [dict.fromkeys(losses, 0)]
    while True:
        now = path[-1]
        prices = {
            layer: _price(rising[layer], removed[layer], now[layer])
            for layer in losses
            if now[layer] < len(losses[layer])
        }
        if not prices:
            return path
        cheapest = min(prices, key=lambda layer: prices[layer])
        path.append(now | {cheapest: now[cheapest] + 1})


def furthest(path: Sequence[Steps], fits: Callable[[Steps], bool]) -> Steps:
    """The last state of a path that fits, found by halving: as if no state fitted behind one that does not.

    The first state is taken to fit.
    """
    low, high = 0, len(path)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(path[middle]) else (low, middle)
    return path[low]


def _rising(values: Sequence[float]) -> list[float]:
    largest, found = 0.0, []
    for value in values:
        largest = max(largest, value)
        found.append(largest)
    return found


def _price(losses: Sequence[float], removed: Sequence[int], taken: int) -> float:
    """Loss for a weight of the next step."""
    lost, gone = (losses[taken - 1], removed[taken - 1]) if taken else (0.0, 0)
    more = removed[taken] - gone
    return (losses[taken] - lost) / more if more > 0 else 0.0
