"""Single-nodal performance (SNP) matrices, kept as the factors they are the product of.

Silence all FC weights but those of node k. The mean field on output j over the inputs of label i is
`M_k[i, j] = pooled_mean[k, i] * weight[k, j]` exactly, as only the FC is silenced (Fig 2, right). Where a
probe reads the positions p of a node apart, as those of a filter (arXiv 2501.12880), the field is the sum
`sum_p pooled_mean[k, p, i] * weight[k, p, j]`, and no longer of rank one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodal.snp.arrays import as_numbers, same_shape

Floats = NDArray[np.float32]
_AT_ONCE = 1 << 22  # elements of dense matrices that `parts` has at once


@dataclass(frozen=True)
class Snp:
    """The SNP matrices of K nodes over L labels.

    Anything like an array is taken, a tensor on the CPU, too; what is not float32 is cast to it.

    Attributes:
        pooled_mean: float32 [K, L], mean pooled activation of node k over the inputs of label i;
            or [K, P, L], at each of the P positions that a probe reads apart.
        weight: float32 of the same shape, FC weight from node k (at its position) to label j.

    Raises:
        TypeError: A factor is no array of numbers.
        ValueError: It is not [K, L] or [K, P, L], not finite, they differ in shape, or a product of theirs is
            not finite.
    """

    pooled_mean: Floats
    weight: Floats

    def __post_init__(self) -> None:
        for name in ("pooled_mean", "weight"):
            given = getattr(self, name)
            apart = getattr(given, "ndim", 2) == 3
            shape = "[nodes, positions, labels]" if apart else "[nodes, labels]"
            object.__setattr__(self, name, as_numbers(name, given, shape))
        same_shape(pooled_mean=self.pooled_mean, weight=self.weight)
        with np.errstate(over="ignore"):
            largest = np.abs(self.pooled_mean).max(-1) * np.abs(self.weight).max(-1)
            largest = largest.reshape(len(largest), -1).sum(1)
        if not np.isfinite(largest).all():
            node = int(np.argmax(largest))
            raise ValueError(f"pooled_mean, weight: products of node {node} are beyond float32")

    @property
    def shape(self) -> tuple[int, int]:
        """K nodes and L labels."""
        return len(self.weight), self.weight.shape[-1]

    @property
    def rank_one(self) -> bool:
        """Whether a matrix is a single product."""
        return self.weight.ndim == 2

    @cached_property
    def maximum(self) -> Floats:
        """float32 [K]: the largest element of each raw matrix, bit for bit.

        Of a single product it is that of two ends of the ranges of its factors, as rounding keeps the order.
        """
        if not self.rank_one:
            return np.concatenate([self.fields(nodes).max((1, 2)) for nodes in self.parts()])
        a, w = (np.stack([x.min(1), x.max(1)]) for x in (self.pooled_mean, self.weight))
        return (a[:, None] * w[None]).max(axis=(0, 1))

    @cached_property
    def diagonal(self) -> Floats:
        """float32 [K, L]: the diagonal elements of each raw matrix, bit for bit."""
        if self.rank_one:
            return self.pooled_mean * self.weight
        return np.concatenate([np.diagonal(self.fields(nodes), 0, 1, 2) for nodes in self.parts()])

    def parts(self) -> Iterator[NDArray[np.intp]]:
        """All nodes in order, so many at a time that their dense matrices take little memory."""
        nodes, labels = self.shape
        step = max(1, _AT_ONCE // labels**2)
        for start in range(0, nodes, step):
            yield np.arange(start, min(start + step, nodes))

    def fields(self, nodes: ArrayLike | None = None) -> Floats:
        """Raw matrices [k, L, L] of some (default: all) nodes; row = input label, column = output label.

        Sums over positions are float64, cast to float32 at the end.
        """
        chosen = slice(None) if nodes is None else np.asarray(nodes)
        a, w = self.pooled_mean[chosen], self.weight[chosen]
        if self.rank_one:
            return a[:, :, None] * w[:, None, :]
        return (a.astype(np.float64).transpose(0, 2, 1) @ w.astype(np.float64)).astype(np.float32)

    def matrices(self, nodes: ArrayLike | None = None) -> Floats:
        """Matrices [k, L, L] divided by their maximum where it is positive, raw elsewhere (Fig 3a, left)."""
        chosen = slice(None) if nodes is None else np.asarray(nodes)
        return relative(self.fields(nodes), self.scale[chosen, None, None])

    @cached_property
    def scale(self) -> Floats:
        """float32 [K]: what the raw fields are divided by: the maximum where it is positive, else 1."""
        return np.where(self.maximum > 0, self.maximum, np.float32(1))

    def shuffled(self, rng: np.random.Generator) -> "Snp":
        """A control without learned pairing: each node's weights permuted over the labels, node by node.

        At all positions of a node they are permuted alike.
        """
        nodes, labels = self.shape
        order = rng.permuted(np.tile(np.arange(labels), (nodes, 1)), axis=1)
        if not self.rank_one:
            order = order[:, None]
        return Snp(self.pooled_mean, np.take_along_axis(self.weight, order, axis=-1))


def relative(fields: Floats, maximum: Floats | np.float32) -> Floats:
    """Fields over the maximum of their matrix.

    No element is above 1, but a negative one over a maximum near the smallest number can be beyond float32.
    It rounds to -inf, which is as far below every threshold.
    """
    with np.errstate(over="ignore"):
        return fields / maximum
