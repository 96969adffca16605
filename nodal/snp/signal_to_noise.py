"""Signal, noise and their ratio over the single-nodal performance (SNP) matrices of a layer: Eqs 1-5."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from nodal.snp.arrays import as_integers
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp

SWEPT_THRESHOLDS: NDArray[np.float64] = np.append(0.005, np.arange(1, 100) / 100)  # of Fig 5


@dataclass(frozen=True)
class Summary:
    """The averages of Table 1 over the N_M matrices of a layer.

    Attributes:
        clusters: N_c, mean number of clusters a matrix.
        size: C_s, mean size of all clusters of all matrices pooled; nan where there is none.
        diagonal: diag, mean number of labels in clusters a matrix.
        noise: n, mean number of above-threshold elements outside clusters a matrix.
        matrices: N_M.
        labels: N_l.
        fewest: Appearances in clusters, over all matrices, of the label that appears least.
    """

    clusters: float
    size: float
    diagonal: float
    noise: float
    matrices: int
    labels: int
    fewest: float


@dataclass(frozen=True)
class Snr:
    """Eqs 1-4 for one layer: the row of Table 2, and the ratio of the label with the least signal."""

    signal: float
    noise_internal: float
    noise_external: float
    snr: float
    snr_min: float


def summarise(numbers: NDArray[np.int16], noise: NDArray[np.int32]) -> Summary:
    """Average one layer's matrices at one threshold.

    Args:
        numbers: [K, L], cluster number of each label, -1 outside.
        noise: [K], above-threshold elements outside the clusters.

    Returns:
        The summary. The clusters of a node are numbered from 0, so their count is the largest number + 1.
    """
    numbers, noise = (
        as_integers("numbers", numbers, "[nodes, labels]"),
        as_integers("noise", noise, "[nodes]"),
    )
    nodes, labels = numbers.shape
    if len(noise) != nodes:
        raise ValueError(f"numbers {list(numbers.shape)} and noise {list(noise.shape)} do not fit")
    inside = numbers >= 0
    count = int((numbers.max(axis=1, initial=-1) + 1).sum())
    total = int(inside.sum())
    return Summary(
        count / nodes,
        total / count if count else float("nan"),
        total / nodes,
        float(noise.mean()),
        nodes,
        labels,
        float(inside.sum(axis=0).min()),
    )


def signal_to_noise(summary: Summary) -> Snr:
    """Eqs 1-4: signal, internal and external noise and their ratio.

    `C_s N_c` is taken as the mean diagonal, as the paper's tables do. SNR_min puts the fewest appearances
    in the place of the signal and recomputes the internal noise from them. Without noise the ratio is
    infinite, without signal 0 (nan where there is neither).
    """
    signal = summary.diagonal * summary.matrices / summary.labels
    external = summary.noise * summary.matrices / summary.labels**2
    # Without clusters the mean size is nan, yet the internal noise is none.
    share = (summary.size - 1) / (summary.labels - 1) if summary.size > 1 else 0.0
    return Snr(
        signal,
        share * signal,
        external,
        _ratio(signal, share * signal + external),
        _ratio(summary.fewest, share * summary.fewest + external),
    )


def contributions(numbers: NDArray[np.int16], noise: NDArray[np.int32]) -> NDArray[np.float64]:
    """How much of the layer's SNR is due to each node: SNR less that of the layer without the node.

    Args:
        numbers: [K, L], cluster number of each label, -1 outside; K >= 2.
        noise: [K], above-threshold elements outside the clusters.

    Returns:
        float64 [K]; nan where both ratios are infinite or one is nan.
    """
    whole = signal_to_noise(summarise(numbers, noise)).snr
    without = [
        signal_to_noise(summarise(np.delete(numbers, node, 0), np.delete(noise, node))).snr
        for node in range(len(noise))
    ]
    with np.errstate(invalid="ignore"):
        return np.float64(whole) - np.array(without)


def summaries(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Summary]:
    """The averages of a layer's matrices at every threshold, from their factors."""
    numbers = clusters(snp, thresholds, rule)
    noise = statistics(numbers, above(snp, thresholds)).noise
    return [summarise(*at) for at in zip(numbers, noise, strict=True)]


def sweep(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Snr]:
    """Eqs 1-4 of a layer of single-nodal performance (SNP) matrices at every threshold (Fig 5)."""
    return [signal_to_noise(summary) for summary in summaries(snp, thresholds, rule)]


def mean_ratios(several: Sequence[Sequence[Snr]]) -> list[Snr]:
    """Means over several sweeps, of random bases, threshold by threshold."""
    values = np.array([[astuple(at) for at in each] for each in several], np.float64)
    return [Snr(*map(float, at)) for at in values.mean(axis=0)]


def limit_of_ratio(snp: Snp) -> float:
    """Where signal over noise goes as the threshold goes to 1 (Fig 5a).

    Then of each matrix nothing but its largest element is above: a cluster of one label where that lies on
    the diagonal, noise where it does not. With the share p of nodes of the first kind among those with a
    positive maximum, Eqs 1-4 give N_l p / (1 - p), infinite at p = 1; nan where no node has one.
    """
    nodes = snp.maximum > 0
    if not nodes.any():
        return math.nan
    diagonal = (snp.pooled_mean * snp.weight).max(axis=1)[nodes]
    share = float((diagonal == snp.maximum[nodes]).mean())
    return _ratio(snp.weight.shape[1] * share, 1 - share)


def _ratio(signal: float, noise: float) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.float64(signal) / np.float64(noise))
