"""The study `assigned_heads`: labels that belong to the attention head that they were assigned to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.attention.assignment import as_assigned
from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances
from nodal.files.accuracy import accuracies
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import by_seed

KEYS = ["sets", "factor"]


@dataclass(frozen=True)
class Assigned:
    """A network of one seed.

    Attributes:
        seed: Of the training.
        sets: Which labels were assigned to which head, bool [H, L], by the name of the choice: those that its
            training knew; of plain training those of every choice.
        factor: Of the gradients; 1 is plain training.
        answers: Correct answers by `split` and label.
        measured: What the probes say of its last attention tap.
    """

    seed: int
    sets: Mapping[str, NDArray[np.bool_]]
    factor: float
    answers: pd.DataFrame
    measured: Measured


def assigned_heads(networks: Iterable[Assigned], tap: str, counting: Counting) -> pd.DataFrame:
    """The numbers of each seed.

    Args:
        networks: Of all seeds.
        tap: Name of the last attention tap.
        counting: How clusters are made there, and which labels a head owns.

    Returns:
        A row a choice of sets and a factor: `accuracy` of the network; `attention_accuracy` of the probe;
        `as_assigned`, labels that belong to a head that they were assigned to, the same `_null`, with nodes
        dealt to heads at random, and `_untrained`; and labels that any head owns (`Measured.owned`).
    """
    rows = []
    for each in networks:
        for name, assigned in each.sets.items():
            heads = len(assigned)
            own, untrained = (
                each.measured.sets(tap, counting, network) for network in ("trained", "untrained")
            )
            rng = np.random.default_rng([each.seed, heads])
            null = null_appearances(own, heads, counting.draws, rng)
            of_own, of_null, of_untrained = (
                as_assigned(counts, assigned, counting.ratio)
                for counts in (head_appearances(own, heads), null, head_appearances(untrained, heads))
            )
            rows.append(
                {
                    "sets": name,
                    "factor": each.factor,
                    "seed": each.seed,
                    **accuracies(each.answers),
                    "attention_accuracy": each.measured.answers(tap)["accuracy"],
                    "as_assigned": int(of_own),
                    "as_assigned_null": float(of_null.mean()),
                    "as_assigned_untrained": int(of_untrained),
                    **each.measured.owned(tap, heads, counting, rng),
                }
            )
    return by_seed(rows, KEYS)
