"""Whether the network is better at the labels that belong to an attention head (Fig 9)."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.attention.chance import Floats, subset_differences

DRAWS = 10_000  # random subsets of labels


def owned_accuracy(
    accuracy: NDArray[np.float64], blocks: Sequence[NDArray[np.bool_]], rng: np.random.Generator
) -> dict[str, tuple[float, Floats]]:
    """Mean accuracy of owned labels less that of the rest, and the same of random labels.

    Args:
        accuracy: float64 [L], of each label.
        blocks: Whether each label is owned, bool [L], in the last block and the one before, if any.
        rng: Source of random labels.

    Returns:
        By `last`, `before` and, of those owned in both, `both`: the difference, and `DRAWS` of
        random sets of as many labels; nan where none or all are owned.
    """
    return {
        name: (
            float(accuracy[own].mean() - accuracy[~own].mean()) if 0 < own.sum() < len(own) else math.nan,
            subset_differences(accuracy, own, DRAWS, rng),
        )
        for name, own in in_last_blocks(blocks).items()
    }


def in_last_blocks(blocks: Sequence[NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    """What is owned in the `last` block, the one `before` it, and `both`: bool [L] each, as given."""
    owned = dict(zip(("last", "before"), blocks, strict=False))
    if len(owned) == 2:
        owned["both"] = owned["last"] & owned["before"]
    return owned
