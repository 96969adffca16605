"""Tables 4 and 5: labels and super-classes that attention heads own, beside what random nodes would."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nodal import paper
from nodal.attention.chance import joint_p_value
from nodal.attention.ownership import Counts
from nodal.attention.superclasses import expected_occupation, filled_columns, occupation
from nodal.files.accuracy import accuracies, accuracy
from nodal.tables.head_columns import (
    accuracy_gap,
    control_columns,
    null_columns,
    own_and_other_accuracy,
    own_draws,
)
from nodal.tables.seeds import by_seed, over_seeds, with_paper

Row = dict[str, Any]


def labels_by_head(
    rows: Sequence[Row], nulls: Mapping[int, pd.DataFrame], superclass: Counts, printed: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 4 from the `head_rows` of all seeds, and the numbers of each seed.

    Args:
        rows: A row a seed, block and head, with `seed`.
        nulls: Draws of the node-permutation null of each seed.
        superclass: int64 [L], super-class of each label.
        printed: Whether the paper's values stand beside, where super-classes have the size of its own.
    """
    keys = ["block", "head"]
    filled = filled_columns(superclass)
    values = paper.TABLE4 if printed and len(filled) == paper.LABELS_AND_SIZE[1] else {}
    long = by_seed(rows, keys)
    table = with_paper(over_seeds(long, keys, ["p_value"]), keys, ["labels", *filled], values)
    return _with_joint_p(table, long[long["head"] == 0], nulls), long


def labels_by_block(
    rows: Sequence[Row], nulls: Mapping[int, pd.DataFrame], printed: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 5 from the `block_rows` of all seeds, as `labels_by_head`; the paper has four heads."""
    keys, long = ["block"], by_seed(rows, ["block"])
    heads = [str(name) for name in long if str(name).startswith("head")]
    names = ["accuracy", *heads, "labels"] if len(heads) == 4 else ["accuracy"]
    table = with_paper(over_seeds(long, keys, ["p_value"]), keys, names, paper.TABLE5 if printed else {})
    return _with_joint_p(table, long, nulls), long


def _with_joint_p(
    table: pd.DataFrame, totals: pd.DataFrame, nulls: Mapping[int, pd.DataFrame]
) -> pd.DataFrame:
    """`p_value` of each block's total over all seeds; empty for single heads."""
    found = {}
    for block, rows in totals.groupby("block"):
        draws = [own_draws(nulls[seed], int(str(block)))["labels"].to_numpy() for seed in rows["seed"]]
        found[block] = joint_p_value(rows["labels"].to_numpy(), np.stack(draws))
    total = table.get("head", pd.Series(0, table.index)) == 0
    return table.assign(p_value=table["block"].map(found).where(total))


def head_rows(
    counted: pd.DataFrame,
    null: pd.DataFrame,
    rotated: pd.DataFrame,
    groups: pd.DataFrame,
    counts: pd.DataFrame,
    superclass: Counts,
) -> list[Row]:
    """A row for each block and head, last block first; head 0 stands for all heads together.

    Args:
        counted: Appearances: `tap`, `block`, `variant`, `head`, `label`, `owned`.
        null: Draws of the node-permutation null.
        rotated: Labels that belong to heads of random directions, within heads and across them.
        groups: What `write_groups` wrote.
        counts: Correct answers by tap, split, head and label.
        superclass: int64 [L], super-class of each label; without any of equal size no columns count them.
    """
    filled, rows = filled_columns(superclass), []
    for block, tap, here in _taps(counted):
        heads = sorted(here["head"].unique().tolist())
        each = [_head_row(here[here["head"] == head], head, counts, tap, superclass) for head in heads]
        total = {name: sum(row[name] for row in each) for name in ("labels", "labels_heldout", *filled)}
        total |= null_columns(null, tap, total["labels"], filled)
        total |= control_columns(here, rotated, tap)
        total["accuracy"] = accuracy(counts, tap=tap, split="test", head=0)
        total["gap"] = accuracy_gap(counts, tap, _owner(here))
        total["gap_groups"] = float(groups.loc[groups["tap"] == tap, "gap"].mean())
        rows += [{"block": block, **row} for row in ({"head": 0, **total}, *each)]
    return rows


def block_rows(
    counted: pd.DataFrame, null: pd.DataFrame, rotated: pd.DataFrame, counts: pd.DataFrame
) -> list[Row]:
    """A row for each block, last block first; arguments as in `head_rows`."""
    rows = []
    for block, tap, here in _taps(counted):
        owned = here[here["variant"] == "own"].groupby("head")["owned"].sum()
        rows.append(
            {
                "block": block,
                **accuracies(counts, tap=tap, head=0),
                **{f"head{head}": int(count) for head, count in owned.items()},
                "labels": int(owned.sum()),
                "labels_heldout": int(here.loc[here["variant"] == "heldout", "owned"].sum()),
                **null_columns(null, tap, int(owned.sum()), []),
                **control_columns(here, rotated, tap),
            }
        )
    return rows


def _taps(counted: pd.DataFrame) -> list[tuple[int, str, pd.DataFrame]]:
    """Block, name and appearances of each tap, last block first."""
    taps = counted[["block", "tap"]].drop_duplicates().sort_values(["block", "tap"], ascending=False)
    return [
        (int(block), str(tap), counted[counted["tap"] == tap])
        for block, tap in zip(taps["block"], taps["tap"], strict=True)
    ]


def _head_row(part: pd.DataFrame, head: int, counts: pd.DataFrame, tap: str, superclass: Counts) -> Row:
    """What one head owns, what as many random labels would fill, and how it does on its own labels."""
    filled = filled_columns(superclass)
    owned = part[part["variant"] == "own"].sort_values("label")["owned"].to_numpy()
    superclasses = {}
    if filled:
        chance = expected_occupation(int(owned.sum()), int(superclass.max()) + 1, len(filled))
        superclasses = dict(zip(filled, occupation(owned, superclass), strict=True))
        superclasses |= {f"{name}_chance": value for name, value in zip(filled, chance, strict=True)}
    return {
        "head": head,
        "labels": int(owned.sum()),
        "labels_heldout": int(part.loc[part["variant"] == "heldout", "owned"].sum()),
        **superclasses,
        **own_and_other_accuracy(counts, tap, head, owned),
    }


def _owner(here: pd.DataFrame) -> Counts:
    """The head of each label, counted from 0, -1 for none: int64 [L] of the appearances of a tap."""
    owned = here[(here["variant"] == "own") & here["owned"]]
    owner = np.full(here["label"].max() + 1, -1)
    owner[owned["label"]] = owned["head"] - 1
    return owner
