"""How attention heads share the labels out among themselves, and what chance alone would give.

A head's appearances of a label are its nodes whose single-nodal performance (SNP) clusters hold it. A
label belongs to a head that holds it at least `ratio` times as often as every other head (Fig 8).
"""

from math import comb

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def appearances(sets: NDArray[np.bool_], heads: int) -> Counts:
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


def null_appearances(sets: NDArray[np.bool_], heads: int, draws: int, rng: np.random.Generator) -> Counts:
    """Appearances when nodes are assigned to heads at random: int64 [draws, H, L].

    Every draw permutes the nodes; what a node holds stays.
    """
    nodes = len(sets)
    order = rng.permuted(np.broadcast_to(np.arange(nodes), (draws, nodes)), axis=1)
    head_of = np.empty_like(order)
    np.put_along_axis(
        head_of, order, np.broadcast_to(np.arange(nodes) // (nodes // heads), order.shape), axis=1
    )
    # One product counts all draws and heads: rows (draw, head), columns nodes.
    members = (head_of[:, None, :] == np.arange(heads)[:, None]).reshape(draws * heads, nodes)
    counts = members.astype(np.float32) @ sets.astype(np.float32)
    return counts.astype(np.int64).reshape(draws, heads, -1)


def occupation(owned: NDArray[np.bool_], superclass: Counts) -> Counts:
    """Super-classes of which exactly 1, 2, ... labels are owned (Table 4).

    Args:
        owned: bool [..., L].
        superclass: int64 [L], super-class of each label; all of the same size s.

    Returns:
        int64 [..., s].
    """
    groups = np.eye(int(superclass.max()) + 1, dtype=np.float32)[superclass]
    filled = owned.astype(np.float32) @ groups
    size = int(np.bincount(superclass).max())
    return np.stack([(filled == count).sum(-1) for count in range(1, size + 1)], axis=-1)


def expected_occupation(owned: int, superclasses: int, size: int) -> NDArray[np.float64]:
    """Exact expectation of `occupation` for `owned` labels drawn at random: float64 [size].

    Of S super-classes of s labels, S * C(s, i) * C(S s - s, k - i) / C(S s, k) have i labels drawn.
    """
    labels = superclasses * size
    ways = [superclasses * comb(size, i) * _choose(labels - size, owned - i) for i in range(1, size + 1)]
    return np.array([way / comb(labels, owned) for way in ways])


def simulated_occupation(
    owned: int, superclass: Counts, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The paper's simulation of the same by `draws` random choices of labels: float64 [s]."""
    order = rng.random((draws, len(superclass)), dtype=np.float32)
    chosen = np.zeros(order.shape, bool)
    np.put_along_axis(chosen, np.argpartition(order, owned - 1, axis=1)[:, :owned], True, axis=1)
    return np.asarray(occupation(chosen, superclass).mean(axis=0))


def _choose(n: int, k: int) -> int:
    return comb(n, k) if k >= 0 else 0
