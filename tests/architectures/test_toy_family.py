"""A family of thirty lines, on drawn vectors, through every stage: the rest of nodal knows no family."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import READOUT
from nodal.augment.preparation import Vectors
from nodal.data.dataset import Dataset
from nodal.files.accuracy import read_accuracy, write_accuracy
from nodal.files.clusters import read_clusters, where, write_clusters, write_statistics
from nodal.files.rotated import write_rotated
from nodal.files.snp import read_snp, write_snp
from nodal.models.probe import Probes
from nodal.models.probe_sets import new_probes, own_probe
from nodal.pruning.andc import andc_masks
from nodal.pruning.block_pruning import prune_block
from nodal.pruning.evidence import gather
from nodal.pruning.layer_masks import MASKS, layer_masks
from nodal.snp.averages import averages
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from nodal.tables.blocks import clusters_by_block, snr_by_block
from nodal.tables.summaries import rotated_summaries, tap_summaries
from nodal.training.answers import answers, split_counts
from nodal.training.evaluation import Measurement, evaluate, probe_counts
from nodal.training.pretraining import pretrain
from nodal.training.probes import train_probes
from tests.architectures.perceptron import Perceptron, perceptron
from tests.conftest import PROBE, RECIPE
from tests.snp.test_clusters import literal

INPUTS, WIDTH, LABELS = 12, 16, 5
THRESHOLDS = [0.3, 0.5]
SEED = 7


ARCHITECTURE = perceptron()
TAPS = ARCHITECTURE.taps


def drawn(per_label: int, seed: int) -> tuple[Tensor, Tensor]:
    centres = torch.randn(LABELS, INPUTS, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(LABELS).repeat(per_label)
    return centres[labels] + torch.randn(
        len(labels), INPUTS, generator=torch.Generator().manual_seed(seed)
    ), labels


def by_hand(network: nn.Module, vectors: Tensor) -> dict[str, Tensor]:
    """What each tap reads and the logits, from the state dict alone."""
    state = network.state_dict()
    found, x = {}, vectors
    for block in (1, 2):
        found[f"in{block}"] = x
        x = (x @ state[f"blocks.{block - 1}.0.weight"].T + state[f"blocks.{block - 1}.0.bias"]).clamp(min=0)
        found[f"block{block}"] = x
    return found | {"logits": x @ state["fc.weight"].T + state["fc.bias"]}


def right(logits: Tensor, labels: Tensor) -> list[int]:
    """Correct answers of each label."""
    return [int((logits[labels == label].argmax(1) == label).sum()) for label in range(LABELS)]


@dataclass(frozen=True)
class Trained:
    """What the stages up to the measurement gave."""

    data: Dataset
    network: Perceptron
    history: list[dict[str, float]]
    probes: Probes
    measured: Mapping[str, Mapping[str, Measurement]]
    untrained: tuple[Perceptron, Probes, Mapping[str, Mapping[str, Measurement]]]

    def snp(self, tap: str, split: str = "test") -> Snp:
        return Snp(self.measured[split][tap].pooled_mean.numpy(), self.probes[tap].weights())


def probed(
    network: Perceptron, data: Dataset
) -> tuple[Perceptron, Probes, Mapping[str, Mapping[str, Measurement]]]:
    """A network with trained probes on all taps, and what they measure."""
    probes = new_probes(network, TAPS, data.inputs["train"][:1], LABELS, PROBE)
    train_probes(network, probes, TAPS, data, Vectors(), PROBE | {"epochs": 6}, seed=SEED)
    measured = {
        split: evaluate(network, probes, TAPS, data.inputs[split], data.labels[split], Vectors())
        for split in ("heldout", "test")
    }
    return network, probes, measured


@pytest.fixture(scope="module")
def trained() -> Trained:
    parts = {"train": drawn(40, 1), "heldout": drawn(10, 2), "test": drawn(20, 3)}
    data = Dataset(
        {split: vectors for split, (vectors, _) in parts.items()},
        {split: labels for split, (_, labels) in parts.items()},
        tuple("vwxyz"),
    )
    torch.manual_seed(0)
    network = Perceptron(INPUTS, WIDTH, LABELS)
    initial = copy.deepcopy(network)
    history = pretrain(network, data, "image", RECIPE | {"epochs": 6, "lr": 1e-2}, seed=SEED)
    _, probes, measured = probed(network, data)
    return Trained(data, network, history, probes, measured, probed(initial, data))


def rotated_rows(tap: str, snp: Snp) -> Iterator[dict[str, object]]:
    """The averages of a tap in two random bases, as the workflow keeps them."""
    place = {"network": "trained", "tap": tap, "kind": TAPS[tap].kind, "block": TAPS[tap].block}
    for number, turned in enumerate(rotations(snp, 2, SEED, 0), 1):
        for threshold, found in zip(THRESHOLDS, averages(turned, THRESHOLDS, "first_fit"), strict=True):
            basis = {"rotation": number, "matched": False, "threshold": threshold, "used": threshold}
            yield {**place, **basis, **found}


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all taps, with the controls, as the workflow lays them out."""
    root = tmp_path_factory.mktemp("toy")
    _, probes, measured = trained.untrained
    write_accuracy(root / "accuracy.parquet", probe_counts(trained.measured), {"seed": SEED})
    write_accuracy(root / "untrained.parquet", probe_counts(measured), {"seed": SEED})
    rows = [row for tap in TAPS for row in rotated_rows(tap, trained.snp(tap))]
    write_rotated(root / "rotated.parquet", rows, {"seed": SEED})
    for tap in TAPS:
        snps = {
            "toy-untrained": Snp(measured["test"][tap].pooled_mean.numpy(), probes[tap].weights()),
            "toy": trained.snp(tap),
            "toy-heldout": trained.snp(tap, "heldout"),
            "toy-shuffled": trained.snp(tap).shuffled(np.random.default_rng(SEED)),
        }
        for name, snp in snps.items():
            place = root / name
            place.mkdir(exist_ok=True)
            about = {"seed": SEED, "set": name, "tap": tap, "kind": TAPS[tap].kind, "block": TAPS[tap].block}
            write_snp(place / f"{tap}.snp", snp, about, 10_000)
            numbers = clusters(snp, THRESHOLDS)
            write_clusters(place / f"{tap}.clusters", numbers, THRESHOLDS, about)
            counted = statistics(numbers, above(snp, THRESHOLDS))
            write_statistics(place / f"{tap}.statistics", counted, THRESHOLDS, about)
    return root


