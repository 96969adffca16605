"""How attention heads share the labels out among themselves.

A head's appearances of a label are its nodes whose single-nodal performance (SNP) clusters hold it. A
label belongs to a head that holds it at least `ratio` times as often as every other head (Fig 8).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.snp.arrays import as_flags, as_integers, count

Counts = NDArray[np.int64]


def head_appearances(sets: NDArray[np.bool_], heads: int) -> Counts:
    """Count, per head, the nodes that hold each label.

    Args:
        sets: bool [K, L], labels in the clusters of each node; head h owns the h-th K/heads nodes.
        heads: Number of attention heads H.

    Returns:
        int64 [H, L].

    Raises:
        ValueError: The heads do not divide the nodes.
    """
    sets = as_flags("sets", sets, "[nodes, labels]")
    nodes, labels = sets.shape
    return sets.reshape(heads, nodes_a_head(nodes, heads), labels).sum(axis=1, dtype=np.int64)


def nodes_a_head(nodes: int, heads: int) -> int:
    """K / H.

    Raises:
        ValueError: That is no integer.
    """
    if nodes % count("heads", heads):
        raise ValueError(f"heads: {heads} do not divide the {nodes} nodes")
    return nodes // heads


def owners(counts: Counts, ratio: float) -> Counts:
    """The head that each label belongs to: int64 [..., L], -1 where it belongs to none.

    Args:
        counts: Appearances [..., H, L].
        ratio: A head's count must be positive and at least so many times that of every other head. At a
            ratio of 1, equal counts belong to none.

    Raises:
        ValueError: The ratio is below 1.
    """
    counts = as_integers("counts", counts, "[..., heads, labels]")
    return np.where(is_owned(counts, ratio), counts.argmax(axis=-2), -1)


def is_owned(counts: Counts, ratio: float, strictly: bool = False) -> NDArray[np.bool_]:
    """Whether each label belongs to some head: bool [..., L] of appearances [..., H, L].

    `strictly`: the head's count must be more than so many times that of every other (the paper has both).
    """
    if not ratio >= 1:
        raise ValueError(f"ratio: {ratio} where at least 1 is needed")
    ordered = np.sort(as_integers("counts", counts, "[..., heads, labels]"), axis=-2)
    most = ordered[..., -1, :]
    second = ordered[..., -2, :] if ordered.shape[-2] > 1 else np.zeros_like(most)
    # The tolerance lets 11 be 1.1 times 10, which the product 1.1 * 10 is slightly above.
    enough = most > ratio * second * (1 + 1e-12) if strictly else most >= ratio * second * (1 - 1e-12)
    owned: NDArray[np.bool_] = (most > second) & enough
    return owned


def owned_labels(counts: Counts, ratios: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Labels that belong to some head at each ratio: int64 [..., T] of appearances [..., H, L]."""
    if not len(ratios):
        raise ValueError("ratios: none where at least one is needed")
    return np.stack([is_owned(counts, ratio).sum(-1, dtype=np.int64) for ratio in ratios], axis=-1)
