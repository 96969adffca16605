"""Which node to show: one whose counts are typical of its layer."""

import numpy as np
from numpy.typing import ArrayLike


def typical_node(*counts: ArrayLike) -> int:
    """The node closest to the medians of its layer.

    Args:
        counts: What is counted of every node, [K] each: clusters, labels in them, noise.

    Returns:
        The node with the smallest sum of distances to the medians, each on the scale of its median absolute
        deviation (1 where that is 0); of equals the first.
    """
    values = np.stack([np.asarray(each, np.float64) for each in counts])
    distance = np.abs(values - np.median(values, axis=1, keepdims=True))
    scale = np.median(distance, axis=1, keepdims=True)
    return int((distance / np.where(scale > 0, scale, 1)).sum(0).argmin())
