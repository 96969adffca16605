"""Rows of Table 4 with super-classes of equal size, and without any."""

import numpy as np
import pandas as pd
import pytest

from nodal.attention.superclasses import filled_columns
from nodal.tables.head_columns import own_and_other_accuracy
from nodal.tables.heads import head_rows

OWNED = np.array([[True, True, False, False], [False, False, True, False]])  # [head, label]


def tables() -> tuple[pd.DataFrame, ...]:
    head, label = np.indices(OWNED.shape)
    at = {"tap": "attention1", "block": 1, "head": head.ravel() + 1, "label": label.ravel()}
    owned = {"own": OWNED, "heldout": OWNED, "untrained": OWNED & (head == 0)}
    counted = pd.concat(
        [pd.DataFrame({**at, "variant": variant, "owned": each.ravel()}) for variant, each in owned.items()]
    )
    draws = {"labels": [1, 3, 4], "filled1": [1, 1, 2], "filled2": [0, 1, 1]}
    null = pd.DataFrame({"tap": "attention1", "variant": "own", **draws})
    rotated = pd.DataFrame(
        {"tap": ["attention1"] * 2 + ["attention2"], "within": [1, 2, 9], "across": [0, 1, 9]}
    )
    every = pd.MultiIndex.from_product([[0, 1, 2], range(4)], names=["head", "label"]).to_frame(index=False)
    counts = every.assign(tap="attention1", split="test", images=10, correct=5)
    counts.loc[(counts["head"] == 1) & (counts["label"] < 2), "correct"] = 9
    groups = pd.DataFrame({"tap": ["attention1"] * 2 + ["attention2"], "gap": [0.1, 0.3, 9]})
    return counted, null, rotated, groups, counts


def test_super_classes_of_equal_size_are_counted() -> None:
    both, first, second = head_rows(*tables(), np.array([0, 0, 1, 1]))
    assert [both["labels"], both["filled1"], both["filled2"]] == [3, 1, 1]
    assert both["p_value"] == pytest.approx(3 / 4)
    assert [both[f"labels_{control}"] for control in ("untrained", "within", "across")] == [2, 1.5, 0.5]
    assert [first["filled1"], first["filled2"], second["filled1"], second["filled2"]] == [0, 1, 1, 0]
    # Head 1 knows its labels better by .4, head 2 as well as head 1 does.
    assert (both["gap"], both["gap_groups"]) == (pytest.approx(0.2), pytest.approx(0.2))
    # Two of four labels fill one of two pairs in two of six ways.
    assert first["filled2_chance"] == pytest.approx(2 / 6)


def test_other_heads_are_those_of_the_same_tap() -> None:
    *_, counts = tables()
    four = counts.assign(tap="attention2", head=counts["head"] + 2)
    found = own_and_other_accuracy(pd.concat([counts, four]), "attention1", 1, OWNED[0])
    assert found == {"own_accuracy": pytest.approx(0.9), "other_accuracy": pytest.approx(0.5)}


@pytest.mark.parametrize("superclass", [[], [0, 0, 0, 1]])
def test_without_them_labels_alone_are_counted(superclass: list[int]) -> None:
    groups = np.array(superclass, np.int64)
    assert filled_columns(groups) == []
    rows = head_rows(*tables(), groups)
    assert [row["labels"] for row in rows] == [3, 2, 1]
    assert not [name for row in rows for name in row if name.startswith("filled")]
