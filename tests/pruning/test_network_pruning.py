"""Masks over the layers of several blocks, and a network that is pruned by them."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.evidence import Evidence
from nodal.models.cct import CCT
from nodal.pruning.network_pruning import MASKS, densities, largest_of_all, network_masks, prune_network
from nodal.snp.matrix import Snp
from nodal.training.answers import predictions
from tests.conftest import RECIPE

LAYERS = cct({"depth": 2, "heads": 4}).layers
RNG = np.random.default_rng(0)


def test_the_largest_of_all_layers_are_kept() -> None:
    scores = {"a": RNG.random((3, 4)), "b": RNG.random((2, 5)) / 2}
    found = largest_of_all(scores, 9)
    cut = sorted(np.concatenate([each.ravel() for each in scores.values()]))[-9]
    for name, each in scores.items():
        np.testing.assert_array_equal(found[name], each >= cut)


def test_masks_are_as_dense_as_andc(network: CCT) -> None:
    weights = {name: network.get_parameter(name).detach().numpy() for name in LAYERS}
    rms = {layer.source: RNG.random(weights[name].shape[1]) for name, layer in LAYERS.items()}
    taylor = {name: RNG.random(each.shape) for name, each in weights.items()}
    evidence = Evidence({"unused": Snp(np.ones((1, 1)), np.ones((1, 1)))}, rms, taylor)
    chosen = [name for name in LAYERS if "linear1" in name]
    andc = {name: RNG.random(weights[name].shape) < 0.3 for name in chosen}
    masks = network_masks(andc, LAYERS, weights, evidence, np.random.default_rng(1))
    assert tuple(masks) == MASKS
    for name, of_layers in masks.items():
        assert list(of_layers) == chosen
        same = {weight: int(mask.sum()) for weight, mask in of_layers.items()}
        own = {weight: int(mask.sum()) for weight, mask in andc.items()}
        assert sum(same.values()) == sum(own.values())
        assert name == "magnitude_global" or same == own
    total, kept = sum(each.size for each in weights.values()), sum(int(each.sum()) for each in andc.values())
    size = sum(each.size for each in andc.values())
    assert densities(andc, weights) == pytest.approx(
        {"density": kept / size, "network_density": 1 - (size - kept) / total}
    )


def test_a_network_is_masked_and_stays_so(
    network: CCT, data: Dataset, plain: Augment, tmp_path: Path
) -> None:
    pruned, masked = copy.deepcopy(network), copy.deepcopy(network)
    masks = {name: RNG.random(network.get_parameter(name).shape) < 0.5 for name in LAYERS}
    found = prune_network(pruned, masks, data, "image", RECIPE, seed=0, state=tmp_path / "state")
    with torch.no_grad():
        for name, mask in masks.items():
            masked.get_parameter(name).mul_(torch.from_numpy(mask))
            assert not pruned.get_parameter(name)[~torch.from_numpy(mask)].any()
    for model, stage in ((masked, "masked"), (pruned, "retrained")):
        for split, suffix in (("test", ""), ("heldout", "_heldout")):
            correct = predictions(model, data.inputs[split], plain) == data.labels[split]
            assert found[f"{stage}{suffix}"] == int(correct.sum()) / len(correct)
    assert found["masked"] != found["retrained"]
