"""Masks of most nearly a given number of weights, where one number says how many they keep."""

from collections.abc import Callable, Mapping

import numpy as np

from nodal.pruning.andc import Mask

_HALVINGS = 20  # a millionth of the range


def masks_of_size(
    masks_at: Callable[[float], dict[str, Mask]], kept: int, end: float = 1.0
) -> dict[str, Mask]:
    """Found by halving the range from 0, where nothing is kept, to `end`, as masks grow with the number.

    Args:
        masks_at: The masks at a number inside the range, bool [out, in] by name of the weight.
        kept: How many weights they are to keep in all.
        end: Of the range.
    """
    low, high = 0.0, end
    found: list[dict[str, Mask]] = []
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found.append(masks_at(middle))
        low, high = (low, middle) if size(found[-1]) > kept else (middle, high)
    nothing = {name: np.zeros_like(mask) for name, mask in found[0].items()}
    return min([nothing, *found], key=lambda masks: abs(size(masks) - kept))


def size(masks: Mapping[str, Mask]) -> int:
    """How many weights are kept in all."""
    return sum(int(mask.sum()) for mask in masks.values())
