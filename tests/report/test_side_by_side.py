"""The runs beside each other: which row of which table stands there; what a run does not have is blank."""

from pathlib import Path

import pandas as pd
import pytest

from nodal.report.side_by_side import MASKS, OWNERSHIP, UNIFIED, side_by_side


@pytest.fixture
def unified(tmp_path: Path) -> Path:
    rows = [
        # run, pooling, block, accuracy of the network, SNR: of its nodes, of directions, untrained
        ("one", "flatten", 2, 0.9, 3.0, 4.0, 1.5),
        ("one", "mean", 1, 0.9, 2.0, 2.1, 1.4),
        ("one", "mean", 2, 0.9, 2.5, 2.6, 1.3),
        ("two", "sequence", 4, 0.8, 5.0, 4.5, 1.2),
    ]
    table = pd.DataFrame(rows, columns=["run", "pooling", "block", *(f"{name}_mean" for name in UNIFIED)])
    table.assign(snr_sd=[0.1, 0.1, 0.25, None]).to_csv(tmp_path / "unified.csv", index=False)
    return tmp_path / "unified.csv"


def of(rows: list[dict[str, list[str]]], name: str) -> list[str]:
    [cells] = [row["cells"] for row in rows if row["name"] == name]
    return cells


def test_the_last_block_under_mean_pooling_where_there_is_one(unified: Path) -> None:
    rows = side_by_side(["two", "one"], unified, None, {})
    assert of(rows, UNIFIED["network_accuracy"]) == ["0.8", "0.9"]
    assert of(rows, UNIFIED["snr"]) == ["5", "2.5 ± 0.25"]
    assert of(rows, UNIFIED["snr_rotated"]) == ["4.5", "2.6"]
    assert of(rows, UNIFIED["snr_untrained"]) == ["1.2", "1.3"]


def test_heads_of_the_last_block(tmp_path: Path) -> None:
    counts = {"owned_mean": [59, 50], "null_mean": [37, 33], "untrained_mean": [26, 25]}
    table = pd.DataFrame({"run": ["one", "one"], "block": [7, 6], **counts})
    table.to_csv(tmp_path / "ownership.csv", index=False)
    rows = side_by_side(["one", "two"], None, tmp_path / "ownership.csv", {})
    assert [of(rows, name)[0] for name in OWNERSHIP.values()] == ["59", "37", "26"]
    assert all(row["cells"][1] == "" for row in rows)


def test_the_sparsest_mask_of_the_fc_layer(tmp_path: Path) -> None:
    rows = [
        ("block", None, "andc", 0.3, 0.99),
        ("fc", 0.3, "andc", 0.2, 0.9),
        *(("fc", 0.4, mask, 0.1, 0.8 + place / 100) for place, mask in enumerate(MASKS)),
    ]
    columns = ["pruned", "threshold", "mask", "density_mean", "retrained_mean"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "table3_pruning.csv", index=False)
    found = side_by_side(["two", "one"], None, None, {"one": tmp_path / "table3_pruning.csv"})
    assert [row["cells"] for row in found] == [["", text] for text in ("0.1", "0.8", "0.81", "0.82", "0.83")]


def test_nothing_to_compare() -> None:
    assert side_by_side(["one"], None, None, {}) == []
