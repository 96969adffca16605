"""The rotated basis: the same layer and readout, with random directions in the place of nodes.

For an orthogonal Q [K, K], pooled means `Q a` and weights `Q w` give the same network, probe and logits:
the sum over nodes of the single-nodal performance (SNP) matrices `a_k w_k^T` stays. Only the axes that are
called nodes change, so a claim about nodes holds only where they differ from random directions. Where a probe
reads positions apart, Q is the same at each of them.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.stats import ortho_group

from nodal.snp.arrays import as_numbers, count
from nodal.snp.matrix import Snp

Floats = NDArray[np.float64]
ROTATIONS = 5  # random bases that stand behind each mean


def haar(nodes: int, rng: np.random.Generator, groups: int = 1) -> Floats:
    """A random orthogonal matrix, uniform over all of them (Haar measure).

    Args:
        nodes: K.
        rng: Source of the draw.
        groups: Contiguous groups of K / groups nodes, each rotated on its own: as many as attention heads
            rotate within heads, 1 across them.

    Returns:
        float64 [K, K], zero between groups.

    Raises:
        ValueError: The groups do not divide the nodes.
    """
    if count("nodes", nodes) % count("groups", groups):
        raise ValueError(f"groups: {groups} do not divide the {nodes} nodes")
    return block_diag(*(ortho_group.rvs(nodes // groups, random_state=rng) for _ in range(groups)))


def rotated(snp: Snp, q: Floats) -> Snp:
    """The matrices of the directions that are the rows of Q.

    Args:
        snp: The factors, K nodes.
        q: Orthogonal [K, K]. Products are float64, cast to float32 at the end, so that the identity and
            permutations change no number (-0.0 becomes 0.0, which it equals).

    Raises:
        ValueError: Q is not [K, K].
    """
    matrix, nodes = as_numbers("q", q, "[nodes, nodes]", np.float64), len(snp.weight)
    if matrix.shape != (nodes, nodes):
        raise ValueError(f"q: has shape {list(matrix.shape)} where [{nodes}, {nodes}] is needed")
    if snp.rank_one:
        return Snp(matrix @ snp.pooled_mean, matrix @ snp.weight)
    return Snp(np.tensordot(matrix, snp.pooled_mean, 1), np.tensordot(matrix, snp.weight, 1))


def rotations(snp: Snp, number: int, seed: int, tap: int, groups: int = 1) -> Iterator[Snp]:
    """The matrices in random bases, the same for every split and threshold.

    Args:
        snp: The factors.
        number: How many; the first ones do not depend on it.
        seed: Of the run.
        tap: Place of the tap in its probe set: other taps are rotated otherwise.
        groups: As in `haar`.
    """
    for i in range(count("number", number)):
        # From 1, as NumPy takes [seed, tap, 0] for [seed, tap], from which other draws come.
        yield rotated(snp, haar(len(snp.weight), np.random.default_rng([seed, tap, 1 + i]), groups))
