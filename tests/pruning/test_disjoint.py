"""Disjoint groups, networks of half the width, and what a network costs."""

import pytest
import torch

from nodal.architectures.cct import cct
from nodal.architectures.width import of_width
from nodal.models.cct import CCT
from nodal.pruning.cost import cost
from nodal.pruning.disjoint import disjoint_masks

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


def test_narrower_and_wider() -> None:
    assert of_width(MODEL, 0.5) == MODEL | {"width": 4}
    assert of_width(MODEL, 0.75) == MODEL | {"width": 6}
    assert of_width({"family": "vgg", "widths": [64, 128], "hidden": [512]}, 2)["widths"] == [128, 256]
    with pytest.raises(ValueError, match="how wide a network of timm is is not among its settings"):
        of_width({"family": "timm", "name": "resnet18"}, 0.5)
