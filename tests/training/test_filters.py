"""Filters as nodes: probes that read positions apart, against literal silencing; means that are read once."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.vgg import vgg
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state
from nodal.models.features import collect
from nodal.models.probe import Probe, Probes
from nodal.models.probe_sets import Rotation, load_probes, new_probes, with_rotated, with_rotated_taps
from nodal.models.vgg import VGG
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotated
from nodal.training import probes as module
from nodal.training.evaluation import evaluate
from nodal.training.pretraining import pretrain
from nodal.training.probes import train_probes
from tests.conftest import LABELS, PROBE, RECIPE

SETTINGS = {"widths": [5, 7], "layers": [1, 2], "hidden": [6], "bias": True}
TAPS = {name: tap for name, tap in vgg(SETTINGS).taps.items() if tap.kind == "block"}
POSITIONS = {"block1": 36, "block2": 36, "block3": 9, "block4": 1}
FLAT = PROBE | {"pooling": "flatten", "epochs": 2}


@pytest.fixture(scope="module")
def filters(data: Dataset) -> VGG:
    torch.manual_seed(0)
    network = VGG(image_size=12, labels=LABELS, **SETTINGS)
    pretrain(network, data, "image", RECIPE, seed=0)
    return network


@pytest.fixture(scope="module")
def flat(filters: VGG, data: Dataset, plain: Augment) -> Probes:
    torch.manual_seed(1)
    probes = new_probes(filters, TAPS, plain.plain(data.inputs["train"][:1]), LABELS, FLAT)
    train_probes(filters, probes, TAPS, data, plain, FLAT, seed=1)
    return probes


@torch.no_grad()
@pytest.mark.parametrize("tap", TAPS)
def test_factors_equal_literal_silencing(
    tap: str, filters: VGG, flat: Probes, data: Dataset, plain: Augment
) -> None:
    images, labels, probe = data.inputs["test"], data.labels["test"], flat[tap]
    measured = evaluate(filters, flat, TAPS, images, labels, plain)[tap]
    snp = Snp(measured.pooled_mean.numpy(), probe.weights())
    assert (probe.nodes, probe.positions) == (snp.shape[0], POSITIONS[tap])
    assert snp.rank_one == (probe.positions == 1)
    tokens = collect(filters, plain.plain(images), {tap: TAPS[tap]})[tap]
    literal = np.empty((probe.nodes, LABELS, LABELS), np.float32)
    weight = probe.fc.weight.detach()
    for node in range(probe.nodes):
        # As the group has it: a filter's s x s numbers lie one after the other.
        silenced = torch.zeros_like(weight)
        own = slice(node * probe.positions, (node + 1) * probe.positions)
        silenced[:, own] = weight[:, own]
        fields = tokens.transpose(1, 2).reshape(len(images), -1) @ silenced.T
        for label in range(LABELS):
            literal[node, label] = fields[labels == label].mean(0)
    assert np.abs(literal).max() > 0.01
    np.testing.assert_allclose(snp.fields(), literal, rtol=0, atol=1e-5)
    right = [int(probe(each[None]).argmax() == label) for each, label in zip(tokens, labels, strict=True)]
    assert measured.correct.sum() == sum(right)


def test_a_flat_probe_is_the_groups(filters: VGG, data: Dataset, plain: Augment) -> None:
    """Flatten [B, K, H, W] and a fully connected layer, which begins as torch's own does."""
    torch.manual_seed(2)
    images = plain.plain(data.inputs["test"])
    probe = new_probes(filters, {"block3": TAPS["block3"]}, images[:1], LABELS, FLAT)["block3"]
    bound = (7 * 9) ** -0.5
    assert probe.fc.weight.shape == (LABELS, 63)
    assert 0.9 * bound < probe.fc.weight.abs().max() <= bound
    with torch.no_grad():
        expected = filters.eval().features(images).flatten(1) @ probe.fc.weight.T
        tokens = collect(filters, images, {"block3": TAPS["block3"]})["block3"]
        torch.testing.assert_close(probe(tokens), expected)
    np.testing.assert_array_equal(probe.weights(), probe.fc.weight.detach().T.reshape(7, 9, LABELS).numpy())


