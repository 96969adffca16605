"""Disjoint groups, and what is dropped as a whole."""

import copy

import numpy as np
import pytest
import torch

from nodal.architectures.cct import cct
from nodal.architectures.halved import halved
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.pruning.cost import cost
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.structure import specialised, structural_masks, worth

MODEL = {"family": "cct", "width": 8, "depth": 2, "heads": 2, "mlp_ratio": 2}


def test_disjoint_groups_keep_one_weight_in_g_and_each_head_its_own_queries() -> None:
    network = CCT(image_size=8, labels=6, width=8, depth=2, heads=2)
    shapes = {name: each.shape for name, each in network.named_parameters()}
    masks = disjoint_masks(cct(MODEL), shapes, 6, 2)
    assert len(masks) == 9
    assert {float(mask.mean()) for mask in masks.values()} == {0.5}
    qkv = masks["classifier.blocks.1.self_attn.qkv.weight"]
    for part in range(3):
        for out in range(8):
            for into in range(8):
                assert qkv[8 * part + out, into] == (out // 4 == into // 4)
    assert masks["classifier.fc.weight"].tolist() == [
        [
            label < 3,
        ]
        * 4
        + [label >= 3] * 4
        for label in range(6)
    ]
    with pytest.raises(ValueError, match="groups: 3 divide the nodes of no layer"):
        disjoint_masks(cct(MODEL), shapes, 6, 3)


def test_what_is_worth_least_goes_heads_of_all_blocks_in_one_ranking() -> None:
    architecture = cct(MODEL)
    scores = {
        "attention1": np.array([4.0, 3.0]),
        "attention2": np.array([1.0, 2.0]),
        "linear1_out2": np.arange(16.0),
    }
    widths = {"attention1": 8, "attention2": 8, "linear1_out2": 16}
    outs = dict.fromkeys(architecture.layers, 8)
    masks = structural_masks(architecture, scores, widths, outs, 0.5)
    assert masks["classifier.blocks.0.self_attn.proj.weight"].all()
    assert not masks["classifier.blocks.1.self_attn.proj.weight"].any()
    linear2 = masks["classifier.blocks.1.linear2.weight"]
    assert linear2.shape == (8, 16)
    assert (linear2 == (np.arange(16) >= 8)).all()
    sets = {"attention1": np.eye(8, 5, dtype=bool)}
    assert specialised(sets, {"attention1": 2})["attention1"].tolist() == [4, 1]


def test_worth_is_the_first_order_change_of_the_loss_without_a_node(data: Dataset, network: CCT) -> None:
    """One batch: the square of the derivative of the loss along the node's columns."""
    network = copy.deepcopy(network).double()
    inputs, labels = data.inputs["test"][:6].double() / 255, data.labels["test"][:6]
    architecture = cct({"depth": 2, "heads": 4})
    weight = network.get_parameter("classifier.blocks.1.linear2.weight")
    prepare = preparation(torch.zeros(1, 3, dtype=torch.float32))
    found = worth(network, architecture, {"linear1_out2": weight.shape[1]}, inputs, labels, prepare, 6)
    network.eval()

    def loss() -> float:
        with torch.no_grad():
            return float(torch.nn.functional.cross_entropy(network(inputs), labels))

    step = 1e-6
    for node in range(0, weight.shape[1], 7):
        before = weight.detach()[:, node].clone()
        values = []
        for sign in (1, -1):
            weight.data[:, node] = before * (1 + sign * step)
            values.append(loss())
        weight.data[:, node] = before
        assert found["linear1_out2"][node] == pytest.approx(
            ((values[0] - values[1]) / (2 * step)) ** 2, rel=1e-4, abs=1e-12
        )


def test_costs_are_those_counted_by_hand() -> None:
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.Flatten(), torch.nn.Linear(64, 5)
    )
    with torch.no_grad():
        network[2].weight[:, ::2] = 0
    found = cost(network, torch.ones(2, 3, 4, 4))
    assert found["parameters"] == 4 * 27 + 4 + 64 * 5 + 5
    assert found["nonzero"] == found["parameters"] - 160
    assert found["macs"] == 16 * 4 * 27 + 320
    assert found["macs_left"] == found["macs"] - 160


def test_half_the_width() -> None:
    assert halved(MODEL) == MODEL | {"width": 4}
    assert halved({"family": "vgg", "widths": [64, 128], "hidden": [512]})["widths"] == [32, 64]
    with pytest.raises(ValueError, match="half of a network of timm is not known"):
        halved({"family": "timm", "name": "resnet18"})
