"""Smaller networks through the workflow: what the table says is counted again, by hand and from the files."""

import copy
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest
import torch

from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.latency import read_latency
from nodal.files.tensors import read_arrays
from nodal.pruning.shipped import load
from tests.chain.workflow import TINY, Workflow

CONFIG = copy.deepcopy(TINY)
CONFIG["runs"]["tiny"]["shipping"] = {"retrain": {"epochs": 1, "batch": 50}}
FOLDER = "results/tiny/seed0/shipping"
NETWORKS = ["dense", "groups", "groups_dense_fc", "half_width", "snp", "importance", "random", "unstructured",
            "unstructured_csr"]  # fmt: skip
TOKENS, PIXELS, LABELS = 16, 64, 100  # images of 16x16 behind a convolution of stride 2, and a pooling by 2


def literal(width: int, inner: int, hidden: int, groups: int, dense_fc: bool) -> tuple[int, int]:
    """Parameters and multiply-accumulates of the tiny network of two blocks, layer by layer.

    `inner` are the nodes of all heads together, `hidden` those of the feed-forward sub-block.
    """
    fc = width * LABELS // (1 if dense_fc else groups)
    block = (3 * width * inner + inner * width + 2 * width * hidden) // groups
    others = width + hidden + width  # biases
    norms = 2 * 2 * width
    parameters = 27 * width + TOKENS * width + 2 * (block + others + norms) + 2 * width
    parameters += width + 1 + fc + LABELS
    return parameters, PIXELS * 27 * width + TOKENS * (2 * block + width) + fc


LITERAL = {
    "dense": literal(16, 16, 32, 1, True),
    "groups": literal(16, 16, 32, 4, False),
    "groups_dense_fc": literal(16, 16, 32, 4, True),
    "half_width": literal(8, 8, 16, 1, True),
    **dict.fromkeys(("snp", "importance", "random"), literal(16, 8, 16, 1, True)),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """What is shipped of the tiny workflow, which `all` does not make."""
    workflow = Workflow(tmp_path_factory.mktemp("shipping") / "w", CONFIG)
    assert not {"drop", "ship", "latency", "shipping"} & workflow.planned()
    done = workflow.run("results/tiny/shipping.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert workflow.planned("results/tiny/shipping.csv") == set()
    return workflow


def rows(made: Workflow) -> pd.DataFrame:
    return pd.read_csv(made.folder / "results/tiny/shipping.csv").set_index("network")


def test_parameters_and_operations_are_those_counted_by_hand(made: Workflow) -> None:
    table = rows(made)
    assert list(table.index) == NETWORKS
    for name, (parameters, macs) in LITERAL.items():
        assert (table.loc[name, "parameters"], table.loc[name, "macs"]) == (parameters, macs), name
        network = load(made.folder / FOLDER / f"{name}.safetensors")
        assert sum(each.numel() for each in network.parameters()) == parameters, name
    dense, zeros, csr = (table.loc[name] for name in ("dense", "unstructured", "unstructured_csr"))
    network = load(made.folder / FOLDER / "unstructured.safetensors")  # less nodes that nothing reads
    weights = list(network.parameters())
    assert zeros["parameters"] == sum(each.numel() for each in weights)
    assert zeros["nonzero"] == sum(int((each != 0).sum()) for each in weights) == csr["nonzero"]
    assert zeros["macs_left"] == csr["macs"] == csr["macs_left"] < zeros["macs"] <= dense["macs"]


def test_as_many_single_weights_are_kept_as_groups_have(made: Workflow) -> None:
    masks = read_arrays(made.folder / FOLDER / "masks/unstructured.safetensors")
    assert len(masks) == 9  # four layers of two blocks, and the FC layer
    assert {float(mask.mean()) for mask in masks.values()} == {0.25}
    trained = read_arrays(made.folder / FOLDER / "trained/unstructured.safetensors")
    for name, mask in masks.items():
        assert ((trained[name] != 0) == mask).all()


def test_groups_were_masked_in_training_and_share_nothing(made: Workflow) -> None:
    trained = read_arrays(made.folder / FOLDER / "trained/groups.safetensors")
    own = np.arange(LABELS)[:, None] * 4 // LABELS == np.arange(16) * 4 // 16
    assert ((trained["classifier.fc.weight"] != 0) == own).all()
    dense_fc = read_arrays(made.folder / FOLDER / "trained/groups_dense_fc.safetensors")
    assert (dense_fc["classifier.fc.weight"] != 0).all()
    assert float((dense_fc["classifier.blocks.0.linear1.weight"] != 0).mean()) == 0.25


def test_files_are_as_large_and_as_right_as_the_table_says(made: Workflow) -> None:
    table = rows(made)
    data = Dataset.load(made.folder / "results/data/tiny-seed0.safetensors", ["test"])
    images = preparation(data.inputs["test"], "image").plain(data.inputs["test"])
    labels = data.labels["test"].numpy()
    for name in NETWORKS:
        path = made.folder / FOLDER / f"{name}.safetensors"
        assert table.loc[name, "bytes"] == path.stat().st_size
        with torch.no_grad():
            found = load(path)(images)
        right = float((found.argmax(1).numpy() == labels).mean())
        assert table.loc[name, "accuracy_mean"] == pytest.approx(right, rel=1e-5)
        file = made.folder / f"results/tiny/onnx/{name}.onnx"
        if name == "unstructured_csr":
            assert not file.exists()
            continue
        assert table.loc[name, "bytes_onnx"] == file.stat().st_size
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        (answered,) = session.run(None, {"inputs": images.numpy()})
        np.testing.assert_allclose(answered, found.numpy(), rtol=1e-3, atol=1e-4)


def test_speeds_are_of_one_run_of_this_machine(made: Workflow) -> None:
    table = rows(made)
    found, about = read_latency(made.folder / "results/tiny/latency.parquet")
    assert about["threads"] == 1
    assert table["machine"].str.contains("1 thread, load").all()
    assert len(found) == 2 * (9 + 8)
    for runtime in ("torch", "onnxruntime"):
        for batch in (1, 64):
            assert table.loc["dense", f"{runtime}_{batch}_speed"] == 1
            timed = table[f"{runtime}_{batch}_ms"]
            assert (timed.dropna() > 0).all()
            assert timed.isna().sum() == (1 if runtime == "onnxruntime" else 0)
    assert set(table.loc["unstructured_csr", ["bytes_onnx", "onnxruntime_64_speed"]].isna()) == {True}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("keep", 0.25, {"drop", "retrain_dropped", "ship", "latency", "shipping"}),
        ("groups", 2, {"drop", "train_shipped", "retrain_dropped", "ship", "latency", "shipping"}),
        ("retrain", {"epochs": 2, "batch": 50}, {"retrain_dropped", "ship", "latency", "shipping"}),
    ],
)
def test_an_edit_reruns_exactly(made: Workflow, key: str, value: object, expected: set[str]) -> None:
    config = copy.deepcopy(CONFIG)
    config["runs"]["tiny"]["shipping"][key] = value
    made.configure(config)
    try:
        assert made.planned("results/tiny/shipping.csv") == expected
    finally:
        made.configure(CONFIG)


@pytest.mark.parametrize("name", ["shipping.pdf", "shipping.png", "shipping_seeds.csv"])
def test_the_figure_and_the_seeds_are_there(made: Workflow, name: str) -> None:
    assert Path(made.folder / "results/tiny" / name).stat().st_size > 0
