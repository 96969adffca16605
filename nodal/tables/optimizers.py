"""The study `optimizers`: Tables 1, 2 and 4 of networks that several optimisers trained, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import by_seed

KEYS = ["optimizer", "block"]
RATE_KEYS = ["optimizer", "factor"]


@dataclass(frozen=True)
class Trained:
    """The network of one optimiser and seed, at its best rate.

    Attributes:
        optimizer, seed: Of the training.
        rates: A row a rate that was tried: `factor`, `rate`, `accuracy`, `accuracy_heldout`, `chosen`.
        blocks: What the probes behind Tables 1 and 2 say.
        heads: What those behind Table 4 say.
    """

    optimizer: str
    seed: int
    rates: pd.DataFrame
    blocks: Measured
    heads: Measured


def optimizers(
    networks: Iterable[Trained],
    taps: Mapping[int, str],
    attention: Mapping[int, tuple[str, int]],
    counting: Mapping[str, Counting],
) -> pd.DataFrame:
    """The numbers of each seed.

    Args:
        networks: Of all seeds.
        taps: The tap of each block.
        attention: The attention tap of each block, and its heads.
        counting: `blocks` and `heads`: how clusters are made at these taps.

    Returns:
        A row an optimiser and block, the last block first: `network_accuracy` and the chosen `rate`, the
        same in all blocks; accuracies of the block's probe, and averages; `attention_accuracy`, of the probe
        of the attention; and the labels that its heads own (`Measured.owned`).
    """
    rows = []
    for each in networks:
        (chosen,) = each.rates[each.rates["chosen"]].to_dict("records")
        whole = {
            "network_accuracy": chosen["accuracy"],
            "network_accuracy_heldout": chosen["accuracy_heldout"],
            "rate": chosen["rate"],
        }
        for block, tap in sorted(taps.items(), reverse=True):
            row = {"optimizer": each.optimizer, "block": block, "seed": each.seed, **whole}
            row |= each.blocks.answers(tap) | each.blocks.averages(tap, counting["blocks"])
            if block in attention:
                name, heads = attention[block]
                row["attention_accuracy"] = each.heads.answers(name)["accuracy"]
                rng = np.random.default_rng([each.seed, block])
                row |= each.heads.owned(name, heads, counting["heads"], rng)
            rows.append(row)
    return by_seed(rows, KEYS)


def optimizer_rates(networks: Iterable[Trained]) -> pd.DataFrame:
    """The numbers of each seed: a row an optimiser and rate that was tried."""
    tried = pd.concat(
        [each.rates.assign(optimizer=each.optimizer, seed=each.seed) for each in networks], ignore_index=True
    )
    tried["chosen"] = tried["chosen"].astype(int)
    return tried[[*RATE_KEYS, "seed", "rate", "accuracy", "accuracy_heldout", "chosen"]]
