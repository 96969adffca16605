"""Tables 1 to 3 and the unified table of a CNN, computed anew from the raw files by code of its own.

From the images, the weights of the network and those of its probes to the tables: nothing of `nodal` is used.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from scipy.stats import ortho_group
from torch import Tensor
from torch.nn.functional import batch_norm, conv2d, linear, max_pool2d

from tests.chain.workflow import TINY, Workflow

PROBES = {"taps": "blocks", "epochs": 3, "batch": 50, "lr": 1.0e-2, "thresholds": [0.3, 0.4]}
FILTERS = {
    "seeds": [0],
    "datasets": TINY["datasets"],
    "runs": {
        "net": {
            "dataset": "tiny",
            "model": {"family": "vgg", "widths": [5, 6], "layers": [1, 1], "hidden": [7]},
            "pretrain": {"epochs": 6, "batch": 50, "lr": 3.0e-3},
            "probes": {
                "flat": PROBES | {"pooling": "flatten"},
                "mean": PROBES | {"pooling": "mean"},
                "layers": PROBES | {"pooling": "flatten", "taps": "layers"},
            },
            # The hidden layer behind the flattening, and kernels.
            "pruning": {"block": 3, "also": 2, "thresholds": 0.4, "retrain": {"epochs": 1, "batch": 50}},
            "fc_pruning": {"probe": "flat"},
        }
    },
}
BLOCKS = {"block1": (5, 64), "block2": (6, 16), "block3": (7, 1)}  # filters, positions
Matrices = NDArray[np.float64]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workflow = Workflow(tmp_path_factory.mktemp("filters") / "w", FILTERS)
    targets = [f"results/net/{name}.csv" for name in ("table1", "table2", "table3", "table3_pruning")]
    targets += ["results/net/table3_also.csv", "results/unified.csv"]
    done = workflow.run("--", *targets)
    assert done.returncode == 0, done.stdout + done.stderr
    return workflow.folder / "results"


def activations(made: Path, network: str, split: str) -> tuple[dict[str, Tensor], Tensor]:
    """What the blocks make of the images of a split, [N, K, H, W] or [N, K], and the labels."""
    data = load_file(made / "data" / "tiny-seed0.safetensors")
    state = load_file(made / "net" / "seed0" / f"{network}.safetensors")
    x = data[f"inputs.{split}"].double() / 255
    flat = x.flatten(1)
    x = ((flat - flat.mean(1, keepdim=True)) / flat.std(1, correction=0, keepdim=True)).view_as(x)
    state = {name: value.double() for name, value in state.items()}
    found = {}
    for number in (0, 1):
        at = f"features.{number}"
        x = conv2d(x, state[f"{at}.conv.weight"], state[f"{at}.conv.bias"], padding=1)
        norm = (state[f"{at}.norm.{name}"] for name in ("running_mean", "running_var", "weight", "bias"))
        x = max_pool2d(batch_norm(x, *norm).relu(), 2)
        found[f"block{number + 1}"] = x
    hidden = linear(x.flatten(1), state["hidden.0.linear.weight"], state["hidden.0.linear.bias"]).relu()
    return found | {"block3": hidden}, data[f"labels.{split}"]


@torch.no_grad()
def factors(made: Path, kind: str, tap: str, network: str, split: str) -> tuple[Matrices, Matrices, float]:
    """Label means and weights, [K, P, L], of a tap's probe, and the share of its right answers."""
    trained = load_file(
        made
        / "net"
        / "seed0"
        / "probe"
        / f"{kind}{'' if network == 'backbone' else '-untrained'}.safetensors"
    )
    found, labels = activations(made, network, split)
    read = found[tap].reshape(len(labels), BLOCKS[tap][0], -1)
    if kind == "mean":
        read = read.mean(2, keepdim=True)
    weight = trained[f"{tap}.fc.weight"].double()
    right = (read.flatten(1) @ weight.T).argmax(1) == labels
    mean = torch.stack([read[labels == label].mean(0) for label in range(100)], -1)
    shape = (BLOCKS[tap][0], -1, 100)
    return mean.numpy(), weight.T.reshape(shape).numpy(), float(right.double().mean())


def stored(made: Path, place: str) -> tuple[Matrices, Matrices]:
    """The factors that a file holds, [K, P, L]."""
    table = pq.read_table(made / "net" / "seed0" / "snp" / f"{place}.parquet")
    arrays = []
    for name in ("pooled_mean", "weight"):
        column = table[name].combine_chunks()
        if hasattr(column, "to_numpy_ndarray"):
            arrays.append(column.to_numpy_ndarray().astype(np.float64))
        else:
            arrays.append(np.array(column.to_pylist(), np.float64)[:, None])
    return arrays[0], arrays[1]


