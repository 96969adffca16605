"""Clusters of labels in single-nodal performance (SNP) matrices, and the noise outside them (Fig 3a).

A matrix is divided by its maximum and clipped strictly at a threshold. Candidates are the labels
whose diagonal element is above it. A set of labels is a cluster if its whole square is above.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nodal.snp.arrays import as_integers, as_numbers
from nodal.snp.cliques import max_clique, min_cover
from nodal.snp.first_fit import first_fit
from nodal.snp.matrix import Snp, relative

Numbers = NDArray[np.int16]
LOOKED_UP = 250  # labels of a matrix from which its elements are looked up, not computed, to be counted


def clusters(snp: Snp, thresholds: Sequence[float], rule: str = "first_fit") -> Numbers:
    """Group the labels of every node at every threshold.

    Args:
        snp: The matrices' factors, K nodes and L labels.
        thresholds: T thresholds in (0, 1).
        rule: `first_fit`: in ascending label order, each label joins the first cluster whose square stays
            above threshold, or opens one. `diagonal`: the same in descending order of the diagonal.
            `max_clique`: the largest cluster first. `min_cover`: as few clusters as possible. The last two
            are for matrices of rank one.

    Returns:
        int16 [T, K, L]: the number of a label's cluster in order of opening, -1 outside all clusters.

    Raises:
        ValueError: A threshold is not in (0, 1), or there is no such rule, or it is not for these matrices.
    """
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r} where one of {', '.join(RULES)} is needed")
    if not snp.rank_one:
        return first_fit(snp, _cuts(thresholds), rule)
    return np.stack([RULES[rule](snp, cut) for cut in _cuts(thresholds)])


def above(snp: Snp, thresholds: Sequence[float]) -> NDArray[np.int32]:
    """Number of elements above threshold of every matrix: int32 [T, K]; one matrix is held at most."""
    cuts = _cuts(thresholds)
    count = _products_above if snp.rank_one and snp.shape[-1] >= LOOKED_UP else _elements_above
    counts = np.zeros((len(cuts), len(snp.weight)), np.int32)
    for node in np.flatnonzero(snp.maximum > 0):
        counts[:, node] = count(snp, node, cuts)
    return counts


def _elements_above(snp: Snp, node: np.intp, cuts: NDArray[np.float32]) -> NDArray[np.intp]:
    """Elements of one matrix above each threshold, from the whole of it."""
    values = snp.matrices([node]).ravel()
    # Few elements are above even the lowest threshold: only they are sorted.
    over = np.sort(values[values > cuts.min()])
    return len(over) - np.searchsorted(over, cuts, "right")


def _products_above(snp: Snp, node: np.intp, cuts: NDArray[np.float32]) -> NDArray[np.intp]:
    """The same of a matrix of rank one, without its elements: both factors of those above have one sign."""
    mean, weight, scale = snp.pooled_mean[node], snp.weight[node], snp.scale[node]
    return _positive_above(mean, weight, scale, cuts) + _positive_above(-mean, -weight, scale, cuts)


def _positive_above(
    mean: NDArray[np.float32], weight: NDArray[np.float32], scale: np.float32, cuts: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Products of positive factors above each threshold.

    As rounding keeps order, in each row they are those of the largest weights: where these begin is guessed
    from the sorted weights, and then moved until it is right to the bit.
    """
    rows = mean[(mean > 0) & (relative(mean * weight.max(), scale) > cuts.min())]
    # Between two ends of which the one is never above threshold and the other always.
    ends = np.concatenate([[0], np.sort(weight[weight > 0]), [np.inf]]).astype(np.float32)
    first = np.searchsorted(ends, cuts[:, None] * scale / rows, "right").clip(1, len(ends) - 1)
    over = lambda at: relative(rows * ends[at], scale) > cuts[:, None]  # noqa: E731
    while (early := over(first - 1)).any():
        first -= early
    while (late := ~over(first)).any():
        first += late
    return (len(ends) - 1 - first).sum(1)


@dataclass(frozen=True)
class Statistics:
    """Per threshold and node, int32 [T, K] each.

    Attributes:
        clusters: Number of clusters.
        diagonal: Labels in clusters, the sum of the cluster sizes.
        above: Elements above threshold.
        noise: Of these, elements outside the clusters' squares: above - sum of squared sizes.
    """

    clusters: NDArray[np.int32]
    diagonal: NDArray[np.int32]
    above: NDArray[np.int32]
    noise: NDArray[np.int32]


