"""What is said of the attention heads of one tap: accuracies of their own labels, null and controls."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.attention.ownership import Counts
from nodal.files.accuracy import accuracy


def own_draws(null: pd.DataFrame, block: int) -> pd.DataFrame:
    """The draws of the null of one block's own matrices."""
    return null[(null["block"] == block) & (null["variant"] == "own")]


def own_and_other_accuracy(
    counts: pd.DataFrame, tap: str, head: int, owned: NDArray[np.bool_]
) -> dict[str, float]:
    """Test accuracy of a head's own labels, by itself and as the mean of the other heads by themselves.

    Args:
        counts: Correct answers by tap, split, head and label.
        tap: The attention tap.
        head: The head, counted from 1.
        owned: bool [L], its labels.

    Returns:
        `own_accuracy` and `other_accuracy`; nan where the head owns nothing.
    """
    mine = counts[counts["label"].isin(np.flatnonzero(owned))]
    heads = counts.loc[counts["tap"] == tap, "head"].unique()
    others = [each for each in heads if each not in (0, head)]
    if mine.empty:
        return {"own_accuracy": float("nan"), "other_accuracy": float("nan")}
    at = {each: accuracy(mine, tap=tap, split="test", head=each) for each in [head, *others]}
    return {"own_accuracy": at[head], "other_accuracy": float(np.mean([at[each] for each in others]))}


def accuracy_gap(counts: pd.DataFrame, tap: str, owner: Counts) -> float:
    """How much better heads know their own labels than the other heads do: mean over heads that own any.

    Args:
        counts: Correct answers by tap, split, head and label.
        tap: The attention tap.
        owner: [L], the head of each label, counted from 0; -1 for none.
    """
    heads = np.unique(owner[owner >= 0])
    each = [own_and_other_accuracy(counts, tap, int(head) + 1, owner == head) for head in heads]
    gaps = [row["own_accuracy"] - row["other_accuracy"] for row in each]
    return float(np.mean(gaps)) if gaps else float("nan")


def control_columns(here: pd.DataFrame, rotated: pd.DataFrame, tap: str) -> dict[str, float]:
    """Labels that belong to the heads of the untrained network, and to heads of random directions.

    Args:
        here: Appearances of the tap.
        rotated: What `write_rotated_heads` wrote.
        tap: The attention tap.

    Returns:
        `labels_untrained`, and means over rotations: `labels_within` heads and `labels_across` them.
    """
    turned = rotated[rotated["tap"] == tap]
    return {
        "labels_untrained": int(here.loc[here["variant"] == "untrained", "owned"].sum()),
        "labels_within": float(turned["within"].mean()),
        "labels_across": float(turned["across"].mean()),
    }


def null_columns(null: pd.DataFrame, tap: str, labels: int, extra: list[str]) -> dict[str, float]:
    """The node-permutation null of the number of owned labels.

    Args:
        null: The draws, one row each: `tap`, `variant`, `labels` and the columns of `extra`.
        tap: The attention tap.
        labels: The number that was counted.
        extra: Columns whose mean over the draws is wanted too.

    Returns:
        Mean, 95th percentile and p value, (1 + draws at least as large) / (1 + draws); means of `extra`.
    """
    draws = null[(null["tap"] == tap) & (null["variant"] == "own")]
    result = {
        "labels_null": float(draws["labels"].mean()),
        "labels_null95": float(draws["labels"].quantile(0.95)),
        "p_value": float((1 + (draws["labels"] >= labels).sum()) / (1 + len(draws))),
    }
    return result | {f"{name}_null": float(draws[name].mean()) for name in extra}
