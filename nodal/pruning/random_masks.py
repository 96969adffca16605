"""Masks that look at no weight and no image: drawn at random, as dense as another, or of dealt label sets."""

import numpy as np

from nodal.pruning.andc import Mask, Sets
from nodal.snp.arrays import as_flags, count


def random_mask(mask: Mask, rng: np.random.Generator) -> Mask:
    """As many kept weights as `mask` has, anywhere."""
    mask = as_flags("mask", mask, "[out, in]")
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
    mixed = as_flags("mask", mask, "[out, in]").copy()
    for _ in range(count("rounds", rounds)):
        order = rng.permutation(len(mixed))
        for one, other in zip(order[::2], order[1::2], strict=False):
            differ = np.flatnonzero(mixed[one] != mixed[other])
            shared_out = rng.permuted(mixed[one, differ])
            mixed[one, differ] = shared_out
            mixed[other, differ] = ~shared_out
    return mixed


def assigned_sets(nodes: int, labels: int, total: int, rng: np.random.Generator) -> Sets:
    """Pre-assigned label sets (the paper's A-ANDC), bool [nodes, labels] with `total` elements.

    Sizes differ by at most one, and so do the numbers of nodes that hold each label.

    Raises:
        ValueError: More elements than the sets can hold, or fewer than none.
    """
    if not 0 <= total <= count("nodes", nodes) * count("labels", labels):
        raise ValueError(f"total: {nodes} sets of {labels} labels cannot hold {total}")
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
