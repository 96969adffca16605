"""The tables on pruning: what a mask recovers, cells that are left out, what matters most."""

from collections.abc import Mapping

import pandas as pd
import pytest

from nodal.tables.importance import importance
from nodal.tables.pruning import curve, masks_compared


def counts(rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """A label a row, of a hundred images."""
    return pd.DataFrame([{"label": 0, "images": 100, **row} for row in rows])


def pruned(accuracies: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Correct answers right after masking and after retraining, one more on the test split."""
    return counts(
        [
            {
                "mask": mask,
                "density": 0.5,
                "stage": stage,
                "split": split,
                "correct": correct + (split == "test"),
            }
            for mask, both in accuracies.items()
            for stage, correct in zip(("masked", "retrained"), both, strict=True)
            for split in ("heldout", "test")
        ]
    )


def test_shares_recovered_and_cells_left_out() -> None:
    masks = {
        "andc": (60, 80), "andc_test": (50, 70), "andc_heldout": (50, 70), "zeroed": (20, 79),
        "unpruned": (80, 79),
    }  # fmt: skip
    backbone = counts([{"split": split, "correct": 80} for split in ("heldout", "test")])
    table, _ = masks_compared({"block": {0: pruned(masks)}}, {0: backbone}, printed=False)
    table = table[table["pruned"] == "block"].set_index("mask")
    assert table.loc["andc", "masked_recovered"] == pytest.approx(40 / 60)
    assert table["masked_recovered"][["zeroed", "unpruned"]].tolist() == [0, 1]
    assert table["retrained_recovered"].isna().all()  # nothing was lost
    for stage in ("masked", "retrained"):
        assert table[f"{stage}_mean"].isna().to_dict() == {mask: mask == "andc_test" for mask in masks}
        left_out = table[f"{stage}_heldout_mean"].isna()
        assert left_out.to_dict() == {mask: mask == "andc_heldout" for mask in masks}


def zeroed(losses: Mapping[int, int]) -> pd.DataFrame:
    """Whole blocks, and a head of block 1, right after zeroing; blocks after retraining, a half lost."""
    rows = [("block", block, "", lost) for block, lost in losses.items()] + [("head", 1, "1", 3)]
    return counts(
        [
            {
                "part": part,
                "block": block,
                "name": name,
                "stage": stage,
                "split": split,
                "correct": 80 - lost // cut,
            }
            for part, block, name, lost in rows
            for stage, cut in (("masked", 1), ("retrained", 2))
            for split in ("heldout", "test")
            if part == "block" or stage == "masked"
        ]
    )


def test_the_table_says_which_block_matters_more() -> None:
    backbone = {0: counts([{"split": split, "correct": 80} for split in ("heldout", "test")])}
    table, _ = importance({0: zeroed({1: 40, 2: 10})}, backbone, [2])
    assert table["loss_mean"].tolist() == pytest.approx([0.4, 0.1, 0.03])
    assert table["loss_retrained_heldout_mean"].tolist()[:2] == pytest.approx([0.2, 0.05])
    assert table["loss_retrained_mean"].isna().tolist() == [False, False, True]
    assert table["note"].tolist() == [
        "matters more than those that are pruned: set pruning.also to 1", "", "",
    ]  # fmt: skip
    assert set(importance({0: zeroed({1: 40, 2: 10})}, backbone, [2, 1])[0]["note"]) == {""}


def test_a_curve_is_of_one_stage_on_test_images() -> None:
    seeds = {seed: pruned({"andc": (60, 80)}).assign(threshold=0.3) for seed in range(2)}
    (row,) = curve(seeds, "retrained").to_dict("records")
    assert (row["threshold"], row["mask"], row["seeds"]) == (0.3, "andc", 2)
    assert (row["accuracy_mean"], row["accuracy_sd"], row["density_mean"]) == (0.81, 0, 0.5)