def counted(a: Matrices, w: Matrices, threshold: float) -> dict[str, float]:
    """The averages of Tables 1 and 2 over the nodes, by loops over labels and squares."""
    clusters, diagonal, noise, sizes = [], [], [], []
    for mean, weight in zip(a, w, strict=True):
        matrix = sum(np.outer(i, j) for i, j in zip(mean, weight, strict=True)).astype(np.float32)
        over = matrix / matrix.max() > np.float32(threshold) if matrix.max() > 0 else np.zeros((100, 100))
        left, squares = [label for label in range(100) if over[label, label]], []
        while left:
            members: list[int] = []
            for label in left:
                if over[np.ix_([*members, label], [*members, label])].all():
                    members.append(label)
            left = [label for label in left if label not in members]
            squares.append(len(members))
        clusters.append(len(squares))
        diagonal.append(sum(squares))
        noise.append(int(over.sum()) - sum(size**2 for size in squares))
        sizes += squares
    found = {
        "clusters": np.mean(clusters), "diagonal": np.mean(diagonal), "noise": np.mean(noise),
        "size": np.mean(sizes) if sizes else np.nan,
    }  # fmt: skip
    signal, external = found["diagonal"] * len(a) / 100, found["noise"] * len(a) / 100**2
    internal = (found["size"] - 1) / 99 * signal if sizes else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.float64(signal) / (internal + external)
    return found | {"signal": signal, "noise_external": external, "noise_internal": internal, "snr": ratio}


def fields(a: Matrices, w: Matrices) -> Matrices:
    """The matrices of all nodes, [K, L, L], summed over positions in single precision, as they are stored."""
    return np.einsum("kpi,kpj->kij", a, w).astype(np.float32)


def _apart(factor: Tensor) -> Matrices:
    """A factor with an axis of positions, [K, P, L]."""
    return factor.double().reshape(len(factor), -1, 100).numpy()


def turned(a: Matrices, w: Matrices, place: int) -> list[tuple[Matrices, Matrices]]:
    """The factors along five random bases, the same at every position."""
    bases = []
    for number in range(5):
        q = ortho_group.rvs(len(a), random_state=np.random.default_rng([0, place, 1 + number]))
        bases.append(tuple(np.einsum("km,mpl->kpl", q, each).astype(np.float32) for each in (a, w)))
    return [(mean.astype(np.float64), weight.astype(np.float64)) for mean, weight in bases]


