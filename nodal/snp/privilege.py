"""Basis privilege of a tap: the signal-to-noise ratio of its nodes over that of random directions.

At 1, what is measured is a property of the readout, not of single nodes. Thresholds are relative to the
maximum, so nodes and directions have other diagonals at the same one: directions are also measured where the
mean diagonals are equal.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from nodal.snp.averages import averages
from nodal.snp.matrix import Snp


def averages_in_bases(
    snp: Snp, bases: Iterable[Snp], thresholds: Sequence[float], rule: str
) -> Iterator[dict[str, Any]]:
    """The averages over a tap's nodes, and over the directions of other bases.

    Args:
        snp: The nodes' factors of their single-nodal performance (SNP) matrices.
        bases: The same in random bases: `rotations`.
        thresholds: Of the nodes, in (0, 1).
        rule: Of the clusters.

    Yields:
        At each threshold of the nodes, for the nodes (`rotation` 0), for each basis (1, 2, ...) at the same
        threshold, and for each basis again (`matched`) at the one where its mean diagonal is nearest to the
        nodes': `rotation`, `matched`, `threshold`, the one `used`, and what `averages` gives. Where the
        diagonal of a matched row is well below the nodes', too few elements of the directions' matrices are
        positive at any threshold: then it compares unequal things.

    Raises:
        ValueError: There is no such rule, or a threshold is not in (0, 1).
    """

    def rows(rotation: int, matched: bool, here: Snp, used: Sequence[float]) -> Iterator[dict[str, Any]]:
        for threshold, cut, found in zip(thresholds, used, averages(here, used, rule), strict=True):
            yield {"rotation": rotation, "matched": matched, "threshold": threshold, "used": cut, **found}

    own = list(rows(0, False, snp, thresholds))
    yield from own
    for number, basis in enumerate(bases, 1):
        near = [threshold_of_diagonal(basis, row["diagonal"], row["threshold"]) for row in own]
        yield from rows(number, False, basis, thresholds)
        yield from rows(number, True, basis, near)


def threshold_of_diagonal(snp: Snp, diagonal: float, near: float) -> float:
    """The threshold in (0, 1) at which the mean diagonal is nearest to the wanted one.

    The labels in clusters are those whose normalised diagonal element is above threshold, so their number is
    a falling staircase with a step at each element, whatever the rule.

    Args:
        snp: The factors.
        diagonal: Wanted mean number of labels in clusters a matrix. Of two that are equally near, the larger
            is taken.
        near: Of all thresholds on the right step, the one nearest to this.
    """
    elements = snp.diagonal / snp.scale[:, None]
    ordered = np.sort(elements[elements > 0])
    steps = np.unique(ordered)
    # A step lasts from its first element until just below the next, as what is above is strictly above.
    first = np.append(np.finfo(np.float32).smallest_subnormal, steps)
    last = np.nextafter(np.append(steps, np.float32(1)), np.float32(0))
    first, last = (ends[first <= last] for ends in (first, last))
    means = (len(ordered) - np.searchsorted(ordered, first, "right")) / len(snp.weight)
    best = np.abs(means - diagonal).argmin()
    return min(max(near, float(first[best])), float(last[best]))


def interval(ratios: ArrayLike) -> tuple[float, float]:
    """95 % interval of the mean ratio over seeds: Student's, of the mean of the logarithms, exponentiated.

    So its centre is the geometric mean. It supposes that the logarithms are normal.

    Args:
        ratios: One a seed; at least three say something.

    Returns:
        Its ends; nan below two seeds, or where a ratio is not positive and finite.
    """
    values = np.asarray(ratios, np.float64)
    if len(values) < 2 or not (np.isfinite(values) & (values > 0)).all():
        return float("nan"), float("nan")
    logs = np.log(values)
    half = t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))
    return float(np.exp(logs.mean() - half)), float(np.exp(logs.mean() + half))
