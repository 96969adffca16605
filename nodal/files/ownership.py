"""Labels of attention heads on disk: how often each head's clusters hold each label, and whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.attention.chance import label_p_values
from nodal.attention.ownership import Counts, owners
from nodal.attention.rotations import RotatedOwnership
from nodal.attention.superclasses import occupation
from nodal.files.parquet import read_frame, read_table, write_table

_APPEARANCES = {
    "tap": "the attention output the heads were read at",
    "block": "its place along the depth, from 1",
    "variant": "own: matrices of the probe set's split; heldout: of the held-out split; untrained: own, of"
    " the network before its training",
    "head": "attention head, counted from 1",
    "label": "index of the label",
    "appearances": "nodes of the head in whose clusters the label is",
    "owned": "whether the label belongs to the head",
    "p_value": "how often random heads hold the label as unevenly; the same for all heads",
}
_NULL = {
    "tap": _APPEARANCES["tap"],
    "block": _APPEARANCES["block"],
    "variant": _APPEARANCES["variant"],
    "draw": "number of the permutation of nodes to heads",
    "labels": "labels that belong to a head in this draw",
}
_ROTATED = {
    "tap": _APPEARANCES["tap"],
    "block": _APPEARANCES["block"],
    "rotation": "number of the random basis, from 1",
    "within": "labels that belong to a head where each head's nodes are rotated on their own",
    "across": "labels that belong to a head where all nodes are rotated together",
}
_GROUPS = {
    "tap": _APPEARANCES["tap"],
    "block": _APPEARANCES["block"],
    "grouping": "number of the random grouping of the nodes, from 1; each group is as large as a head",
    "gap": "accuracy of a group on the labels that belong to it, less that of the others, mean over groups",
}
_FILLED = "super-classes of which a head owns exactly {} labels, summed over heads"


# What `read_frames` gives: appearances, draws of the null, and heads of random directions.
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class HeadCounts:
    """Appearances in the clusters of one tap and split.

    Attributes:
        tap: The attention tap.
        block: Its place along the depth.
        nodes: Number of its nodes.
        variant: `own`, `heldout` or `untrained`.
        counts: int64 [H, L], of each head.
        null: int64 [draws, H, L], of heads whose nodes were drawn at random.
    """

    tap: str
    block: int
    nodes: int
    variant: str
    counts: Counts
    null: Counts


def write_appearances(
    path: str | Path, measured: Iterable[HeadCounts], ratio: float, header: Mapping[str, Any]
) -> None:
    """Write one row a tap, split, head and label; `ratio` decides whose a label is.

    The file's header says how many nodes each tap has.
    """
    frames, nodes = [], {}
    for at in measured:
        nodes[at.tap] = at.nodes
        head, label = np.indices(at.counts.shape)
        columns = {
            "tap": at.tap, "block": at.block, "variant": at.variant, "head": head.ravel() + 1,
            "label": label.ravel(),
            "appearances": at.counts.ravel(), "owned": (owners(at.counts, ratio) == head).ravel(),
            "p_value": label_p_values(at.counts, at.null)[label.ravel()],
        }  # fmt: skip
        frames.append(pd.DataFrame(columns))
    _write(path, frames, _APPEARANCES, {**header, "nodes": nodes})


def write_null(
    path: str | Path,
    measured: Iterable[HeadCounts],
    ratio: float,
    superclass: NDArray[np.int64],
    header: Mapping[str, Any],
) -> None:
    """Write one row a tap, split and draw; super-classes [L] are counted where there are any."""
    frames, meaning = [], dict(_NULL)
    for at in measured:
        draws, heads, _ = at.null.shape
        owned = owners(at.null, ratio)[:, None, :] == np.arange(heads)[:, None]
        columns = {
            "tap": at.tap, "block": at.block, "variant": at.variant, "draw": np.arange(draws),
            "labels": owned.sum((1, 2)),
        }  # fmt: skip
        if len(superclass):
            for i, filled in enumerate(occupation(owned, superclass).sum(1).T, 1):
                columns[f"filled{i}"], meaning[f"filled{i}"] = filled, _FILLED.format(i)
        frames.append(pd.DataFrame(columns))
    _write(path, frames, meaning, header)


def write_rotated_heads(
    path: str | Path, rotated: Iterable[tuple[str, int, RotatedOwnership]], header: Mapping[str, Any]
) -> None:
    """Write one row a tap and rotation; `rotated` gives name and block of each tap with what was counted."""
    frames = []
    for tap, block, owned in rotated:
        rotation = np.arange(1, len(owned.within) + 1)
        columns = {"tap": tap, "block": block, "rotation": rotation}
        frames.append(pd.DataFrame({**columns, "within": owned.within, "across": owned.across}))
    _write(path, frames, _ROTATED, header)


def write_groups(
    path: str | Path, groups: Iterable[tuple[str, int, int, float]], header: Mapping[str, Any]
) -> None:
    """Write one row a tap and grouping: name and block of the tap, number of the grouping, and its gap."""
    _write(path, [pd.DataFrame(groups, columns=list(_GROUPS))], _GROUPS, header)


def read_groups(path: str | Path) -> pd.DataFrame:
    """The table that `write_groups` wrote."""
    return read_frame(path)


def read_frames(appearances: str | Path, null: str | Path, rotated: str | Path) -> Frames:
    """The three tables of a seed as they were written."""
    return read_frame(appearances), read_frame(null), read_frame(rotated)


def taps_of(path: str | Path) -> list[str]:
    """The attention taps of a file of appearances, last block first."""
    places = read_frame(path)[["tap", "block"]].drop_duplicates()
    return [str(tap) for tap in places.sort_values(["block", "tap"], ascending=False)["tap"]]


def nodes_of(path: str | Path, tap: str) -> int:
    """Number of nodes of an attention tap."""
    return int(read_table(path, [])[1]["nodes"][tap])


def read_heads(path: str | Path, tap: str | None = None) -> tuple[Counts, NDArray[np.int64], str]:
    """Appearances [H, L] and owners [L] of a tap (default: that of the last block), and its name.

    Owners count heads from 0; -1 is a label that belongs to none.
    """
    tap = tap or taps_of(path)[0]
    table = read_frame(path)
    here = table[(table["tap"] == tap) & (table["variant"] == "own")].sort_values(["head", "label"])
    shape = here["head"].nunique(), here["label"].nunique()
    counts, owned = (here[name].to_numpy().reshape(shape) for name in ("appearances", "owned"))
    return counts, np.where(owned.any(axis=0), owned.argmax(axis=0), -1), tap


def owned_in_last_blocks(path: str | Path) -> dict[str, NDArray[np.bool_]]:
    """Whether each label belongs to some head, bool [L], at the last attention tap and the one before it."""
    return {tap: read_heads(path, tap)[1] >= 0 for tap in taps_of(path)[:2]}


def _write(
    path: str | Path, frames: Sequence[pd.DataFrame], meaning: Mapping[str, str], header: Mapping[str, Any]
) -> None:
    table = pd.concat(frames, ignore_index=True)
    write_table(path, {str(name): table[name].to_numpy() for name in table}, meaning, header)
