"""What attention heads own as heads: labels owned by groups of nodes, and by groups of random directions.

A rotation within heads keeps what the nodes of a head hold together; one across heads mixes it. So what
heads own is the difference of the two, whatever single nodes do.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nodal.attention.ownership import Counts, head_appearances, is_owned
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations


@dataclass(frozen=True)
class RotatedOwnership:
    """Numbers of labels that belong to some head.

    Attributes:
        native: In the nodes' own basis.
        within: int64 [R], each head's nodes rotated on their own.
        across: int64 [R], all nodes rotated.
    """

    native: int
    within: NDArray[np.int64]
    across: NDArray[np.int64]


def rotated_ownership(
    snp: Snp, threshold: float, rule: str, heads: int, ratio: float, number: int, seed: int, tap: int
) -> RotatedOwnership:
    """Count the owned labels of an attention tap in its own basis and in random ones.

    Args:
        snp: Factors of the single-nodal performance (SNP) matrices; head h owns the h-th K / heads nodes.
        threshold: Of the clusters, in (0, 1).
        rule: Of the clusters.
        heads: Number of attention heads.
        ratio: A label belongs to a head that holds it so many times as often as every other.
        number: Rotations of each kind.
        seed: Of the run, as in `rotations`.
        tap: Place of the tap in its probe set, as in `rotations`.

    Raises:
        ValueError: The heads do not divide the nodes, the ratio is below 1, or there are no rotations.
    """

    def owned(bases: Iterable[Snp]) -> Counts:
        sets = (clusters(each, [threshold], rule)[0] >= 0 for each in bases)
        counts = np.stack([head_appearances(each, heads) for each in sets])
        return is_owned(counts, ratio).sum(-1, dtype=np.int64)

    within, across = (owned(rotations(snp, number, seed, tap, groups)) for groups in (heads, 1))
    return RotatedOwnership(int(owned([snp])[0]), within, across)
