"""Labels that are assigned to attention heads before the training, and those that came out as assigned."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.attention.ownership import Counts, owners
from nodal.snp.arrays import as_flags

KINDS = ("random", "superclasses", "overlapping")


def assigned_labels(
    kind: str, labels: int, superclass: Sequence[int], heads: int, seed: int
) -> NDArray[np.bool_]:
    """Deal the labels to the heads: bool [H, L].

    Args:
        kind: `random`, every label to one head, as equally many as can be; `superclasses`, the same of whole
            super-classes; `overlapping`, every label to two heads.
        labels: L.
        superclass: Super-class of each label, for `superclasses`.
        heads: H, more than two for `overlapping`.
        seed: Of the order in which they are dealt: the training and its table deal alike.

    Raises:
        ValueError: There is no such kind, there are no super-classes, or too few heads.
    """
    if kind not in KINDS:
        raise ValueError(f"sets: {kind!r} where one of {', '.join(KINDS)} is needed")
    if kind == "superclasses" and not len(superclass):
        raise ValueError("sets: superclasses of a data set that has none")
    if kind == "overlapping" and heads < 3:
        raise ValueError(f"sets: overlapping needs more than two heads, and here there are {heads}")
    groups = np.asarray(superclass) if kind == "superclasses" else np.arange(labels)
    dealt = np.empty(groups.max() + 1, np.int64)
    dealt[np.random.default_rng([seed, 18]).permutation(len(dealt))] = np.arange(len(dealt)) % heads
    head = dealt[groups]
    assigned = head == np.arange(heads)[:, None]
    if kind == "overlapping":
        assigned |= (head + 1) % heads == np.arange(heads)[:, None]
    return assigned


def as_assigned(counts: Counts, assigned: NDArray[np.bool_], ratio: float) -> NDArray[np.int64]:
    """How many labels belong to a head that they were assigned to: int64 [...].

    Args:
        counts: Appearances [..., H, L].
        assigned: bool [H, L].
        ratio: Of `owners`.
    """
    assigned, owner = as_flags("assigned", assigned, "[heads, labels]"), owners(counts, ratio)
    found: NDArray[np.int64] = ((owner >= 0) & assigned[owner, np.arange(assigned.shape[1])]).sum(-1)
    return found
