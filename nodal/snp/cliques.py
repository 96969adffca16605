"""Clusters of one rank-one matrix as cliques of an interval graph.

Positive elements `a_i w_j` need equal signs. Within a sign, labels i and j are compatible,
`|a_i| |w_j|` and `|a_j| |w_i|` both above `c = threshold * maximum`, iff the intervals
`[c / |w_i|, |a_i|]` and `[c / |w_j|, |a_j|]` intersect: maximum cliques and minimum clique covers of such
graphs are exact and cheap. Comparisons are made on the rounded elements themselves, not on the ends.
The arguments are those of one node of an `Snp`, which has checked them.
"""

import numpy as np
from numpy.typing import NDArray

from nodal.snp.matrix import Floats, relative

Numbers = NDArray[np.int16]


def min_cover(a: Floats, w: Floats, maximum: np.float32, threshold: np.float32) -> Numbers:
    """Fewest clusters: sweep the intervals by their right end, a cluster is all that holds that end.

    Args:
        a: float32 [L], the node's pooled means.
        w: float32 [L], its weights.
        maximum: Largest element of the raw matrix, positive.
        threshold: Threshold in (0, 1).

    Returns:
        int16 [L]: cluster numbers, -1 outside.
    """
    numbers = np.full(len(a), -1, np.int16)
    number = 0
    for left in _sign_classes(a, w, maximum, threshold):
        while len(left):
            first = left[np.argmin(np.abs(a[left]))]
            joined = _reaches(a[first], w[left], maximum, threshold)
            numbers[left[joined]] = number
            left, number = left[~joined], number + 1
    return numbers


def max_clique(a: Floats, w: Floats, maximum: np.float32, threshold: np.float32) -> Numbers:
    """The largest cluster first, again and again; arguments and result as in `min_cover`.

    A largest clique of intervals is all that hold one of the right ends. Ties: the smallest |a| there.
    """
    numbers = np.full(len(a), -1, np.int16)
    left = [
        group[np.argsort(np.abs(a[group]), kind="stable")]
        for group in _sign_classes(a, w, maximum, threshold)
    ]
    number = 0
    while any(len(group) for group in left):
        best: tuple[int, int, NDArray[np.bool_]] | None = None
        for index, group in enumerate(left):
            for label in group:
                held = _reaches(a[label], w[group], maximum, threshold) & (
                    np.abs(a[group]) >= np.abs(a[label])
                )
                if best is None or held.sum() > best[0]:
                    best = int(held.sum()), index, held
        assert best is not None
        _, index, held = best
        numbers[left[index][held]] = number
        left[index] = left[index][~held]
        number += 1
    return numbers


def _reaches(a: np.float32, w: Floats, maximum: np.float32, threshold: np.float32) -> NDArray[np.bool_]:
    """Whether the elements of a row with the pooled mean `a` are above threshold."""
    return relative(a * w, maximum) > threshold


def _sign_classes(a: Floats, w: Floats, maximum: np.float32, threshold: np.float32) -> list[NDArray[np.intp]]:
    """Candidate labels (diagonal above threshold) with positive, then with negative factors."""
    candidate = relative(a * w, maximum) > threshold
    return [np.flatnonzero(candidate & (np.sign(a) == sign)) for sign in (1, -1)]
