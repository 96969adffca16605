"""Masked networks: zeros that stay, and every parameter trained at one rate."""

import copy

import pytest
import torch

from nodal.architectures.cct import cct
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.pruning.masked_weights import Masks
from nodal.training.optimizer import block_groups
from nodal.training.pretraining import pretrain
from tests.conftest import RECIPE

SMALL = cct({"depth": 2, "heads": 4})


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_masked_weights_stay_zero_through_retraining(network: CCT, data: Dataset, optimizer: str) -> None:
    pruned = copy.deepcopy(network)
    before = copy.deepcopy(network.state_dict())
    generator = torch.Generator().manual_seed(0)
    names = list(SMALL.layers_of(2))
    masks = {name: torch.rand(before[name].shape, generator=generator) < 0.4 for name in names}
    masks[names[0]][:] = False  # a layer masked away
    keeper = Masks(pruned, masks)
    keeper.apply()
    for name, value in pruned.state_dict().items():
        expected = before[name] * masks[name] if name in masks else before[name]
        torch.testing.assert_close(value, expected, rtol=0, atol=0)

    groups = block_groups(pruned, SMALL.blocks[1], 1e-3, 1e-4, 0.1)
    recipe = RECIPE | {"optimizer": optimizer, "epochs": 2}
    broken = []

    def step() -> None:
        keeper.apply()
        broken.extend(name for name, mask in masks.items() if pruned.get_parameter(name)[~mask].any())

    pretrain(pruned, data, "image", recipe, seed=0, groups=groups, after_step=step)
    assert not broken
    for name, mask in masks.items():
        weight = pruned.get_parameter(name)
        assert not weight[~mask].any()
        assert not mask.any() or (weight[mask] != before[name][mask]).any()


def test_kernels_are_masked_as_a_whole() -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))
    before = model[0].weight.detach().clone()
    mask = torch.rand(4, 3, generator=torch.Generator().manual_seed(0)) < 0.5
    Masks(model, {"0.weight": mask}).apply()
    for out in range(4):
        for into in range(3):
            kept = before[out, into] if mask[out, into] else torch.zeros(3, 3)
            torch.testing.assert_close(model[0].weight[out, into].detach(), kept, rtol=0, atol=0)
    with pytest.raises(ValueError, match=r"mask 0.weight of shape \[3, 4\] fits no parameter"):
        Masks(model, {"0.weight": mask.T})


def test_masks_that_fit_nothing_are_refused(network: CCT) -> None:
    with pytest.raises(ValueError, match=r"mask classifier.fc.weight of shape \[2, 2\]"):
        Masks(network, {"classifier.fc.weight": torch.ones(2, 2, dtype=torch.bool)})
    with pytest.raises(ValueError, match="mask nothing"):
        Masks(network, {"nothing": torch.ones(2, 2, dtype=torch.bool)})


@pytest.mark.parametrize("block", [1, 2, 11, 12])
@pytest.mark.parametrize("position", ["learnable", "sine"])
def test_block_groups_hold_every_trained_parameter_once(block: int, position: str) -> None:
    name_of_block = f"classifier.blocks.{block - 1}"
    network = CCT(image_size=8, labels=3, width=4, depth=12, heads=2, position=position)
    groups = block_groups(network, name_of_block, 5e-4, 1e-6, 1e-2)
    where = {id(p): group for group in groups for p in group["params"]}
    trained = {name: p for name, p in network.named_parameters() if p.requires_grad}
    assert sum(len(group["params"]) for group in groups) == len(where) == len(trained)
    inside = set(dict(network.classifier.blocks[block - 1].named_parameters(prefix=name_of_block)))
    for name, parameter in trained.items():
        group = where[id(parameter)]
        assert group["lr"] == (5e-4 if name in inside else 1e-6), name
        assert group["weight_decay"] == (1e-2 if parameter.ndim >= 2 else 0), name
