"""How attention heads share the labels out among themselves, and what chance alone would give.

A head's appearances of a label are its nodes whose single-nodal performance (SNP) clusters hold it. A
label belongs to a head that holds it at least `ratio` times as often as every other head (Fig 8).
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def head_appearances(sets: NDArray[np.bool_], heads: int) -> Counts:
    """Count, per head, the nodes that hold each label.

    Args:
        sets: bool [K, L], labels in the clusters of each node; head h owns the h-th K/heads nodes.
        heads: Number of attention heads H.

    Returns:
        int64 [H, L].
    """
    nodes, labels = sets.shape
    return sets.reshape(heads, nodes // heads, labels).sum(axis=1, dtype=np.int64)


def owners(counts: Counts, ratio: float) -> Counts:
    """The head that each label belongs to: int64 [..., L], -1 where it belongs to none.

    Args:
        counts: Appearances [..., H, L].
        ratio: A head's count must be positive and at least so many times that of every other head. At a
            ratio of 1, equal counts belong to none.
    """
    return np.where(is_owned(counts, ratio), counts.argmax(axis=-2), -1)


def is_owned(counts: Counts, ratio: float) -> NDArray[np.bool_]:
    """Whether each label belongs to some head: bool [..., L] of appearances [..., H, L]."""
    ordered = np.sort(counts, axis=-2)
    most = ordered[..., -1, :]
    second = ordered[..., -2, :] if counts.shape[-2] > 1 else np.zeros_like(most)
    # The tolerance lets 11 be 1.1 times 10, which the product 1.1 * 10 is slightly above.
    owned: NDArray[np.bool_] = (most > second) & (most >= ratio * second * (1 - 1e-12))
    return owned


def owned_labels(counts: Counts, ratios: Iterable[float]) -> NDArray[np.int64]:
    """Labels that belong to some head at each ratio: int64 [..., T] of appearances [..., H, L]."""
    return np.stack([is_owned(counts, ratio).sum(-1, dtype=np.int64) for ratio in ratios], axis=-1)
