"""The study `whole_network`: what pruning layers of several blocks costs, at once and after retraining."""

from collections.abc import Mapping

import pandas as pd

KEYS = ["layers", "blocks", "budget", "mask"]


def whole_network(rows: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The numbers of each seed.

    Args:
        rows: Of every job of a seed, by seed.

    Returns:
        A row a choice of layers, number of blocks, budget and mask: `density`, `network_density`, and the
        accuracies `masked` and `retrained` on test images and `_heldout`.
    """
    table = pd.concat([each.assign(seed=seed) for seed, each in rows.items()], ignore_index=True)
    return table[[*KEYS, "seed", *(name for name in table if name not in (*KEYS, "seed"))]]