@torch.no_grad()
def test_the_network_is_the_one_written_out_and_learns(trained: Trained) -> None:
    vectors, labels = trained.data.inputs["test"], trained.data.labels["test"]
    logits = by_hand(trained.network, vectors)["logits"]
    torch.testing.assert_close(trained.network(vectors), logits)
    assert len(trained.history) == 6
    *_, (_, counts, correct) = split_counts(answers(trained.network, trained.data, Vectors()), trained.data)
    assert counts.tolist() == [20] * LABELS
    assert correct.tolist() == right(logits, labels)
    assert correct.sum() > 0.6 * len(labels)


@torch.no_grad()
def test_probes_read_the_vectors_of_their_taps(trained: Trained) -> None:
    vectors, labels = trained.data.inputs["test"], trained.data.labels["test"]
    for tap, read in by_hand(trained.network, vectors).items():
        if tap == "logits":
            continue
        at, weight = trained.measured["test"][tap], trained.probes[tap].fc.weight
        assert at.correct.tolist() == right(read @ weight.T, labels)
        assert at.correct.sum() > 0.5 * len(labels)
        assert at.head_correct.shape == (0, LABELS)  # no attention heads
        means = torch.stack([read[labels == label].mean(0) for label in range(LABELS)], 1)
        torch.testing.assert_close(at.pooled_mean, means)


@torch.no_grad()
def test_the_readout_is_the_network(trained: Trained) -> None:
    vectors, labels = trained.data.inputs["test"], trained.data.labels["test"]
    assert ARCHITECTURE.readout is not None
    probes = Probes({READOUT: own_probe(trained.network, ARCHITECTURE.readout.module)})
    taps = {READOUT: ARCHITECTURE.tap(READOUT)}
    at = evaluate(trained.network, probes, taps, vectors, labels, Vectors())[READOUT]
    assert at.correct.tolist() == right(trained.network(vectors), labels)


@torch.no_grad()
def test_the_matrix_of_a_node_is_what_silencing_the_others_leaves(trained: Trained, folder: Path) -> None:
    vectors, labels = trained.data.inputs["test"], trained.data.labels["test"]
    snp, header = read_snp(folder / "toy" / "block2.snp")
    assert (header["tap"], header["kind"], header["block"]) == ("block2", "block", 2)
    node = int(snp.maximum.argmax())
    silenced = copy.deepcopy(trained.probes["block2"])
    silenced.fc.weight[:, [each for each in range(WIDTH) if each != node]] = 0
    fields = silenced(by_hand(trained.network, vectors)["block2"][:, None])
    expected = torch.stack([fields[labels == label].mean(0) for label in range(LABELS)])
    assert expected.max() > 0.1
    np.testing.assert_allclose(snp.fields([node])[0], expected.numpy(), rtol=0, atol=1e-5)


