"""Table 4, middle: super-classes filled by labels that are drawn at random."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from nodal import paper
from nodal.attention.ownership import Counts
from nodal.attention.superclasses import expected_occupation, filled_columns, simulated_occupation

COLUMNS = ("labels", "filled", "expected", "simulated", "paper")


def filled_at_random(
    owned: Iterable[int], superclass: Counts, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Super-classes of which i labels are among so many random ones: exactly, and simulated as in the paper.

    Args:
        owned: Numbers of labels that heads own; those that the paper simulates are added.
        superclass: int64 [L], super-class of each label; without any of equal size there are no rows.
        draws: Random choices of the simulation.
        rng: Source of the draws.
    """
    size, labels = len(filled_columns(superclass)), len(superclass)
    numbers = {*owned, *(number for number in paper.TABLE4_RANDOM if number <= labels)} if size else set()
    printed = paper.TABLE4_RANDOM if (labels, size) == paper.LABELS_AND_SIZE else {}
    rows = []
    for number in sorted(numbers, reverse=True):
        simulated = simulated_occupation(number, superclass, draws, rng)
        exact = expected_occupation(number, labels // size, size)
        values = printed.get(number, (None,) * size)
        for i, at in enumerate(zip(exact, simulated, values, strict=True), 1):
            rows.append((number, i, *at))
    return pd.DataFrame(rows, columns=list(COLUMNS))
