"""The study `silencing`: what is lost where nodes are silent, and what training them again brings."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from nodal.tables.seeds import by_seed, over_seeds

KEYS = ["block", "tap", "order", "silenced"]
RETRAINED_KEYS = ["order", "silenced"]
_CURVE_KEYS = ["block", "tap", "order", "share"]
_SHARES = {"quarter": 4, "half": 2}
_COLUMNS = ["accuracy", "accuracy_heldout", "snr"]
Frames = Mapping[int, pd.DataFrame]  # by seed


def silencing_table(curves: Frames) -> pd.DataFrame:
    """What is lost at some numbers of silent nodes, the numbers of each seed.

    Args:
        curves: A row a tap, order and number of silent nodes.

    Returns:
        A row a tap, order and `silenced`: all nodes `without` a diagonal (of other orders as many), a
        `quarter`, a `half`. `nodes`, how many these are; `loss`, accuracy of the whole probe less that
        without these, on test images and `_heldout`; `snr` of the others. Of random orders the mean. Where
        every node has a diagonal, `loss` and `snr` of the first rows are empty.
    """
    return by_seed(_marks(curves), KEYS)


def _marks(curves: Frames) -> Iterator[dict[str, Any]]:
    for seed, table in curves.items():
        for (block, tap, order), rows in table.groupby(["block", "tap", "order"], sort=False):
            means = rows.groupby("silenced")[_COLUMNS].mean()
            nodes, empty = int(rows["nodes"].iloc[0]), int(rows["empty"].iloc[0])
            for silenced, count in {"without": empty, **{k: nodes // s for k, s in _SHARES.items()}}.items():
                at = means.loc[count] if count else means.loc[0] * float("nan")
                yield {
                    "block": block, "tap": tap, "order": order, "silenced": silenced, "seed": seed,
                    "nodes": count, "loss": means["accuracy"][0] - at["accuracy"],
                    "loss_heldout": means["accuracy_heldout"][0] - at["accuracy_heldout"], "snr": at["snr"],
                }  # fmt: skip


def silencing_curves(curves: Frames) -> pd.DataFrame:
    """Accuracy and ratio over the `share` of silent nodes, over seeds; of random orders the mean."""
    table = pd.concat([each.assign(seed=seed) for seed, each in curves.items()])
    table["share"] = table["silenced"] / table["nodes"]
    means = table.groupby([*_CURVE_KEYS, "seed"], sort=False)[_COLUMNS].mean().reset_index()
    return over_seeds(means, _CURVE_KEYS)


def retrained_table(retrained: Frames) -> pd.DataFrame:
    """What training weights of some nodes again brings, the numbers of each seed.

    Args:
        retrained: A row an order and number of nodes.

    Returns:
        A row an order and `silenced`, a `quarter` or a `half`, with the accuracies `masked`, `rest` and
        `those`, of random orders the mean; each less that of the probe as it was, `{name}_gain`; and of the
        order `nothing`, where all weights are the `rest`.
    """
    records: list[dict[str, Any]] = []
    for seed, table in retrained.items():
        nodes = int(table["nodes"].iloc[0])
        words = {0: "none"} | {nodes // share: word for word, share in _SHARES.items()}
        was = float(table.loc[table["order"] == "nothing", "masked"].iloc[0])
        for (order, count), rows in table.groupby(RETRAINED_KEYS, sort=False):
            values = {name: float(rows[name].mean()) for name in ("masked", "rest", "those")}
            gains = {f"{name}_gain": value - was for name, value in values.items()}
            place = {"order": order, "silenced": words[int(str(count))], "seed": seed}
            records.append({**place, **values, **gains})
    return by_seed(records, RETRAINED_KEYS)
