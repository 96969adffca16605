"""What is found of networks that nobody described: taps that can be read, layers as wide as their ends."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Architecture
from nodal.architectures.cct import cct
from nodal.architectures.stored import from_json
from nodal.augment.preparation import Prepared
from nodal.models.describe import describe, sample_of
from nodal.models.features import collect
from tests.conftest import small_cct
from tests.models.networks import NETWORKS

Case = tuple[nn.Module, Prepared, Architecture]
ENCODER = ["block", "block_no_skip", "qkv_in", "attention", "proj_out", "proj_only", "linear1_in"]
ENCODER += ["linear1_preact", "linear1_out"]
FUSED = [*ENCODER, "qkv_out"]
SEPARATE = [*ENCODER, "q_out", "k_out", "v_out"]
CLOSED = [kind for kind in ENCODER if kind != "attention"]
# Depth, norm, readout, the kinds of the last block, and how many layers of it can be pruned.
EXPECTED: dict[str, tuple[int, str | None, str, list[str], int]] = {
    "torchvision resnet18": (8, None, "fc", ["block", "block_no_skip", "conv1_in", "conv1_out"], 2),
    "torchvision resnet50": (
        16, None, "fc", ["block", "block_no_skip", "conv1_in", "conv1_out", "conv2_out"], 3
    ),
    "torchvision vgg11_bn": (8, None, "classifier.6", ["block", "conv_in"], 1),
    "torchvision vit": (2, "encoder.ln", "heads.head", CLOSED, 2),
    "torchvision swin_t": (12, "norm", "head", CLOSED, 2),
    "timm resnet18": (8, None, "fc", ["block", "block_no_skip", "conv1_in", "conv1_out"], 2),
    "timm resnet10t": (4, None, "fc", ["block", "block_no_skip", "conv1_in", "conv1_out"], 3),
    "timm vit": (2, "norm", "head", FUSED, 4),
    "timm convnext": (
        12, "head.norm", "head.fc",
        ["block", *(f"layer_mlp_fc{i}_{end}" for i in (1, 2) for end in ("in", "out"))], 2,
    ),
    "bert": (2, None, "classifier", SEPARATE, 6),
    "hf vit": (2, "vit.layernorm", "classifier", SEPARATE, 6),
    "encoder": (2, None, "head", CLOSED, 2),
}  # fmt: skip


@pytest.fixture(scope="module", params=NETWORKS)
def named(request: pytest.FixtureRequest) -> tuple[str, Case]:
    torch.manual_seed(0)
    make, sample = NETWORKS[request.param]
    model, inputs = make().eval(), sample()
    return request.param, (model, inputs, describe(model, inputs))


@torch.no_grad()
def test_every_tap_can_be_read_and_every_layer_fits(named: tuple[str, Case]) -> None:
    model, sample, architecture = named[1]
    found = collect(model, sample, architecture.taps)
    assert all(len(value) == 2 and value.isfinite().all() for value in found.values())
    assert architecture.layers
    for weight, layer in architecture.layers.items():
        ends = [found[layer.target].shape[-1], found[layer.source].shape[-1]]
        assert list(model.get_parameter(weight).shape[:2]) == ends
    for name in architecture.head_taps():
        assert found[name].shape[-1] % architecture.taps[name].heads == 0


def test_what_is_found(named: tuple[str, Case]) -> None:
    name, (_, _, architecture) = named
    depth, norm, readout, kinds, pruned = EXPECTED[name]
    assert architecture.depth == depth
    assert architecture.final_norm == norm
    assert architecture.readout is not None
    assert architecture.readout.module == readout
    last = [tap for tap in architecture.taps.values() if tap.block == depth]
    assert {tap.kind for tap in last if not tap.kind.startswith("outside")} == set(kinds)
    assert len(architecture.layers_of(depth)) == pruned
    assert len(architecture.block_taps()) == depth


def test_names_and_kinds_are_plain_and_a_kind_is_there_once_a_block(named: tuple[str, Case]) -> None:
    taps = named[1][2].taps
    assert all(re.fullmatch("[a-z][a-z0-9_]*", word) for name in taps for word in (name, taps[name].kind))
    places = [(tap.kind, tap.block) for tap in taps.values()]
    assert len(places) == len(set(places))
    assert [block for _, block in places] == sorted(block for _, block in places)


def test_the_layouts(named: tuple[str, Case]) -> None:
    name, (_, _, architecture) = named
    layouts = {architecture.taps[tap].layout for tap in architecture.block_taps()}
    convolves = any(word in name for word in ("resnet", "vgg", "convnext"))
    assert layouts == {"channels" if convolves else "channels_last" if "swin" in name else "tokens"}


@torch.no_grad()
def test_a_cct_is_found_as_it_describes_itself() -> None:
    """The same nodes under the same names, though some are read where the next module takes them."""
    model, sample = small_cct().eval(), sample_of("images", [3, 12, 12])
    found, own = describe(model, sample), cct({"depth": 2, "heads": 4})
    ours, theirs = (collect(model, sample, each.taps) for each in (own, found))
    for name, tap in own.taps.items():
        assert torch.equal(ours[name], theirs[name])
        assert replace(found.taps[name], module=tap.module, side=tap.side) == tap
    assert found.layers == own.layers
    assert (found.blocks, found.final_norm, found.readout) == (own.blocks, own.final_norm, own.readout)


@torch.no_grad()
def test_a_block_of_a_vgg_is_what_the_next_convolution_takes() -> None:
    model = NETWORKS["torchvision vgg11_bn"][0]().eval()
    sample = sample_of("images", [3, 32, 32])
    taps = describe(model, sample).taps
    assert [taps[f"block{i}"].module for i in (1, 3, 8)] == ["features.3", "features.10", "features.28"]
    assert torch.equal(*collect(model, sample, {n: taps[n] for n in ("block3", "conv_in4")}).values())


@torch.no_grad()
def test_a_residual_blocks_inner_nodes_are_behind_norm_and_activation() -> None:
    model = NETWORKS["torchvision resnet18"][0]().eval()
    sample = sample_of("images", [3, 32, 32])
    taps = describe(model, sample).taps
    found = collect(model, sample, {n: taps[n] for n in ("conv1_in5", "conv1_out5", "block5")})
    block = model.layer3[0]
    given = model.layer2(model.layer1(model.maxpool(model.bn1(model.conv1(sample)).relu())))
    inner = block.bn1(block.conv1(given)).relu()
    result = (block.bn2(block.conv2(inner)) + block.downsample(given)).relu()
    for name, value in zip(("conv1_in5", "conv1_out5", "block5"), (given, inner, result), strict=True):
        torch.testing.assert_close(found[name], value.flatten(2).transpose(1, 2))


def test_the_network_is_left_as_it_was() -> None:
    model = NETWORKS["torchvision resnet18"][0]().train()
    model.layer1.eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    describe(model, sample_of("images", [3, 32, 32]))
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


class Twice(nn.Module):
    """Nothing is repeated; one layer runs twice and one not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again, self.last = nn.Linear(4, 6), nn.Linear(6, 6), nn.Linear(6, 5)
        self.relu, self.unused = nn.ReLU(), nn.Linear(6, 6)

    def forward(self, vectors: Tensor) -> Tensor:
        return self.last(self.again(self.again(self.relu(self.first(vectors)))))


