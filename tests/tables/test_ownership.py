"""Ownership of all runs: what is counted, and one correction over blocks and runs."""

import numpy as np
import pandas as pd
import pytest

from nodal.files.ownership import Frames
from nodal.tables.ownership import ownership

LABELS = 4


def frames(own: list[list[int]], heldout: list[list[int]], p: list[float], draws: list[int]) -> Frames:
    """One block of two heads: appearances [head, label] of both splits, p of each label, draws of a null."""
    head, label = np.indices((2, LABELS))
    parts = []
    for variant, counts in (("own", own), ("heldout", heldout), ("untrained", heldout)):
        counted = np.array(counts)
        columns = {
            "tap": "attention1", "block": 1, "variant": variant, "head": head.ravel() + 1,
            "label": label.ravel(), "appearances": counted.ravel(),
            "owned": (counted >= 2 * counted[::-1]).ravel(), "p_value": np.array(p)[label.ravel()],
        }  # fmt: skip
        parts.append(pd.DataFrame(columns))
    null = pd.DataFrame({"tap": "attention1", "block": 1, "variant": "own", "labels": draws})
    rotated = pd.DataFrame({"tap": "attention1", "block": 1, "within": [3, 2], "across": [1, 1]})
    return pd.concat(parts, ignore_index=True), null, rotated


OWN = [[4, 5, 1, 1], [2, 2, 1, 4]]  # labels 0 (just twice), 1 and 3 belong
HELD_OUT = [[4, 1, 1, 1], [1, 4, 1, 4]]  # label 1 to the other head


def test_what_is_counted() -> None:
    few = frames(OWN, HELD_OUT, [0.001, 0.001, 0.9, 0.9], [0, 1, 2, 3])
    table, long = ownership({"a": {0: few, 1: few}}, {"a": 2})
    row = table.iloc[0]
    counted = {"labels": 4, "owned": 3, "owned_strictly": 2, "heldout": 3, "null": 1.5, "heads": 1.5}
    for name, value in counted.items():
        assert row[f"{name}_mean"] == value, name
    assert row["surviving_mean"] == 1  # label 0: label 1 moved, label 3 could be chance
    assert row["excess_mean"] == pytest.approx(1.5 / 4)
    assert row["p_value"] == 2 / 5  # 3 + 3 >= 6 in the last draw alone
    assert long["seed"].tolist() == [0, 1]


def test_the_excess_lies_in_its_interval() -> None:
    table, _ = ownership({"a": {0: frames(OWN, OWN, [0.5] * 4, [0, 1, 1, 2] * 50)}}, {"a": 2})
    assert (table["excess_low"][0], table["excess_mean"][0], table["excess_high"][0]) == (0.25, 0.5, 0.75)


def test_one_correction_over_all_blocks_and_runs() -> None:
    rare = frames(OWN, HELD_OUT, [0.5] * 4, [0] * 99)
    common = frames(OWN, HELD_OUT, [0.5] * 4, [3] * 99)
    table, _ = ownership({"a": {0: rare}, "b": {0: common}, "c": {0: common}}, dict.fromkeys("abc", 2.0))
    assert table["p_value"].tolist() == [0.01, 1, 1]
    assert table["q_value"].tolist() == [pytest.approx(0.03), 1, 1]
