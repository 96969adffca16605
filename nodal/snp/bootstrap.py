"""Intervals of a layer's averages and of its signal-to-noise ratio: resampled seeds, then resampled nodes.

Three seeds alone carry no bootstrap: they have ten samples. The nodes of each carry it, within their seed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.snp.signal_to_noise import Summary, signal_to_noise

Floats = NDArray[np.float64]
MEASURES = ("clusters", "size", "diagonal", "noise", "snr")


def chosen_seeds(seeds: int, samples: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Seeds drawn with replacement, int64 [samples, seeds]: the same for all that is paired by seed."""
    return rng.integers(seeds, size=(samples, seeds))


def resampled(
    counts: Sequence[NDArray[np.int64]], labels: int, chosen: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Floats]:
    """`MEASURES` of a layer, means over the chosen seeds, in every sample.

    Args:
        counts: Of each seed, int64 [K, 3]: clusters, labels in clusters and elements outside them of each of
            the K matrices.
        labels: N_l.
        chosen: What `chosen_seeds` gave.
        rng: Draws the nodes of each chosen seed, with replacement.

    Returns:
        float64 [samples] each; nan or infinite where Eqs 1-4 are in some chosen seed.
    """
    values = np.empty((*chosen.shape, len(MEASURES)))
    for seed, nodes in enumerate(counts):
        of_seed = chosen == seed
        weight = rng.multinomial(len(nodes), np.full(len(nodes), 1 / len(nodes)), of_seed.sum())
        means = weight @ nodes / len(nodes)
        values[of_seed] = [
            _measures(clusters, diagonal, noise, len(nodes), labels)
            for clusters, diagonal, noise in means.tolist()
        ]
    return dict(zip(MEASURES, values.mean(axis=1).T, strict=True))


def interval(samples: Floats) -> tuple[float, float]:
    """95 % interval: the percentiles of bootstrap samples; nan where a sample is not finite."""
    if not np.isfinite(samples).all():
        return float("nan"), float("nan")
    low, high = np.quantile(samples, [0.025, 0.975])
    return float(low), float(high)


def _measures(
    clusters: float, diagonal: float, noise: float, nodes: int, labels: int
) -> tuple[float, float, float, float, float]:
    """`MEASURES` of the mean counts of one seed's nodes."""
    size = diagonal / clusters if clusters else float("nan")
    summary = Summary(clusters, size, diagonal, noise, nodes, labels, 0.0)
    return clusters, size, diagonal, noise, signal_to_noise(summary).snr
