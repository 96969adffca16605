"""The study `skip`: what skips carry, what clusters show with and without them, what masks of both cost."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from nodal.files.accuracy import accuracy
from nodal.tables.seeds import by_seed

KEYS = {
    "skip": ["block", "branch"],
    "skip_taps": ["block", "branch", "skip", "tap", "threshold"],
    "skip_masks": ["pruned", "block", "mask"],
}
_SUFFIX = {"trained": "", "untrained": "_untrained"}
Frames = Mapping[int, pd.DataFrame]  # by seed


def skip_tables(
    sizes: Frames, averages: Frames, counts: Frames, blocks: Mapping[str, int]
) -> dict[str, pd.DataFrame]:
    """The numbers of each seed, by the tables' names.

    Args:
        sizes: Of skips and branches, of the trained network and the untrained one.
        averages: Over the nodes of the taps with and without the skip, of both networks.
        counts: Correct answers under each mask.
        blocks: Number of the block pruned as `block`, and as `also`.

    Returns:
        `skip`, a row a branch: `skip_size`, `branch_size`, and `ratio`, the first over the second.
        `skip_taps`, a row a tap. Both have columns `_untrained`. `skip_masks`, a row a mask: `density`,
        `dilution` (1 less it), accuracy `masked` and `retrained`, on test images and `_heldout`.
    """
    return {
        "skip": by_seed(_networks_beside(sizes, KEYS["skip"]), KEYS["skip"]),
        "skip_taps": by_seed(_networks_beside(averages, KEYS["skip_taps"]), KEYS["skip_taps"]),
        "skip_masks": by_seed(_masks(counts, blocks), KEYS["skip_masks"]),
    }


def _networks_beside(frames: Frames, keys: list[str]) -> Iterator[dict[str, Any]]:
    """Of each place the columns of the trained network, then those of the untrained one."""
    for seed, table in frames.items():
        if "skip_size" in table:
            table = table.assign(ratio=table["skip_size"] / table["branch_size"])
        for place, rows in table.groupby(keys, sort=False):
            columns = {
                f"{name}{suffix}": rows.loc[rows["network"] == network, name].iloc[0]
                for network, suffix in _SUFFIX.items()
                for name in rows.columns.drop(["network", *keys])
            }
            yield dict(zip(keys, place, strict=True)) | {"seed": seed} | columns


def _masks(counts: Frames, blocks: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for seed, table in counts.items():
        for pruned, block in blocks.items():
            here = table[table["block"] == block]
            for mask in here["mask"].unique():
                density = float(here.loc[here["mask"] == mask, "density"].iloc[0])
                place = {"pruned": pruned, "block": block, "mask": mask, "seed": seed}
                yield (
                    place
                    | {"density": density, "dilution": 1 - density}
                    | {
                        f"{stage}{suffix}": accuracy(here, mask=mask, stage=stage, split=split)
                        for stage in ("masked", "retrained")
                        for split, suffix in (("test", ""), ("heldout", "_heldout"))
                    }
                )