def statistics(numbers: Numbers, above: NDArray[np.int32]) -> Statistics:
    """Count clusters, diagonal and noise from the cluster numbers [T, K, L]."""
    numbers = as_integers("numbers", numbers, "[thresholds, nodes, labels]")
    above = as_integers("above", above, "[thresholds, nodes]")
    if numbers.shape[:2] != above.shape:
        raise ValueError(f"numbers {list(numbers.shape)} and above {list(above.shape)} do not fit")
    # A label whose cluster has C members is in C pairs, so the squares sum to the pairs with equal numbers.
    inside = numbers >= 0
    sizes = np.stack(
        [(numbers == number).sum(-1) for number in range(int(numbers.max(initial=-1)) + 1)] or [0 * above]
    )
    squares = (sizes.astype(np.int64) ** 2).sum(0)
    return Statistics(
        (sizes > 0).sum(0, dtype=np.int32),
        inside.sum(-1, dtype=np.int32),
        above.astype(np.int32),
        (above - squares).astype(np.int32),
    )


def _cuts(thresholds: Sequence[float]) -> NDArray[np.float32]:
    cuts: NDArray[np.float32] = as_numbers("thresholds", thresholds, "[thresholds]")
    if not ((cuts > 0) & (cuts < 1)).all():
        raise ValueError(f"thresholds: {list(thresholds)} where numbers in (0, 1) are needed")
    return cuts


def _greedy(snp: Snp, threshold: np.float32, order: NDArray[np.intp]) -> Numbers:
    """First fit in a given order [K, L] of the labels, all nodes at once.

    As rounding keeps order, a whole square is above threshold iff the signs agree and the smallest
    |pooled mean| and |weight| of the old members are, each with its partner of the new one.
    """
    nodes, labels = snp.weight.shape
    a, w, scale = snp.pooled_mean, snp.weight, snp.scale
    candidate = (relative(a * w, scale[:, None]) > threshold) & (snp.maximum > 0)[:, None]
    numbers = np.full((nodes, labels), -1, np.int16)
    opened = np.zeros(nodes, np.intp)
    # Of each cluster: sign, smallest |a|, smallest |w|; sign 0 is a cluster not yet opened.
    most = int(candidate.sum(1).max(initial=0))
    sign = np.zeros((most, nodes), np.float32)
    least_a, least_w = np.full((2, most, nodes), np.inf, np.float32)
    every = np.arange(nodes)
    for step in range(labels):
        rows = every[candidate[every, order[:, step]]]
        if not len(rows):
            continue
        label = order[rows, step]
        signs, size_a, size_w = np.sign(a[rows, label]), np.abs(a[rows, label]), np.abs(w[rows, label])
        used = int(opened[rows].max()) + 1
        old_a, old_w, old_sign = least_a[:used, rows], least_w[:used, rows], sign[:used, rows]
        fits = (old_sign == 0) | (
            (old_sign == signs)
            & (relative(old_a * size_w, scale[rows]) > threshold)
            & (relative(size_a * old_w, scale[rows]) > threshold)
        )
        chosen = fits.argmax(0)
        numbers[rows, label] = chosen
        opened[rows] = np.maximum(opened[rows], chosen + 1)
        sign[chosen, rows] = signs
        least_a[chosen, rows] = np.minimum(least_a[chosen, rows], size_a)
        least_w[chosen, rows] = np.minimum(least_w[chosen, rows], size_w)
    return numbers


def _first_fit(snp: Snp, threshold: np.float32) -> Numbers:
    nodes, labels = snp.weight.shape
    return _greedy(snp, threshold, np.broadcast_to(np.arange(labels), (nodes, labels)))


def _diagonal(snp: Snp, threshold: np.float32) -> Numbers:
    return _greedy(snp, threshold, np.argsort(-snp.diagonal, axis=1, kind="stable"))


def _by_clique(rule: Callable[..., Numbers]) -> Callable[[Snp, np.float32], Numbers]:
    def group(snp: Snp, threshold: np.float32) -> Numbers:
        numbers = np.full(snp.weight.shape, -1, np.int16)
        for node in np.flatnonzero(snp.maximum > 0):
            numbers[node] = rule(snp.pooled_mean[node], snp.weight[node], snp.maximum[node], threshold)
        return numbers

    return group


RULES: dict[str, Callable[[Snp, np.float32], Numbers]] = {
    "first_fit": _first_fit,
    "diagonal": _diagonal,
    "max_clique": _by_clique(max_clique),
    "min_cover": _by_clique(min_cover),
}