VECTORS = torch.linspace(-1, 1, 8).reshape(2, 4)


def test_layers_are_blocks_where_nothing_is_repeated() -> None:
    found = describe(Twice(), VECTORS)
    assert found.blocks == ("first",)
    assert (found.taps["block1"].module, found.taps["block1"].layout) == ("relu", "vector")
    assert found.readout is not None
    assert found.readout.module == "last"


def test_declared_taps_are_added_and_completed() -> None:
    mine = {"mine": {"module": "relu", "layout": None, "kind": None, "heads": 2}}
    tap = describe(Twice(), VECTORS, mine).taps["mine"]
    assert (tap.side, tap.layout, tap.kind, tap.block, tap.heads) == ("output", "vector", "mine", 1, 2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"values": {"module": "relu"}}, r"^taps.values: 'values' means something else to torch: choose "),
        ({"half": {"module": "relu"}}, r"^taps.half: 'half' means something else to torch: choose another"),
        ({"mine": {"module": "rellu"}}, r"^taps.mine: the network has no module 'rellu'; there is relu$"),
        ({"mine": {"module": "again"}}, r"^taps.mine: 'again' runs 2 times in a pass, not once$"),
        ({"mine": {"module": "unused"}}, r"^taps.mine: 'unused' runs 0 times in a pass, not once$"),
        (
            {"mine": {"module": "relu", "layout": "tokens"}},
            r"^taps.mine: \[2, 6\] is not of the layout tokens$",
        ),
        ({"mine": {"module": "relu", "heads": 4}}, r"^taps.mine: 6 nodes are not 4 equal heads$"),
        ({"mine": {"module": "relu", "block": 3}}, r"^taps.mine: block 3 where the network has 1$"),
        ({"block1": {"module": "first", "side": "input"}}, r"^taps.block1: is not as wide as first.weight"),
    ],
)
def test_declared_taps_that_do_not_fit(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        describe(Twice(), VECTORS, given)


def test_a_network_without_anything_to_read() -> None:
    with pytest.raises(ValueError, match=r"^no block, Conv2d or Linear of the network can be read"):
        describe(nn.Flatten(), VECTORS)


def program(asked: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nodal.models.describe"],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_as_a_program() -> None:
    model = {
        "family": "torchvision",
        "name": "resnet18",
        "arguments": {},
        "taps": {"stem": {"module": "bn1"}},
    }
    asked = {"model": model, "sample": {"kind": "images", "shape": [3, 32, 32]}}
    done = program(asked)
    assert done.returncode == 0, done.stderr
    assert from_json(done.stdout).taps["stem"].layout == "channels"
    failed = program(asked | {"model": model | {"name": "resnet81"}})
    assert failed.returncode == 1
    assert failed.stderr.strip() == "torchvision has no 'resnet81'; there is resnet18, resnet152, resnet101"
    wide = program(asked | {"sample": {"kind": "vectors", "shape": [4]}})
    assert wide.stderr.startswith("it does not run on {'kind': 'vectors', 'shape': [4]}: ")
