"""Applied nodal diagonal connections (ANDC): which weights the single-nodal performance (SNP) keeps (Fig 6).

A weight is kept iff the label sets of the two nodes it joins, the labels in the clusters of their SNP
matrices, share at least one label. A node with an empty set is disconnected. Biases stay.
"""

import numpy as np
from numpy.typing import NDArray

Sets = NDArray[np.bool_]
Mask = NDArray[np.bool_]


def andc_mask(out_sets: Sets, in_sets: Sets) -> Mask:
    """Keep a weight iff its two nodes share a label.

    Args:
        out_sets: bool [K_out, L], label sets of the output nodes.
        in_sets: bool [K_in, L], of the input nodes.

    Returns:
        bool [K_out, K_in], as a torch Linear's weight.
    """
    return out_sets.astype(np.float32) @ in_sets.astype(np.float32).T > 0


def fc_mask(sets: Sets) -> Mask:
    """The FC layer's mask, bool [L, K]: node k keeps the labels of its set, bool [K, L]."""
    return sets.T.copy()


def density_bound(out_sets: Sets, in_sets: Sets) -> float:
    """An upper bound of a mask's density: the sum over labels of the shares of nodes that hold it."""
    return float(out_sets.mean(axis=0) @ in_sets.mean(axis=0))


def random_mask(mask: Mask, rng: np.random.Generator) -> Mask:
    """As many kept weights as `mask` has, anywhere."""
    return rng.permuted(mask.ravel()).reshape(mask.shape)


def degree_mask(mask: Mask, rng: np.random.Generator, rounds: int = 10) -> Mask:
    """A random mask in which every node, on both sides, keeps as many weights as in `mask`.

    Curveball trades (Strona et al., Nat. Commun. 5, 4114): two rows pool the columns that only one of
    them has and share them out again at random.

    Args:
        mask: bool [K_out, K_in].
        rng: Source of the trades.
        rounds: Trades a row; each round pairs all rows at random.
    """
    mixed = mask.copy()
    for _ in range(rounds):
        order = rng.permutation(len(mixed))
        for one, other in zip(order[::2], order[1::2], strict=False):
            differ = np.flatnonzero(mixed[one] != mixed[other])
            shared_out = rng.permuted(mixed[one, differ])
            mixed[one, differ] = shared_out
            mixed[other, differ] = ~shared_out
    return mixed


def magnitude_mask(weight: NDArray[np.float32], kept: int) -> Mask:
    """Keep the `kept` weights of largest magnitude (the first of equals)."""
    order = np.argsort(-np.abs(weight), axis=None, kind="stable")
    mask = np.zeros(weight.size, bool)
    mask[order[:kept]] = True
    return mask.reshape(weight.shape)


def assigned_sets(nodes: int, labels: int, total: int, rng: np.random.Generator) -> Sets:
    """Pre-assigned label sets (the paper's A-ANDC), bool [nodes, labels] with `total` elements.

    Sizes differ by at most one, and so do the numbers of nodes that hold each label.

    Raises:
        ValueError: More elements than the sets can hold.
    """
    if total > nodes * labels:
        raise ValueError(f"{nodes} sets of {labels} labels cannot hold {total}")
    sizes = np.full(nodes, total // nodes)
    sizes[: total % nodes] += 1
    rng.shuffle(sizes)
    left = np.full(labels, total // labels)
    left[rng.permutation(labels)[: total % labels]] += 1
    sets = np.zeros((nodes, labels), bool)
    # Each node takes the labels most in need of holders, ties at random (Gale-Ryser's greedy, which never
    # fails); the larger sets first.
    for node in np.argsort(-sizes, kind="stable"):
        chosen = np.lexsort((rng.random(labels), -left))[: sizes[node]]
        sets[node, chosen] = True
        left[chosen] -= 1
    return sets
