"""Single-nodal performance (SNP) matrices, kept as the factors they are the outer product of.

Silence all FC weights but those of node k. The mean field on output j over the inputs of label i is
`M_k[i, j] = pooled_mean[k, i] * weight[k, j]` exactly, as only the FC is silenced (Fig 2, right).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodal.snp.arrays import as_numbers, same_shape

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Snp:
    """The SNP matrices of K nodes over L labels.

    Anything like an array is taken, a tensor on the CPU, too; what is not float32 is cast to it.

    Attributes:
        pooled_mean: float32 [K, L], mean pooled activation of node k over the inputs of label i.
        weight: float32 [K, L], FC weight from node k to label j.

    Raises:
        TypeError: A factor is no array of numbers.
        ValueError: It is not [K, L], not finite, they differ in shape, or a product of theirs is not finite.
    """

    pooled_mean: Floats
    weight: Floats

    def __post_init__(self) -> None:
        for name in ("pooled_mean", "weight"):
            object.__setattr__(self, name, as_numbers(name, getattr(self, name), "[nodes, labels]"))
        same_shape(pooled_mean=self.pooled_mean, weight=self.weight)
        with np.errstate(over="ignore"):
            largest = np.abs(self.pooled_mean).max(1) * np.abs(self.weight).max(1)
        if not np.isfinite(largest).all():
            node = int(np.argmax(largest))
            raise ValueError(f"pooled_mean, weight: products of node {node} are beyond float32")

    @cached_property
    def maximum(self) -> Floats:
        """float32 [K]: the largest element of each raw matrix, bit for bit.

        The largest product of two ranges is that of two of their ends, and rounding keeps the order.
        """
        a, w = (np.stack([x.min(1), x.max(1)]) for x in (self.pooled_mean, self.weight))
        return (a[:, None] * w[None]).max(axis=(0, 1))

    def fields(self, nodes: ArrayLike | None = None) -> Floats:
        """Raw matrices [k, L, L] of some (default: all) nodes; row = input label, column = output label."""
        chosen = slice(None) if nodes is None else np.asarray(nodes)
        return self.pooled_mean[chosen, :, None] * self.weight[chosen, None, :]

    def matrices(self, nodes: ArrayLike | None = None) -> Floats:
        """Matrices [k, L, L] divided by their maximum where it is positive, raw elsewhere (Fig 3a, left)."""
        chosen = slice(None) if nodes is None else np.asarray(nodes)
        return relative(self.fields(nodes), self.scale[chosen, None, None])

    @cached_property
    def scale(self) -> Floats:
        """float32 [K]: what the raw fields are divided by: the maximum where it is positive, else 1."""
        return np.where(self.maximum > 0, self.maximum, np.float32(1))

    def shuffled(self, rng: np.random.Generator) -> "Snp":
        """A control without learned pairing: each node's weights permuted over the labels, node by node."""
        return Snp(self.pooled_mean, rng.permuted(self.weight, axis=1))


def relative(fields: Floats, maximum: Floats | np.float32) -> Floats:
    """Fields over the maximum of their matrix.

    No element is above 1, but a negative one over a maximum near the smallest number can be beyond float32.
    It rounds to -inf, which is as far below every threshold.
    """
    with np.errstate(over="ignore"):
        return fields / maximum