@pytest.mark.parametrize("kind", ["flat", "mean"])
@pytest.mark.parametrize("tap", BLOCKS)
@pytest.mark.parametrize(
    ("variant", "network", "split"),
    [("", "backbone", "test"), ("-heldout", "backbone", "heldout"), ("-untrained", "untrained", "test")],
)
def test_factors_are_those_of_images_and_weights(
    made: Path, kind: str, tap: str, variant: str, network: str, split: str
) -> None:
    mean, weight, right = factors(made, kind, tap, network, split)
    a, w = stored(made, f"{kind}{variant}/{tap}")
    assert a.shape == (BLOCKS[tap][0], BLOCKS[tap][1] if kind == "flat" else 1, 100)
    np.testing.assert_allclose(a, mean, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(w, weight)
    accuracy = pq.read_table(
        made / "net" / "seed0" / "accuracy" / f"{kind}{variant.replace('-heldout', '')}.parquet"
    ).to_pandas()
    rows = accuracy[(accuracy["tap"] == tap) & (accuracy["split"] == split)]
    assert abs(rows["correct"].sum() / rows["images"].sum() - right) <= 1 / len(rows)  # but for near ties


def test_one_permutation_a_filter_shuffles(made: Path) -> None:
    for tap in BLOCKS:
        (a, w), (mean, mixed) = stored(made, f"flat/{tap}"), stored(made, f"flat-shuffled/{tap}")
        np.testing.assert_array_equal(a, mean)
        for before, after in zip(w, mixed, strict=True):
            order = [int(np.flatnonzero(before[0] == value)[0]) for value in after[0]]
            assert order != sorted(order)
            np.testing.assert_array_equal(after, before[:, order])


@pytest.mark.parametrize("threshold", PROBES["thresholds"])
def test_tables_one_and_two(made: Path, threshold: float) -> None:
    tables = pd.concat(
        [
            pd.read_csv(made / "net" / f"table{number}.csv").set_index(["threshold", "block"])
            for number in (1, 2)
        ],
        axis=1,
    )
    for place, tap in enumerate(BLOCKS):
        row = tables.loc[(threshold, place + 1)]
        for variant in ("", "heldout", "shuffled", "untrained"):
            found = counted(*stored(made, f"flat{'-' * bool(variant)}{variant}/{tap}"), threshold)
            suffix = f"_{variant}" if variant else ""
            assert found["diagonal"] > 0 or variant == "shuffled", (tap, variant)
            expected = {name: row[f"{name}{suffix}_mean"] for name in found}
            assert expected == pytest.approx(found, rel=1e-5, nan_ok=True), (tap, variant)
        bases = [counted(*each, threshold) for each in turned(*stored(made, f"flat/{tap}"), place)]
        for name in ("clusters", "diagonal", "noise", "snr"):
            expected = np.mean([each[name] for each in bases])
            assert row[f"{name}_rotated_mean"] == pytest.approx(expected, rel=1e-5), (tap, name)


def meeting(out: Matrices, into: Matrices) -> NDArray[np.bool_]:
    """Which two nodes share a label whose diagonal element is above 0.4, from their matrices."""
    sets = [
        [
            {label for label in range(100) if m.max() > 0 and m[label, label] / m.max() > np.float32(0.4)}
            for m in each
        ]
        for each in (out, into)
    ]
    return np.array([[bool(o & i) for i in sets[1]] for o in sets[0]])


def test_table_three_of_a_layer_behind_a_flattening_and_of_kernels(made: Path) -> None:
    seed, table = made / "net" / "seed0", pd.read_csv(made / "net" / "table3.csv")
    assert table[["layer", "tap"]].to_numpy().tolist() == [["linear", "linear_in3"], ["linear", "block3"]]
    kept = meeting(*(fields(*stored(made, f"layers/{tap}")) for tap in ("block3", "linear_in3")))
    assert table["dilution_mean"].tolist() == pytest.approx([1 - kept.mean()] * 2, rel=1e-5)
    for block, weight, positions, source in (
        (3, "hidden.0.linear.weight", 16, "linear_in3"), (2, "features.1.conv.weight", 1, "conv_in2")
    ):  # fmt: skip
        evidence = load_file(seed / f"pruned{block}" / "evidence.safetensors")
        ends = [
            fields(*(_apart(evidence[f"{name}/{tap}"]) for name in ("pooled_mean", "weight")))
            for tap in (f"block{block}", source)
        ]
        expected = np.repeat(meeting(*ends), positions, axis=1)
        assert 0 < expected.mean() < 1
        mask = load_file(seed / f"pruned{block}" / "masks" / "andc.safetensors")[weight].numpy()
        np.testing.assert_array_equal(mask, expected)
        retrained = load_file(seed / f"pruned{block}" / "andc.safetensors")[weight]
        gone = (retrained.reshape(*expected.shape, -1) == 0).all(2)
        np.testing.assert_array_equal(gone.numpy(), ~expected)
    for name, kinds in (
        ("table3_pruning", {"block", "fc", "nothing"}),
        ("table3_also", {"block", "nothing"}),
    ):
        assert set(pd.read_csv(made / "net" / f"{name}.csv")["pruned"]) == kinds


@pytest.mark.parametrize("kind", ["flat", "mean"])
def test_the_unified_table(made: Path, kind: str) -> None:
    table = pd.read_csv(made / "unified.csv")
    rows = table[table["set"] == kind].set_index("block")
    weights = load_file(made / "net" / "seed0" / "backbone.safetensors")
    count = sum(
        value.numel() for name, value in weights.items() if "running" not in name and "num_" not in name
    )
    assert set(rows["parameters"]) == {count}
    assert set(rows["pooling"]) == {"flatten" if kind == "flat" else "mean"}
    for place, tap in enumerate(BLOCKS):
        row = rows.loc[place + 1]
        assert row["relative_depth"] == pytest.approx((place + 1) / 3, rel=1e-5)
        native, untrained = (counted(*stored(made, f"{kind}{v}/{tap}"), 0.3) for v in ("", "-untrained"))
        bases = [counted(*each, 0.3) for each in turned(*stored(made, f"{kind}/{tap}"), place)]
        rotated = {name: np.mean([each[name] for each in bases]) for name in ("snr", "size", "diagonal")}
        for name in rotated:
            found = [row[f"{name}{twin}_mean"] for twin in ("", "_rotated", "_untrained")]
            expected = [native[name], rotated[name], untrained[name]]
            assert found == pytest.approx(expected, rel=1e-5, nan_ok=True), (tap, name)
        assert row["privilege_mean"] == pytest.approx(native["snr"] / rotated["snr"], rel=1e-5)
    seeds = pd.read_csv(made / "unified_seeds.csv")
    assert len(seeds) == len(table) == 6
    settings = json.loads(pq.read_schema(made / "net/seed0/snp/flat/block1.parquet").metadata[b"settings"])
    assert settings["probe"]["pooling"] == "flatten"