def test_clusters_and_tables_are_those_counted_by_hand(trained: Trained, folder: Path) -> None:
    sets = [folder / name for name in ("toy", "toy-heldout", "toy-shuffled", "toy-untrained")]
    files = {
        kind: [str(place / f"{tap}.{kind}") for place in sets for tap in ARCHITECTURE.block_taps()]
        for kind in ("clusters", "statistics")
    }
    assert where(files["clusters"][0])["block"] == 1
    rotated = rotated_summaries([str(folder / "rotated.parquet")], {"block1": 0.3, "block2": 0.3})
    summaries = [*tap_summaries(files["clusters"], files["statistics"]), *rotated]
    counts, untrained = (
        {SEED: read_accuracy(folder / f"{name}.parquet")} for name in ("accuracy", "untrained")
    )
    first, _ = clusters_by_block(summaries, counts, untrained, printed=False)
    second, seeds = snr_by_block(summaries, printed=False)
    for table in (first, second):
        rows = table[["threshold", "block"]].itertuples(index=False, name=None)
        assert list(rows) == [(0.3, 2), (0.3, 1), (0.5, 2), (0.5, 1)]
    assert seeds["seed"].tolist() == [SEED] * 4
    assert seeds["snr"].tolist() == second["snr_mean"].tolist()

    numbers, noise = counted_by_hand(trained.snp("block2"))
    assert read_clusters(folder / "toy" / "block2.clusters", 0.3).tolist() == numbers
    each = [{number for number in found if number >= 0} for found in numbers]
    diagonal = sum(number >= 0 for found in numbers for number in found)
    count = sum(len(found) for found in each)
    assert count > WIDTH / 2
    vectors, labels = trained.data.inputs["test"], trained.data.labels["test"]
    accuracy = {
        name: sum(right(by_hand(network, vectors)["block2"] @ probes["block2"].fc.weight.T, labels)) / 100
        for name, network, probes in (
            ("accuracy", trained.network, trained.probes),
            ("accuracy_untrained", *trained.untrained[:2]),
        )
    }
    assert accuracy["accuracy_untrained"] < accuracy["accuracy"]
    turned = [counted_by_hand(snp) for snp in rotations(trained.snp("block2"), 2, SEED, 0)]
    expected = {
        **accuracy, "clusters": count / WIDTH, "size": diagonal / count,
        "diagonal": diagonal / WIDTH, "noise": sum(noise) / WIDTH,
        "diagonal_rotated": np.mean([np.array(found) >= 0 for found, _ in turned]) * LABELS,
        "noise_rotated": np.mean([each for _, each in turned]),
    }  # fmt: skip
    assert mean(first.iloc[0], expected) == pytest.approx(expected)
    signal, external = diagonal / LABELS, sum(noise) / LABELS**2
    internal = (diagonal / count - 1) / (LABELS - 1) * signal
    expected = {
        "signal": signal, "noise_internal": internal, "noise_external": external,
        "snr": signal / (internal + external),
    }  # fmt: skip
    assert mean(second.iloc[0], expected) == pytest.approx(expected)
    controls = {f"noise_{variant}_mean" for variant in ("heldout", "shuffled", "untrained", "rotated")}
    assert controls | {"accuracy_heldout_mean"} < set(first)


def counted_by_hand(snp: Snp) -> tuple[list[list[int]], list[int]]:
    """The cluster of each label, and the noise, of every node at threshold 0.3."""
    numbers, noise = [], []
    for matrix in snp.matrices():
        found = literal(matrix, np.float32(0.3), list(range(LABELS)))
        together = np.array([[i == j and i >= 0 for j in found] for i in found])
        numbers.append(found)
        noise.append(int(((matrix > np.float32(0.3)) & ~together).sum()) if matrix.max() > 0 else 0)
    return numbers, noise


def mean(row: "pd.Series[float]", names: Mapping[str, float]) -> dict[str, float]:
    return {name: row[f"{name}_mean"] for name in names}


def label_sets(folder: Path, block: int) -> dict[str, np.ndarray]:
    ends = ARCHITECTURE.ends_of(block)
    assert ends == [f"in{block}", f"block{block}"]
    return {tap: read_clusters(folder / "toy" / f"{tap}.clusters", 0.3) >= 0 for tap in ends}


