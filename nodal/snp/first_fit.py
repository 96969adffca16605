"""First fit of labels into clusters for matrices of any rank, on their dense elements.

The clusters of matrices of rank one are found without these (`nodal.snp.clusters`), and are the same.
"""

import numpy as np
from numpy.typing import NDArray

from nodal.snp.matrix import Snp

Numbers = NDArray[np.int16]
RULES = ("first_fit", "diagonal")


def first_fit(snp: Snp, thresholds: NDArray[np.float32], rule: str) -> Numbers:
    """Group the labels of every node at every threshold.

    Args:
        snp: The factors of K matrices over L labels.
        thresholds: T thresholds in (0, 1).
        rule: Order of the labels: `first_fit`, ascending, or `diagonal`, by descending diagonal.

    Returns:
        int16 [T, K, L]: the number of a label's cluster in order of opening, -1 outside all clusters.

    Raises:
        ValueError: The rule is another one.
    """
    if rule not in RULES:
        raise ValueError(
            f"rule: {rule} is for matrices of rank one, and here a probe reads positions apart:"
            f" {' or '.join(RULES)} is needed"
        )
    numbers = np.empty((len(thresholds), *snp.shape), np.int16)
    for nodes in snp.parts():
        matrices, positive = snp.matrices(nodes), snp.maximum[nodes, None, None] > 0
        order = np.broadcast_to(np.arange(snp.shape[1]), (len(nodes), snp.shape[1]))
        if rule == "diagonal":
            order = np.argsort(-snp.diagonal[nodes], axis=1, kind="stable")
        for row, threshold in zip(numbers, thresholds, strict=True):
            row[nodes] = _grouped((matrices > threshold) & positive, order)
    return numbers


def _grouped(above: NDArray[np.bool_], order: NDArray[np.intp]) -> Numbers:
    """First fit in a given order [K, L], all nodes at once, of what is above threshold, [K, L, L]."""
    nodes, labels = order.shape
    both = above & above.transpose(0, 2, 1)  # in both directions
    candidate = np.diagonal(both, 0, 1, 2)
    numbers = np.full((nodes, labels), -1, np.int16)
    opened = np.zeros(nodes, np.intp)
    # Labels that each cluster can take; one that is not yet opened takes all.
    fits = np.ones((int(candidate.sum(1).max(initial=0)), nodes, labels), np.bool_)
    every = np.arange(nodes)
    for step in range(labels):
        rows = every[candidate[every, order[:, step]]]
        if not len(rows):
            continue
        label = order[rows, step]
        chosen = fits[: int(opened[rows].max()) + 1, rows, label].argmax(0)
        numbers[rows, label] = chosen
        opened[rows] = np.maximum(opened[rows], chosen + 1)
        fits[chosen, rows] &= both[rows, label]
    return numbers
