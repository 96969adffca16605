"""The worked example of a published CNN from a user's file: as large as its weights, read as described."""

import pytest
import torch
from torch.nn.functional import conv2d

from nodal.architectures.architecture import Architecture
from nodal.models.describe import describe, sample_of
from nodal.models.features import collect
from nodal.models.foreign import build_foreign

WEIGHTS = 485_330  # of the published file, counters of batches aside
WIDTHS = [20, 20, 36, 36, 56, 56, 56, 80, 80, 80, 80, 80, 88, 96, 96, 114]


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return build_foreign(
        {"family": "python", "file": "examples/micronet.py", "function": "model"}, 100
    ).eval()


@pytest.fixture(scope="module")
def found(network: torch.nn.Module) -> Architecture:
    return describe(network, sample_of("images", [3, 32, 32]))


def test_it_has_as_many_weights_as_are_published(network: torch.nn.Module) -> None:
    assert sum(each.numel() for each in network.parameters()) == WEIGHTS


@torch.no_grad()
def test_its_blocks_are_found_with_what_is_inside(network: torch.nn.Module, found: Architecture) -> None:
    assert found.blocks == tuple(f"layers.{number}" for number in range(16))
    tokens = collect(network, sample_of("images", [3, 32, 32]), found.taps)
    assert [tokens[name].shape[2] for name in found.block_taps()] == WIDTHS
    assert tokens["conv2_out16"].shape == (2, 4 * 4, 240)
    assert found.readout is not None
    assert found.readout.module == "linear"
    kinds = {weight: layer.kind for weight, layer in found.layers_of(16).items()}
    last = "layers.15"
    assert kinds == {
        f"{last}.conv1.weight": "conv1",
        f"{last}.conv3.weight": "conv3",
        f"{last}.shortcut.0.weight": "shortcut",
    }


@torch.no_grad()
def test_an_expanded_layer_is_read_behind_its_hard_swish(
    network: torch.nn.Module, found: Architecture
) -> None:
    names = ["block3", "conv1_out4", "conv2_out4", "block4"]
    read = collect(network, sample_of("images", [3, 32, 32]), {name: found.taps[name] for name in names})
    pixels = {name: value.transpose(1, 2).unflatten(2, (16, 16)) for name, value in read.items()}
    block = network.get_submodule("layers.3")
    expanded = swish(block.bn1(conv2d(pixels["block3"], block.conv1.weight)))
    filtered = swish(block.bn2(conv2d(expanded, block.conv2.weight, padding=1, groups=90)))
    narrow = block.bn3(conv2d(filtered, block.conv3.weight))
    scale = block.fc2(swish(block.fc1(narrow.mean((2, 3), keepdim=True)))).sigmoid()
    wanted = {"conv1_out4": expanded, "conv2_out4": filtered, "block4": narrow * scale + pixels["block3"]}
    for name, value in wanted.items():
        torch.testing.assert_close(pixels[name], value)


def swish(x: torch.Tensor) -> torch.Tensor:
    return x * (x + 3).clamp(0, 6) / 6