@pytest.mark.parametrize(("block", "read"), [(1, INPUTS), (2, WIDTH)])
def test_masks_are_those_of_brute_force(trained: Trained, folder: Path, block: int, read: int) -> None:
    layers, sets = ARCHITECTURE.layers_of(block), label_sets(folder, block)
    (mask,) = andc_masks(layers, sets).values()
    labels_of = {tap: [set(np.flatnonzero(each)) for each in rows] for tap, rows in sets.items()}
    expected = [[bool(o & i) for i in labels_of[f"in{block}"]] for o in labels_of[f"block{block}"]]
    assert mask.tolist() == expected
    assert mask.shape == (WIDTH, read)
    assert 0 < mask.mean() < 1


@pytest.mark.parametrize("block", [1, 2])
def test_all_masks_are_made_of_training_inputs(trained: Trained, block: int) -> None:
    layers, inputs, labels = (
        ARCHITECTURE.layers_of(block),
        *(each["train"] for each in (trained.data.inputs, trained.data.labels)),
    )
    ((weight, layer),) = layers.items()
    taps = {tap: TAPS[tap] for tap in (layer.source, layer.target)}
    probes = Probes({tap: trained.probes[tap] for tap in taps})
    found = gather(
        trained.network, probes, taps, layers, inputs, labels, Vectors(), batch=7, seed=SEED
    )  # fmt: skip
    read = by_hand(trained.network, inputs)[layer.source].numpy()
    np.testing.assert_allclose(found.rms[layer.source], np.sqrt((read**2).mean(0)), rtol=1e-5)
    values = trained.network.get_parameter(weight).detach().numpy()
    thresholds = dict.fromkeys(taps, 0.3)
    masks = layer_masks(layers, {weight: values}, found, thresholds, np.random.default_rng(0))
    assert tuple(masks) == MASKS
    andc = masks["andc"][weight]
    sets = {}
    for tap in taps:
        mean = np.array(
            [by_hand(trained.network, inputs[labels == each])[tap].mean(0).numpy() for each in range(LABELS)]
        )
        fields = mean.T * trained.probes[tap].weights()
        largest = (mean.T[:, :, None] * trained.probes[tap].weights()[:, None]).max((1, 2))
        sets[tap] = [
            set(np.flatnonzero(row > 0.3 * top)) if top > 0 else set()
            for row, top in zip(fields, largest, strict=True)
        ]
    assert andc.tolist() == [[bool(o & i) for i in sets[layer.source]] for o in sets[layer.target]]
    for name in ("random", "degree", "magnitude", "wanda", "taylor"):
        assert masks[name][weight].sum() == andc.sum(), name
    kept = sorted(np.abs(values).ravel())[-andc.sum()]
    assert masks["magnitude"][weight].tolist() == (np.abs(values) >= kept).tolist()
    assert masks["degree"][weight].sum(1).tolist() == andc.sum(1).tolist()
    assert np.ptp(masks["wanda"][weight].sum(1)) <= 1
    assert (masks["zeroed"][weight].sum(), masks["unpruned"][weight].mean()) == (0, 1)


def test_a_block_is_pruned_and_retrained(trained: Trained, folder: Path, tmp_path: Path) -> None:
    data, network = trained.data, copy.deepcopy(trained.network)
    masks = andc_masks(ARCHITECTURE.layers_of(2), label_sets(folder, 2))
    ((weight, mask),) = masks.items()
    recipe = RECIPE | {"epochs": 2, "rest_lr": 1e-6}
    found = []
    stages = prune_block(
        network, {name: torch.from_numpy(each) for name, each in masks.items()}, ARCHITECTURE.blocks[1],
        data, "image", recipe, seed=SEED, state=tmp_path / "state",
    )  # fmt: skip
    for keys, counts, correct in stages:
        # Counted as the network is at this moment: masked, later retrained.
        split = keys["split"]
        logits = by_hand(network, data.inputs[split])["logits"]
        assert correct.tolist() == right(logits, data.labels[split])
        assert counts.sum() == len(data.labels[split])
        assert keys["density"] == pytest.approx(mask.mean())
        value = network.get_parameter(weight).detach().numpy()
        assert not value[~mask].any()
        before = trained.network.get_parameter(weight).detach().numpy()
        assert (value[mask] == before[mask]).all() == (keys["stage"] == "masked")
        found.append((keys["stage"], split))
    assert found == [
        ("masked", "heldout"), ("masked", "test"), ("retrained", "heldout"), ("retrained", "test"),
    ]  # fmt: skip
