"""The parts of a network, and what is lost without them."""

import copy
from pathlib import Path

import torch

from nodal.architectures.cct import cct
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.pruning.importance import importance
from nodal.pruning.parts import parts
from nodal.training.answers import predictions
from tests.conftest import RECIPE

SMALL = cct({"depth": 2, "heads": 4})
HEADS = {tap: SMALL.taps[tap].heads for tap in SMALL.head_taps()}


def test_parts_of_a_block_are_named_and_whole(network: CCT) -> None:
    shapes = {weight: network.get_parameter(weight).shape for weight in SMALL.layers}
    found = [part for part in parts(SMALL.layers, HEADS, shapes) if part.block == 2]
    assert [(part.kind, part.name) for part in found] == [
        ("block", ""), ("branch", "qkv+projection"), ("branch", "linear1+linear2"),
        ("layer", "qkv"), ("layer", "projection"), ("layer", "linear1"), ("layer", "linear2"),
        ("head", "1"), ("head", "2"), ("head", "3"), ("head", "4"),
    ]  # fmt: skip
    for part in found:
        for weight, mask in part.masks.items():
            assert mask.shape == shapes[weight]
            assert mask.any() == (part.kind == "head")
    of_heads = [part.masks["classifier.blocks.1.self_attn.proj.weight"] for part in found[-4:]]
    assert (sum((~mask).astype(int) for mask in of_heads) == 1).all()


def test_what_is_lost_is_what_a_literal_pass_loses(network: CCT, data: Dataset, tmp_path: Path) -> None:
    shapes = {weight: network.get_parameter(weight).shape for weight in SMALL.layers}
    chosen = [
        part for part in parts(SMALL.layers, HEADS, shapes)
        if (part.kind, part.block, part.name) in {("head", 1, "3"), ("block", 2, "")}
    ]  # fmt: skip
    before = copy.deepcopy(network.state_dict())
    recipe = RECIPE | {"epochs": 1, "rest_lr": 1e-6}
    rows = list(importance(network, chosen, SMALL.blocks, data, "image", recipe, seed=0, state=tmp_path))
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)
    assert [(keys["part"], keys["stage"], keys["split"]) for keys, *_ in rows] == [
        ("head", "masked", "heldout"), ("head", "masked", "test"),
        ("block", "masked", "heldout"), ("block", "masked", "test"),
        ("block", "retrained", "heldout"), ("block", "retrained", "test"),
    ]  # fmt: skip
    # The third head's output, silenced on its way into the projection.
    width = network.get_parameter("classifier.blocks.0.self_attn.proj.weight").shape[1] // 4

    def silence(_: object, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        inputs[0][..., 2 * width : 3 * width] = 0
        return inputs

    hook = network.get_submodule("classifier.blocks.0.self_attn.proj").register_forward_pre_hook(silence)
    guess = predictions(network, data.inputs["test"], preparation(data.inputs["test"], "image"))
    hook.remove()
    right = torch.bincount(data.labels["test"][guess == data.labels["test"]], minlength=len(data.names))
    assert rows[1][2].tolist() == right.tolist()
