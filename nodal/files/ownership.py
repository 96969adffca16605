"""Labels of attention heads on disk: how often each head's clusters hold each label, and whose it is."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.cct import tap_block
from nodal.attention.ownership import Counts
from nodal.files.parquet import read_table


def taps_of(path: str | Path) -> list[str]:
    """The attention taps of a file, last block first."""
    taps = set(read_table(path, ["tap"])[0]["tap"].to_pylist())
    return sorted(taps, key=tap_block, reverse=True)


def read_heads(path: str | Path, tap: str | None = None) -> tuple[Counts, NDArray[np.int64], str]:
    """Appearances [H, L] and owners [L] of a tap (default: that of the last block), and its name.

    Owners count heads from 0; -1 is a label that belongs to none.
    """
    tap = tap or taps_of(path)[0]
    table = read_table(path)[0].to_pandas()
    here = table[(table["tap"] == tap) & (table["variant"] == "own")].sort_values(["head", "label"])
    shape = here["head"].nunique(), here["label"].nunique()
    counts, owned = (here[name].to_numpy().reshape(shape) for name in ("appearances", "owned"))
    return counts, np.where(owned.any(axis=0), owned.argmax(axis=0), -1), tap
