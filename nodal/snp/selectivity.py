"""Class selectivity of nodes: how much more active a node is for its own label than for all others."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodal.snp.arrays import as_numbers


def class_selectivity(pooled_mean: ArrayLike) -> NDArray[np.float64]:
    """(largest - mean of others) / (|largest| + |mean of others|) of the means over the inputs of each label.

    It is the index of Morcos et al. (1803.06959) where no mean is negative, as behind ReLU; absolute values
    keep it within 0 and 1 elsewhere. A node that is the same for all labels, as one of zeros, has 0.

    Args:
        pooled_mean: [K, L], K nodes; of [K, P, L] the mean over the P positions counts. At least two labels.

    Returns:
        float64 [K].

    Raises:
        ValueError: There is one label.
    """
    means = as_numbers("pooled_mean", pooled_mean, "[..., nodes, labels]", np.float64)
    means = means if means.ndim == 2 else means.mean(1)
    if means.shape[1] < 2:
        raise ValueError("pooled_mean: of one label, where at least two are needed")
    largest = means.max(1)
    others = (means.sum(1) - largest) / (means.shape[1] - 1)
    whole = np.abs(largest) + np.abs(others)
    return np.where(whole > 0, (largest - others) / np.where(whole > 0, whole, 1), 0.0)
