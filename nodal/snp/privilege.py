"""Basis privilege of a tap: the signal-to-noise ratio of its nodes over that of random directions.

At 1, what is measured is a property of the readout, not of single nodes. Thresholds are relative to the
maximum, so nodes and directions have other diagonals at the same one: the ratio is also given where the
mean diagonals are equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from nodal.snp.averages import averages
from nodal.snp.matrix import Snp

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Privilege:
    """One tap of one seed at one threshold, against R rotations (float64 [R] each).

    Attributes:
        snr: The nodes' SNR.
        rotated_snr: That of the directions at the same threshold.
        ratio: `snr` over the mean of `rotated_snr`: the basis privilege.
        diagonal: The nodes' mean diagonal.
        equal_threshold: Where each rotation's mean diagonal is nearest to it.
        equal_diagonal: The mean diagonal there. Where it is well below `diagonal`, too few elements of the
            directions' matrices are positive at any threshold: then `equal_ratio` compares unequal things.
        equal_snr: The directions' SNR there.
        equal_ratio: `snr` over the mean of `equal_snr`.
    """

    snr: float
    rotated_snr: Floats
    ratio: float
    diagonal: float
    equal_threshold: Floats
    equal_diagonal: Floats
    equal_snr: Floats
    equal_ratio: float


def basis_privilege(snp: Snp, rotated: Iterable[Snp], threshold: float, rule: str) -> Privilege:
    """Compare the single-nodal performance (SNP) matrices of nodes with those of directions.

    Args:
        snp: The nodes' factors.
        rotated: The same in random bases: `rotations`.
        threshold: Of the nodes, in (0, 1).
        rule: Of the clusters.

    Returns:
        The ratios; 0, infinite or nan where some SNR is infinite, nan or 0.

    Raises:
        ValueError: There is no rotation, no such rule, or the threshold is not in (0, 1).
    """
    native = averages(snp, [threshold], rule)[0]
    found = []
    for each in rotated:
        cut = threshold_of_diagonal(each, native["diagonal"], threshold)
        same, equal = averages(each, [threshold, cut], rule)
        found.append((same["snr"], cut, equal["diagonal"], equal["snr"]))
    if not found:
        raise ValueError("rotated: none where at least one rotation is needed")
    snr, cuts, diagonals, equal_snr = np.array(found, np.float64).T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, equal_ratio = (float(native["snr"] / each.mean()) for each in (snr, equal_snr))
    return Privilege(native["snr"], snr, ratio, native["diagonal"], cuts, diagonals, equal_snr, equal_ratio)


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
