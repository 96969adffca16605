"""Labels that attention heads own, in all blocks of all runs: beyond chance, held out, and as heads."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from nodal.attention.chance import excess_interval, joint_p_value
from nodal.attention.ownership import is_owned
from nodal.files.ownership import Frames
from nodal.tables.head_columns import own_draws
from nodal.tables.seeds import by_seed, over_seeds

KEYS = ["run", "block"]
RATE = 0.05  # of false discoveries among the labels that survive


def ownership(
    runs: Mapping[str, Mapping[int, Frames]], ratios: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a run and block, last block first, and the numbers of each seed.

    Args:
        runs: Files of the heads by run and seed.
        ratios: The ratio at which a label belongs to a head, by run.

    Returns:
        Means and sd over seeds of what `_numbers` counts; of `excess` also the interval over seeds and draws
        (`excess_interval`); `p_value`, by one permutation of all seeds together, and `q_value`, the same
        after Benjamini and Hochberg over all rows: blocks and runs.
    """
    rows = [
        {"run": run, "block": block, "seed": seed, **_numbers(*frames, block, ratios[run])}
        for run, seeds in runs.items()
        for seed, frames in seeds.items()
        for block in sorted(frames[0]["block"].unique(), reverse=True)
    ]
    long = by_seed(rows, KEYS)
    table = over_seeds(long, KEYS)
    together = [_joint(here, runs[str(here["run"].iloc[0])]) for _, here in long.groupby(KEYS, sort=False)]
    table = pd.concat([table, pd.DataFrame(together)], axis=1)
    return table.assign(q_value=false_discovery_control(table["p_value"])), long


def _numbers(
    counted: pd.DataFrame, null: pd.DataFrame, rotated: pd.DataFrame, block: int, ratio: float
) -> dict[str, Any]:
    """What heads own at one block of one seed.

    Returns:
        `owned`, labels that belong to a head (>= the ratio), and `owned_strictly` (>); `heldout`, the same of
        held-out inputs; `surviving`, those that the same head owns there, too, and that remain at a false
        discovery rate of `RATE` over the labels; `null`, of random heads; `excess`, owned less null, as a
        share of the labels; `untrained`, of the network before its training; `heads`, what heads own as
        heads: random directions within heads less those across heads.
    """
    here = counted[counted["block"] == block]
    own, heldout = (here[here["variant"] == each].reset_index(drop=True) for each in ("own", "heldout"))
    appearances = own.pivot_table(index="head", columns="label", values="appearances").to_numpy(np.int64)
    sure = false_discovery_control(own.groupby("label")["p_value"].first()) < RATE
    again = own.merge(heldout, on=["head", "label"], suffixes=("", "_heldout"), validate="one_to_one")
    again = again[again["owned"] & again["owned_heldout"]]
    turned = rotated[rotated["block"] == block]
    labels, owned = appearances.shape[1], int(own["owned"].sum())
    by_chance = float(own_draws(null, block)["labels"].mean())
    return {
        "labels": labels,
        "owned": owned,
        "owned_strictly": int(is_owned(appearances, ratio, strictly=True).sum()),
        "heldout": int(heldout["owned"].sum()),
        "surviving": int(sure[again["label"]].sum()),
        "null": by_chance,
        "excess": (owned - by_chance) / labels,
        "untrained": int(here.loc[here["variant"] == "untrained", "owned"].sum()),
        "heads": float(turned["within"].mean() - turned["across"].mean()),
    }


def _joint(seeds: pd.DataFrame, files: Mapping[int, Frames]) -> dict[str, float]:
    """What only all seeds of a block together say."""
    block, labels = int(seeds["block"].iloc[0]), int(seeds["labels"].iloc[0])
    null = np.stack([own_draws(files[seed][1], block)["labels"].to_numpy() for seed in seeds["seed"]])
    owned = seeds["owned"].to_numpy()
    low, high = excess_interval(owned, null, np.random.default_rng([block, len(owned)]))
    return {
        "excess_low": low / labels,
        "excess_high": high / labels,
        "p_value": joint_p_value(owned, null),
    }
