"""From scores to masks: what each weight is worth, and the mask that keeps those worth most.

A score is float64 [out, in], one number a weight, of a convolution one a kernel, which is kept or dropped as
a whole. What a score reads comes from training images (`nodal.pruning.evidence`).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodal.pruning.andc import Mask
from nodal.snp.arrays import as_numbers, same_shape
from nodal.snp.matrix import Snp

Scores = NDArray[np.float64]


def largest(scores: ArrayLike, kept: int, each_output: bool = False) -> Mask:
    """Keep the weights of the largest scores, the first of equals.

    Args:
        scores: [out, in].
        kept: How many are kept.
        each_output: Whether each output keeps equally many, as Wanda has it (Sun et al. 2306.11695). Where
            the outputs do not divide `kept`, those get one more whose next score is largest.

    Returns:
        bool [out, in].

    Raises:
        ValueError: There are fewer weights.
    """
    scores = as_numbers("scores", scores, "[out, in]", np.float64)
    if not 0 <= kept <= scores.size:
        raise ValueError(
            f"kept: {kept} where a number from 0 to {scores.size}, that of the weights, is needed"
        )
    if not each_output:
        return _first(-scores.ravel(), kept).reshape(scores.shape)
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(scores.shape[1])[None], axis=1)
    whole, rest = divmod(kept, len(scores))
    more = np.zeros(len(scores), bool)
    if rest:
        more = _first(-np.take_along_axis(scores, order[:, [whole]], axis=1).ravel(), rest)
    return places < whole + more[:, None]


def magnitude(weight: ArrayLike) -> Scores:
    """|w| of weights [out, in]; of a convolution [out, in, ...] the norm of each kernel."""
    values = as_numbers("weight", weight, "[..., out, in]", np.float64)
    if values.ndim == 2:
        return np.abs(values)
    return np.sqrt(np.square(values).sum(axis=tuple(range(2, values.ndim))))


def wanda(weight: ArrayLike, rms: ArrayLike) -> Scores:
    """|w| times the root mean square of its input (Sun et al. 2306.11695).

    Args:
        weight: [out, in, ...]; of a kernel its norm counts.
        rms: [in], over inputs and positions.
    """
    size, inputs = magnitude(weight), as_numbers("rms", rms, "[in]", np.float64)
    same_shape(**{"inputs of the weight": size[0], "rms": inputs})
    return size * inputs


def field(snp: Snp, centred: bool = False) -> Scores:
    """The field a*w that a node brings to an output for inputs of that output's own label, signed.

    These are the diagonals of the nodes' single-nodal performance (SNP) matrices.

    Args:
        snp: Factors of the matrices of an FC layer's K inputs over its L outputs.
        centred: Whether the mean over the labels is taken off the mean inputs, so that only what tells them
            apart counts.

    Returns:
        [L, K].
    """
    means = snp.pooled_mean - snp.pooled_mean.mean(-1, keepdims=True) if centred else snp.pooled_mean
    return Snp(means, snp.weight).diagonal.T.astype(np.float64)


def _first(values: Scores, count: int) -> Mask:
    """Where the `count` smallest values stand, the first of equals."""
    mask = np.zeros(len(values), bool)
    mask[np.argsort(values, kind="stable")[:count]] = True
    return mask