def test_what_a_flat_probe_cannot_read_is_named() -> None:
    probe = Probe(5, 3, pooling="flatten", positions=4)
    with pytest.raises(ValueError, match=r"tokens: have shape \[2, 3, 5\] where \[inputs, 4, 5\] is needed"):
        probe(torch.ones(2, 3, 5))
    with pytest.raises(ValueError, match="pooling: flatten reads every position, and some are padding"):
        probe(torch.ones(2, 4, 5), torch.ones(2, 4, dtype=torch.bool))


def test_a_probe_on_rotated_filters_has_the_rotated_factors(
    filters: VGG, flat: Probes, data: Dataset, plain: Augment
) -> None:
    images, labels = data.inputs["test"], data.labels["test"]
    probes = with_rotated(flat, ["block3"], FLAT, seed=4)
    turned = probes["block3-rotated"]
    assert isinstance(turned.norm, Rotation)
    assert turned.positions == 9
    places = with_rotated_taps(TAPS, ["block3"])
    found = evaluate(filters, probes, places, images, labels, plain)
    native = Snp(found["block3"].pooled_mean.numpy(), flat["block3"].weights())
    expected = rotated(native, turned.norm.q.double().numpy()).pooled_mean
    np.testing.assert_allclose(found["block3-rotated"].pooled_mean, expected, rtol=0, atol=1e-5)


def test_flat_probes_come_back_from_their_file(
    filters: VGG, flat: Probes, data: Dataset, plain: Augment, tmp_path: Path
) -> None:

    write_tensors(tmp_path / "flat.safetensors", cpu_state(flat))
    sample = plain.plain(data.inputs["test"][:1])
    loaded = load_probes(tmp_path / "flat.safetensors", filters, TAPS, sample, LABELS, FLAT)
    torch.testing.assert_close(loaded.state_dict(), flat.state_dict(), rtol=0, atol=0)


def counted(network: nn.Module, passes: list[int]) -> nn.Module:
    """The network, which notes how many images each pass takes."""
    mine = copy.deepcopy(network)
    mine.register_forward_pre_hook(lambda _, inputs: passes.append(len(inputs[0])))
    return mine


@pytest.mark.parametrize("bias", [False, True])
def test_means_are_read_once_for_all_epochs(
    bias: bool, filters: VGG, data: Dataset, plain: Augment, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = PROBE | {"pooling": "mean", "bias": bias, "epochs": 5}
    sample = plain.plain(data.inputs["train"][:1])
    weights: list[dict[str, Tensor]] = []
    for room in (60 * 4 * (5 + 7 + 7 + 6), 0):  # bytes of the means of all images; of nothing
        monkeypatch.setattr(module, "CACHE_BYTES", room)
        torch.manual_seed(3)
        probes = new_probes(filters, TAPS, sample, LABELS, recipe)
        passes: list[int] = []
        train_probes(counted(filters, passes), probes, TAPS, data, plain, recipe, seed=3)
        weights.append(probes.state_dict())
        once = 60 + 1 + 2  # all images, one to see how much room is needed, two for the memory of a pass
        assert sum(passes) == (once if room else 1 + 2 + 5 * 60)
    torch.testing.assert_close(weights[0], weights[1], rtol=1e-4, atol=1e-5)


def test_no_means_are_kept_where_a_norm_or_an_augmentation_comes_first(
    filters: VGG, data: Dataset, plain: Augment
) -> None:
    recipe = PROBE | {"pooling": "mean", "epochs": 3}
    sample = plain.plain(data.inputs["train"][:1])
    tokens = collect(filters, sample, TAPS)["block1"]
    norm = new_probes(filters, TAPS, sample, LABELS, recipe | {"norm": "fresh"})["block1"]
    assert norm.fixed(tokens, None) is tokens
    mean = new_probes(filters, TAPS, sample, LABELS, recipe)["block1"]
    assert mean.fixed(tokens, None).shape == (1, 1, 5)
    passes: list[int] = []
    probes = new_probes(filters, TAPS, sample, LABELS, recipe)
    train_probes(counted(filters, passes), probes, TAPS, data, Augment(shift=1), recipe, seed=3)
    assert sum(passes) == 2 + 3 * 60
