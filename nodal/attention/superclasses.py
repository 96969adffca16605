"""Super-classes that attention heads fill (Table 4), and what as many labels drawn at random would fill."""

from math import comb

import numpy as np
from numpy.typing import NDArray

from nodal.attention.ownership import Counts
from nodal.snp.arrays import as_flags, as_integers, count


def filled_columns(superclass: Counts) -> list[str]:
    """Names of the counts of super-classes of which 1, 2, ... labels are owned; none without equal sizes."""
    sizes = set(np.bincount(superclass).tolist())
    return [f"filled{i}" for i in range(1, max(sizes) + 1)] if len(sizes) == 1 else []


def occupation(owned: NDArray[np.bool_], superclass: Counts) -> Counts:
    """Super-classes of which exactly 1, 2, ... labels are owned (Table 4).

    Args:
        owned: bool [..., L].
        superclass: int64 [L], super-class of each label; all of the same size s.

    Returns:
        int64 [..., s].

    Raises:
        ValueError: The two are not of the same labels.
    """
    owned, sizes = as_flags("owned", owned, "[..., labels]"), _sizes(superclass)
    if owned.shape[-1] != sizes.sum():
        raise ValueError(
            f"owned {list(owned.shape)} and superclass [{sizes.sum()}]: these must be of the same labels"
        )
    filled = owned.astype(np.float32) @ np.eye(len(sizes), dtype=np.float32)[np.asarray(superclass)]
    return np.stack([(filled == number).sum(-1) for number in range(1, sizes.max() + 1)], axis=-1)


def expected_occupation(owned: int, superclasses: int, size: int) -> NDArray[np.float64]:
    """Exact expectation of `occupation` for `owned` labels drawn at random: float64 [size].

    Of S super-classes of s labels, S * C(s, i) * C(S s - s, k - i) / C(S s, k) have i labels drawn.

    Raises:
        ValueError: There are fewer labels.
    """
    labels = count("superclasses", superclasses) * count("size", size)
    _at_most(owned, labels)
    ways = [superclasses * comb(size, i) * _choose(labels - size, owned - i) for i in range(1, size + 1)]
    return np.array([way / comb(labels, owned) for way in ways])


def simulated_occupation(
    owned: int, superclass: Counts, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The paper's simulation of the same by `draws` random choices of labels: float64 [s]."""
    _at_most(owned, _sizes(superclass).sum())
    order = rng.random((count("draws", draws), len(superclass)), dtype=np.float32)
    chosen = np.zeros(order.shape, bool)
    np.put_along_axis(chosen, np.argpartition(order, owned - 1, axis=1)[:, :owned], True, axis=1)
    return np.asarray(occupation(chosen, superclass).mean(axis=0))


def _sizes(superclass: Counts) -> Counts:
    superclass = as_integers("superclass", superclass, "[labels]")
    if superclass.min() < 0:
        raise ValueError(f"superclass: {superclass.min()} where numbers from 0 are needed")
    return np.bincount(superclass)


def _at_most(owned: int, labels: int) -> None:
    if not 0 <= owned <= labels:
        raise ValueError(f"owned: {owned} where a number from 0 to {labels}, that of the labels, is needed")


def _choose(n: int, k: int) -> int:
    return comb(n, k) if k >= 0 else 0
