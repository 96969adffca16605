"""What chance alone gives in figures of attention heads, and counts of owned labels for many ratios."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from nodal.heads import Counts, is_owned

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Appearances [L] of each label in one head, if its nodes were dealt to the heads at random."""

    low: Floats
    high: Floats


def appearance_band(counts: Counts, nodes: int) -> Band:
    """The exact 95 % range of appearances in a head.

    A label held by n of the K nodes has a hypergeometric number of holders among the K / H nodes of a head.

    Args:
        counts: Appearances [H, L].
        nodes: K.
    """
    holders = counts.sum(axis=0)
    drawn = nodes // len(counts)
    low, high = (hypergeom.ppf(share, nodes, holders, drawn) for share in (0.025, 0.975))
    return Band(low, high)


def owned_labels(counts: Counts, ratios: Sequence[float]) -> NDArray[np.int64]:
    """Labels that belong to some head at each ratio: int64 [..., T] of appearances [..., H, L]."""
    return np.stack([is_owned(counts, ratio).sum(-1, dtype=np.int64) for ratio in ratios], axis=-1)


def subset_difference(
    values: Floats, chosen: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> float:
    """How far the means of a random subset and of the rest differ, in 95 % of all draws of its size.

    Args:
        values: float64 [L].
        chosen: bool [L]; only its size matters.
        draws: Number of random subsets.
        rng: Source of the draws.

    Returns:
        The 95th percentile of the absolute difference; nan where the subset or the rest is empty.
    """
    size, labels = int(chosen.sum()), len(values)
    if size in (0, labels):
        return float("nan")
    order = rng.permuted(np.broadcast_to(values, (draws, labels)), axis=1)
    differences = order[:, :size].mean(1) - order[:, size:].mean(1)
    return float(np.quantile(np.abs(differences), 0.95))
