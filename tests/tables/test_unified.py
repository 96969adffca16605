"""The unified table and its figure from a rotated file and counts of a few rows, averaged by hand."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from nodal.figures.unified import MEASURES, along_the_depth
from nodal.files.tensors import parameter_count, write_tensors
from nodal.tables.seeds import by_seed, over_seeds
from nodal.tables.unified import KEYS, BlockSet, unified


def rotated(blocks: int, shift: float, thresholds: tuple[float, ...] = (0.2, 0.3)) -> pd.DataFrame:
    """Trained and untrained, nodes and two random bases, at two thresholds; every number another one."""
    rows = []
    for network in ("trained", "untrained"):
        for block in range(1, blocks + 1):
            for rotation, matched in ((0, False), (1, False), (2, False), (1, True), (2, True)):
                for threshold in thresholds:
                    value = 1 + shift + block + 0.1 * rotation + 0.3 * matched + 10 * (threshold == 0.3)
                    value *= 0.5 if network == "untrained" else 1
                    rows.append(
                        {
                            "network": network, "tap": f"block{block}", "kind": "block", "block": block,
                            "rotation": rotation, "matched": matched, "threshold": threshold,
                            "snr": value, "size": 2 * value, "diagonal": 3 * value, "labels": 4,
                        }
                    )  # fmt: skip
    return pd.DataFrame(rows)


def counts(blocks: int, correct: int) -> pd.DataFrame:
    rows = [
        {"tap": f"block{block}", "split": split, "head": 0, "label": label, "images": 10,
         "correct": correct + block if split == "test" else 0}
        for block in range(1, blocks + 1)
        for split in ("heldout", "test")
        for label in range(4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def a_set(run: str, network: str, pooling: str, seed: int, blocks: int = 3) -> BlockSet:
    own = pd.DataFrame({"split": ["test", "heldout"], "label": 0, "images": 10, "correct": [8 + seed, 0]})
    return BlockSet(
        "main", run, network, "mean", pooling, seed, blocks, 1000, rotated(blocks, seed),
        counts(blocks, seed), counts(blocks, 0), own,
    )  # fmt: skip


def test_a_block_stands_beside_its_twins() -> None:
    rows = list(unified(a_set("filters", "vgg", "mean", 1)))
    assert [row["block"] for row in rows] == [1, 2, 3]
    assert [row["relative_depth"] for row in rows] == pytest.approx([1 / 3, 2 / 3, 1])
    found = rows[1]
    assert (found["network"], found["run"], found["pooling"], found["seed"]) == ("vgg", "filters", "mean", 1)
    assert (found["threshold"], found["labels"], found["parameters"]) == (0.3, 4, 1000)
    native = 1 + 1 + 2 + 10  # at the paper's threshold, seed 1, block 2
    turned = np.mean([native + 0.1, native + 0.2])
    expected = {
        "network_accuracy": 0.9, "accuracy": 0.3, "accuracy_untrained": 0.2, "snr": native,
        "snr_rotated": turned, "snr_untrained": native / 2, "snr_untrained_rotated": turned / 2,
        "size": 2 * native, "diagonal": 3 * native, "diagonal_rotated": 3 * turned,
        "size_untrained": native, "privilege": native / turned, "privilege_untrained": native / turned,
        "privilege_equal": native / (turned + 0.3),
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def table() -> pd.DataFrame:
    sets = [
        a_set(run, network, pooling, seed, blocks)
        for run, network, pooling, blocks in (
            ("glyphs", "cct", "sequence", 3), ("glyphs", "cct", "mean", 3), ("filters", "vgg", "mean", 2),
        )
        for seed in (0, 1)
    ]  # fmt: skip
    return over_seeds(by_seed([row for each in sets for row in unified(each)], KEYS), KEYS)


def test_means_are_those_over_the_seeds() -> None:
    found = table()
    assert len(found) == 3 + 3 + 2
    assert set(found["seeds"]) == {2}
    last = found[(found["run"] == "filters") & (found["block"] == 2)].iloc[0]
    assert last["snr_mean"] == pytest.approx(13.5)
    assert last["snr_sd"] == pytest.approx(math.sqrt(0.5))
    assert last["relative_depth"] == 1


def test_a_run_without_the_papers_threshold_has_its_first() -> None:
    given = a_set("a", "cct", "mean", 0)
    other = BlockSet(**{**vars(given), "rotated": rotated(3, 0, (0.2, 0.4))})
    assert {row["threshold"] for row in unified(other)} == {0.2}


def lines(figure: Figure, panel: int) -> list[tuple[list[float], list[float], str]]:
    return [
        (list(line.get_xdata()), list(line.get_ydata()), str(line.get_linestyle()))
        for line in figure.axes[panel].lines
    ]


def test_the_figure_draws_runs_of_one_pooling_in_one_row() -> None:
    found = table()
    figure = along_the_depth(found)
    assert len(figure.axes) == 2 * len(MEASURES)
    assert [figure.axes[row * len(MEASURES)].get_ylabel() for row in (0, 1)] == [
        "pooling: mean",
        "pooling: sequence",
    ]
    snr = lines(figure, 1)
    assert [line for *_, line in snr] == ["-", "--", ":"] * 2  # of both runs: nodes, directions, untrained
    rows = found[(found["run"] == "filters") & (found["pooling"] == "mean")]
    assert snr[3][:2] == (list(rows["relative_depth"]), list(rows["snr_mean"]))
    assert snr[5][1] == list(rows["snr_untrained_mean"])
    shares = lines(figure, 4)
    assert shares[0][1] == pytest.approx(list(found["diagonal_mean"][3:6] / 4))
    said = [text.get_text() for text in figure.legends[0].get_texts()]
    assert said == ["glyphs (cct)", "filters (vgg)", "nodes", "random directions", "untrained"]


def test_parameters_are_all_but_running_statistics(tmp_path: Path) -> None:
    state = {
        "conv.weight": np.zeros((2, 3, 3, 3), np.float32), "norm.weight": np.ones(2, np.float32),
        "norm.running_mean": np.ones(2, np.float32), "norm.running_var": np.ones(2, np.float32),
        "norm.num_batches_tracked": np.int64(3), "scale": np.float32(1),
    }  # fmt: skip
    write_tensors(tmp_path / "network.safetensors", state)
    assert parameter_count(tmp_path / "network.safetensors") == 54 + 2 + 1
