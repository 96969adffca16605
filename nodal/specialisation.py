"""What the tables say of attention heads: their own labels' accuracy, and the null model beside the count."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.accuracy_file import accuracy


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
    others = [each for each in counts["head"].unique() if each not in (0, head)]
    if mine.empty:
        return {"own_accuracy": float("nan"), "other_accuracy": float("nan")}
    at = {each: accuracy(mine, tap=tap, split="test", head=each) for each in [head, *others]}
    return {"own_accuracy": at[head], "other_accuracy": float(np.mean([at[each] for each in others]))}


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
