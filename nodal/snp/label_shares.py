"""Whether the clusters of a layer serve all labels alike (Fig 4), and what chance alone would give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nodal.snp.arrays import as_integers, same_shape
from nodal.snp.clusters import Numbers
from nodal.snp.matrix import Snp


@dataclass(frozen=True)
class Chance:
    """Appearances of a label if every node held as many labels as it does, drawn at random."""

    mean: float
    sd: float


def label_appearances(numbers: Numbers) -> NDArray[np.int64]:
    """Nodes in whose clusters each label is: int64 [L] of the cluster numbers [K, L] (Fig 4a)."""
    return (as_integers("numbers", numbers, "[nodes, labels]") >= 0).sum(axis=0, dtype=np.int64)


def chance_appearances(numbers: Numbers) -> Chance:
    """The same for random labels: a sum of independent draws, one a node, each with its own probability."""
    share = (as_integers("numbers", numbers, "[nodes, labels]") >= 0).mean(axis=1)
    return Chance(float(share.sum()), float(np.sqrt((share * (1 - share)).sum())))


def cluster_fields(snp: Snp, numbers: Numbers) -> NDArray[np.float64]:
    """Total field on each output from inside the clusters: float64 [L] (Fig 4b).

    The sum, over nodes and the input labels of the output's own cluster, of the elements of the
    single-nodal performance (SNP) matrices divided by their maximum.
    """
    numbers = as_integers("numbers", numbers, "[nodes, labels]")
    same_shape(numbers=numbers, weight=snp.weight if snp.rank_one else snp.weight[:, 0])
    # In float64, as a weight over a very small maximum can be beyond float32. Positions that are read apart
    # stand one under the other.
    a, w = (each.reshape(-1, numbers.shape[1]).astype(np.float64) for each in (snp.pooled_mean, snp.weight))
    positions = len(a) // len(numbers)
    w = w / np.repeat(snp.scale, positions)[:, None]
    each = np.repeat(numbers, positions, axis=0)
    fields = np.zeros(numbers.shape[1])
    for number in range(int(numbers.max(initial=-1)) + 1):
        member = each == number
        fields += (member * (a * member).sum(axis=1, keepdims=True) * w).sum(axis=0)
    return fields
