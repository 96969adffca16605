"""The unified table: CNNs and transformers through one instrument, along their depth, beside their twins.

What a run's nodes show stands beside what random directions and the untrained network show (its twins), and
runs are compared under the same pooling of their probes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from nodal.files.accuracy import accuracy
from nodal.tables.seeds import at_main_threshold
from nodal.tables.summaries import accuracy_on_test

KEYS = [
    "role",
    "run",
    "network",
    "pooling",
    "set",
    "tap",
    "block",
    "relative_depth",
    "parameters",
    "labels",
    "threshold",
]
COMPARED = ("snr", "size", "diagonal")
Row = dict[str, object]


@dataclass(frozen=True)
class BlockSet:
    """A probe set with a tap a block, of one seed.

    Attributes:
        role, run, network, name, pooling: What the run stands behind (`main`, `second` or nothing), its name,
            that of its network or of its family, the name of the set, and how its probes pool.
        seed: Which.
        depth: Number of the network's blocks.
        parameters: Of the network.
        rotated: What `read_rotated` gives: averages over nodes and over random directions.
        counts, untrained: Correct answers of the probes, and of those on the network before its training.
        backbone: Correct answers of the network itself.
    """

    role: str
    run: str
    network: str
    name: str
    pooling: str
    seed: int
    depth: int
    parameters: int
    rotated: pd.DataFrame
    counts: pd.DataFrame
    untrained: pd.DataFrame
    backbone: pd.DataFrame


def unified(found: BlockSet) -> Iterator[Row]:
    """A row a block: the paper's threshold or, where the set has not that one, its first.

    Returns:
        `KEYS` and `seed`; `network_accuracy`, of the network itself; `accuracy` of the probe and
        `accuracy_untrained`; SNR, cluster size and diagonal of the nodes, with `_rotated`, the mean over
        random directions of the same network, `_untrained`, and `_untrained_rotated` of those;
        `privilege`, the SNR of the nodes over that of directions, `privilege_equal`, over theirs at the
        thresholds of equal mean diagonal, and `privilege_untrained`.
    """
    own = accuracy(found.backbone, split="test")
    for tap, here in at_main_threshold(found.rotated).groupby("tap", sort=False):
        block = int(here["block"].iloc[0])
        values = [
            found.role, found.run, found.network, found.pooling, found.name, tap, block, block / found.depth,
            found.parameters, int(here["labels"].iloc[0]), float(here["threshold"].iloc[0]),
        ]  # fmt: skip
        row: Row = dict(zip(KEYS, values, strict=True))
        row |= {"seed": found.seed, "network_accuracy": own}
        row |= {"accuracy": accuracy_on_test(found.counts, str(tap))}
        row |= {"accuracy_untrained": accuracy_on_test(found.untrained, str(tap))}
        yield row | _twins(here)


def _twins(here: pd.DataFrame) -> Row:
    """The averages of the nodes of a tap and of its twins, and the ratios between them."""
    is_trained, is_native = here["network"] == "trained", here["rotation"] == 0
    turned, untrained = ~is_native & ~here["matched"], here["network"] == "untrained"
    twins = {
        "": here[is_trained & is_native],
        "_rotated": here[is_trained & turned],
        "_untrained": here[untrained & is_native],
        "_untrained_rotated": here[untrained & turned],
    }
    found = {f"{name}{twin}": rows[name].mean() for twin, rows in twins.items() for name in COMPARED}
    equal = here.loc[is_trained & ~is_native & here["matched"], "snr"].mean()
    ratios = {
        "privilege": found["snr"] / found["snr_rotated"],
        "privilege_equal": found["snr"] / equal,
        "privilege_untrained": found["snr_untrained"] / found["snr_untrained_rotated"],
    }
    return {**found, **ratios}
