"""What each part of a network matters: the accuracy that is lost where it is zero."""

from collections.abc import Mapping

import pandas as pd

from nodal.files.accuracy import accuracy
from nodal.tables.seeds import by_seed, over_seeds

_KEYS = ["part", "block", "name"]
_SPLITS = {"test": "", "heldout": "_heldout"}


def importance(
    zeroed: Mapping[int, pd.DataFrame], backbone: Mapping[int, pd.DataFrame], pruned: list[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a part, whole blocks first; and the numbers of each seed.

    Args:
        zeroed: Correct answers where each part is zero, by seed.
        backbone: Of the network as it was.
        pruned: The blocks that are pruned.

    Returns:
        `part, block, name, seeds`, the mean and sd of `loss` (accuracy of the network less that without the
        part), of `loss_retrained` (the same after retraining without it; whole blocks only), both on test and
        `_heldout` images; `note` says so where a block matters more than those that are pruned.
    """
    records = []
    for seed, counts in zeroed.items():
        whole = {split: accuracy(backbone[seed], split=split) for split in _SPLITS}
        for keys, rows in counts.groupby(_KEYS, sort=False):
            record = dict(zip(_KEYS, keys, strict=True)) | {"seed": seed}
            for stage, name in (("masked", "loss"), ("retrained", "loss_retrained")):
                for split, suffix in _SPLITS.items():
                    measured = stage in set(rows["stage"])
                    left = accuracy(rows, stage=stage, split=split) if measured else float("nan")
                    record[f"{name}{suffix}"] = whole[split] - left
            records.append(record)
    long = by_seed(records, _KEYS)
    table = over_seeds(long, _KEYS)
    kinds = list(dict.fromkeys(table["part"]))
    table = table.sort_values(
        "part", key=lambda part: part.map(kinds.index), kind="stable", ignore_index=True
    )
    table["note"] = ""
    blocks = table[table["part"] == "block"].set_index("block")["loss_retrained_heldout_mean"]
    most = max(blocks.index, key=lambda block: float(blocks[block]))
    if blocks[most] > blocks[pruned].max():
        row = (table["part"] == "block") & (table["block"] == most)
        table.loc[row, "note"] = f"matters more than those that are pruned: set pruning.also to {most}"
    return table, long
