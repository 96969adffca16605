"""The study `few_labels`: which of ten labels belong to an attention head, beside chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.attention.chance import excess_interval, joint_p_value, null_appearances
from nodal.attention.ownership import head_appearances, is_owned, owners
from nodal.tables.head_columns import accuracy_gap
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import by_seed

KEYS = ["block"]
Attention = Mapping[int, tuple[str, int]]  # by block, name of the attention tap and number of its heads


@dataclass(frozen=True)
class Ten:
    """A network of ten labels.

    Attributes:
        seed: Of its training.
        part: Which ten of the labels, counted from 0.
        measured: Its probes behind the heads.
    """

    seed: int
    part: int
    measured: Measured


@dataclass(frozen=True)
class _Owned:
    """Labels of one network and block that belong to a head, and in each random deal of nodes to heads."""

    seed: int
    labels: int
    owned: int
    null: NDArray[np.int64]
    row: dict[str, float]


def few_labels(
    networks: Sequence[Ten], attention: Attention, counting: Counting
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The numbers of each seed, means over its networks; and what all networks together say.

    Args:
        networks: Of all seeds.
        attention: The attention taps.
        counting: Of clusters and of what a head owns.

    Returns:
        A row a block, last block first. Of each seed: `owned`, labels that belong to a head; `owned_null`, of
        random heads; `excess`, owned less null as a share of the labels; both `_untrained`, of the network
        before its training; `accuracy` of the probe on test images; `gap`, how much better heads know their
        own labels than the other heads do. Of all: `networks`, `seeds`; `excess` with its 95 % interval, a
        bootstrap over the networks and the draws, `_low` and `_high`; `p_value`, by one permutation of all.
    """
    counted = {
        block: [_owned(network, block, *attention[block], counting) for network in networks]
        for block in sorted(attention, reverse=True)
    }
    records = [
        {
            "block": block,
            "seed": seed,
            **{str(name): mean for name, mean in pd.DataFrame(rows).mean().items()},
        }
        for block, each in counted.items()
        for seed, rows in _rows_by_seed(each)
    ]
    return by_seed(records, KEYS), pd.DataFrame([_joint(*each) for each in counted.items()])


def _owned(network: Ten, block: int, tap: str, heads: int, counting: Counting) -> _Owned:
    rng = np.random.default_rng([network.seed, network.part, block])
    row: dict[str, float] = {}
    found = {}
    for name, suffix in (("trained", ""), ("untrained", "_untrained")):
        sets = network.measured.sets(tap, counting, name)
        own = int(is_owned(head_appearances(sets, heads), counting.ratio).sum())
        draws = null_appearances(sets, heads, counting.draws, rng)
        null = is_owned(draws, counting.ratio).sum(-1, dtype=np.int64)
        excess = (own - null.mean()) / sets.shape[1]
        row |= {f"owned{suffix}": own, f"owned_null{suffix}": null.mean(), f"excess{suffix}": excess}
        found[name] = sets, own, null
    sets, own, null = found["trained"]
    counts = network.measured.counts
    owner = owners(head_appearances(sets, heads), counting.ratio)
    row["accuracy"] = network.measured.answers(tap)["accuracy"]
    row["gap"] = accuracy_gap(counts[counts["network"] == "trained"], tap, owner)
    return _Owned(network.seed, sets.shape[1], own, null, row)


def _rows_by_seed(each: Sequence[_Owned]) -> Iterator[tuple[int, list[dict[str, float]]]]:
    for seed in dict.fromkeys(one.seed for one in each):
        yield seed, [one.row for one in each if one.seed == seed]


def _joint(block: int, each: Sequence[_Owned]) -> dict[str, Any]:
    """What only all networks of a block together say."""
    owned, null = np.array([one.owned for one in each]), np.stack([one.null for one in each])
    labels = each[0].labels
    low, high = excess_interval(owned, null, np.random.default_rng([block, len(owned)]))
    return {
        "block": block,
        "seeds": len({one.seed for one in each}),
        "networks": len(each),
        "excess": float((owned.mean() - null.mean()) / labels),
        "excess_low": low / labels,
        "excess_high": high / labels,
        "p_value": joint_p_value(owned, null),
    }
