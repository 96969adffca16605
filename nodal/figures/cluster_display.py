"""Matrices of the single-nodal performance (SNP) as the paper shows them: clipped, permuted by clusters."""

import numpy as np
from numpy.typing import NDArray

from nodal.snp.clusters import Numbers

BELOW, NOISE, CLUSTER = 0, 1, 2


def display_order(numbers: Numbers) -> NDArray[np.intp]:
    """The labels [L] cluster by cluster, the largest first; inside a cluster, and in the rest, ascending.

    Args:
        numbers: [L], cluster number of each label of one node, -1 outside.
    """
    sizes = np.bincount(numbers[numbers >= 0], minlength=1)
    size = np.where(numbers >= 0, sizes[numbers], 0)
    return np.lexsort((np.arange(len(numbers)), numbers, -size))


def kinds(above: NDArray[np.bool_], numbers: Numbers) -> NDArray[np.int8]:
    """What each element is: `BELOW` the threshold, `NOISE` above it outside the clusters, or in a `CLUSTER`.

    Args:
        above: bool [L, L], the clipped matrix.
        numbers: [L], cluster number of each label, -1 outside.

    Returns:
        int8 [L, L], in the order of the labels.
    """
    same = (numbers[:, None] == numbers) & (numbers >= 0)
    return np.where(same, CLUSTER, np.where(above, NOISE, BELOW)).astype(np.int8)


def permuted_kinds(above: NDArray[np.bool_], numbers: Numbers) -> NDArray[np.int8]:
    """`kinds` with rows and columns in `display_order` (Fig 3, right)."""
    order = display_order(numbers)
    return kinds(above, numbers)[np.ix_(order, order)]
