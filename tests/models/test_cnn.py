"""VGG and ResNet against literal forward passes, the published sizes and the names of the checkpoints."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Architecture
from nodal.architectures.resnet import resnet
from nodal.architectures.vgg import vgg
from nodal.models.features import check_taps, collect
from nodal.models.resnet import ResNet
from nodal.models.vgg import VGG

TEN = {"widths": [64, 128, 256, 512], "layers": [2, 2, 3, 3], "hidden": [], "bias": False}
SMALL = {"widths": [4, 6], "layers": [1, 2], "hidden": [7, 5], "bias": True}


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameter_counts_are_the_published_ones() -> None:
    assert count(VGG(image_size=32, labels=100)) == 15_299_748
    assert count(VGG(image_size=32, labels=100, **TEN)) == 7_845_440
    # He et al., Table 6: 0.27, 0.46, 0.66 and 0.85 million.
    counts = {depth: count(ResNet(labels=10, depth=depth)) for depth in (20, 32, 44, 56)}
    assert counts == {20: 269_722, 32: 464_154, 44: 658_586, 56: 853_018}


def test_each_layer_is_a_block() -> None:
    full, ten = vgg({"layers": [2, 2, 3, 3, 3], "hidden": [512, 512]}), vgg(TEN)
    assert (full.depth, ten.depth) == (15, 10)
    assert [resnet({"depth": depth}).depth for depth in (20, 56)] == [9, 27]
    assert full.layers["features.12.conv.weight"].block == 13
    assert full.layers["hidden.1.linear.weight"].kind == "linear"


def test_resnets_have_the_names_of_the_checkpoints() -> None:
    norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    blocks = [f"layer{stage}.{block}." for stage in (1, 2, 3) for block in (0, 1, 2)]
    expected = {f"{prefix}conv{number}.weight" for prefix in blocks for number in (1, 2)}
    expected |= {f"{prefix}bn{number}.{name}" for prefix in blocks for number in (1, 2) for name in norm}
    expected |= {"conv1.weight", *(f"bn1.{name}" for name in norm), "linear.weight", "linear.bias"}
    assert set(ResNet(labels=10).state_dict()) == expected


def convolved(images: Tensor, kernels: Tensor, stride: int = 1) -> Tensor:
    b, c, h, w = images.shape
    padded = images.new_zeros(b, c, h + 2, w + 2)
    padded[:, :, 1:-1, 1:-1] = images
    windows = padded.unfold(2, 3, stride).unfold(3, 3, stride)
    return torch.einsum("bchwij,ocij->bohw", windows, kernels)


def normed(x: Tensor, state: dict[str, Tensor], name: str) -> Tensor:
    mean, var, weight, bias = (
        state[f"{name}.{each}"][:, None, None] for each in ("running_mean", "running_var", "weight", "bias")
    )
    return (x - mean) / (var + 1e-5).sqrt() * weight + bias


def rows(x: Tensor) -> Tensor:
    """[B, K, H, W] -> [B, positions, K]."""
    return torch.stack([x[:, :, i, j] for i in range(x.shape[2]) for j in range(x.shape[3])], 1)


def literal_vgg(state: dict[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for number, pooled in ((1, True), (2, False), (3, True)):
        block = f"features.{number - 1}"
        found[f"conv_in{number}"] = rows(x)
        x = convolved(x, state[f"{block}.conv.weight"]) + state[f"{block}.conv.bias"][:, None, None]
        x = normed(x, state, f"{block}.norm")
        found[f"preact{number}"] = rows(x)
        x = x.clamp(min=0)
        if pooled:
            x = x.unfold(2, 2, 2).unfold(3, 2, 2).amax((-1, -2))
        found[f"block{number}"] = rows(x)
    filters, x = x, x.reshape(len(x), -1)
    for number in (4, 5):
        layer = f"hidden.{number - 4}.linear"
        found[f"linear_in{number}"] = x[:, None] if number == 5 else rows(filters)
        x = x @ state[f"{layer}.weight"].T + state[f"{layer}.bias"]
        found[f"preact{number}"] = x[:, None]
        x = x.clamp(min=0)
        found[f"block{number}"] = x[:, None]
    return found | {"logits": x @ state["fc.weight"].T + state["fc.bias"]}


def literal_resnet(state: dict[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    x = normed(convolved(x, state["conv1.weight"]), state, "bn1").clamp(min=0)
    for number in (1, 2, 3):
        block, stride = f"layer{number}.0", 1 if number == 1 else 2
        found[f"conv1_in{number}"] = rows(x)
        inside = normed(convolved(x, state[f"{block}.conv1.weight"], stride), state, f"{block}.bn1")
        inside = inside.clamp(min=0)
        found[f"conv2_in{number}"] = rows(inside)
        out = normed(convolved(inside, state[f"{block}.conv2.weight"]), state, f"{block}.bn2")
        found[f"block_no_skip{number}"] = rows(out)
        shortcut = torch.zeros_like(out)  # option A: every second pixel, the new filters empty on both sides
        start = (out.shape[1] - x.shape[1]) // 2
        shortcut[:, start : start + x.shape[1]] = x[:, :, ::stride, ::stride]
        x = (out + shortcut).clamp(min=0)
        found[f"block{number}"] = rows(x)
    return found | {"logits": x.mean((2, 3)) @ state["linear.weight"].T + state["linear.bias"]}


NETWORKS: dict[str, tuple[Callable[[], nn.Module], Architecture, Callable[..., dict[str, Tensor]]]] = {
    "vgg": (lambda: VGG(image_size=8, labels=5, **SMALL), vgg(SMALL), literal_vgg),
    "resnet": (lambda: ResNet(labels=5, depth=8, width=4), resnet({"depth": 8}), literal_resnet),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_logits_and_taps_are_the_literal_ones(name: str) -> None:
    build, architecture, literal = NETWORKS[name]
    torch.manual_seed(0)
    network = build().double().eval()
    for value in network.state_dict().values():
        if value.is_floating_point():  # norms, biases and variances, too: at their start they hide errors
            value.uniform_(0.1, 1) if value.ndim == 1 else value.normal_(0, 0.4)
    images = torch.randn(3, 3, 8, 8, dtype=torch.float64)
    with torch.no_grad():
        expected = literal(network.state_dict(), images)
        torch.testing.assert_close(network(images), expected["logits"])
        assert set(architecture.taps) == set(expected) - {"logits"}
        check_taps(network, images, architecture.taps)
        for tap, found in collect(network, images, architecture.taps).items():
            torch.testing.assert_close(found, expected[tap], msg=lambda text, tap=tap: f"{tap}: {text}")


@pytest.mark.parametrize("name", NETWORKS)
def test_the_ends_of_every_prunable_layer_are_its_nodes(name: str) -> None:
    build, architecture, _ = NETWORKS[name]
    network = build().eval()
    with torch.no_grad():
        found = collect(network, torch.randn(2, 3, 8, 8), architecture.taps)
    for weight, layer in architecture.layers.items():
        out, inputs = (found[end].shape for end in (layer.target, layer.source))
        shape = network.get_parameter(weight).shape
        read = inputs[-1] * (inputs[1] if weight == "hidden.0.linear.weight" else 1)  # behind the flattening
        assert tuple(shape[:2]) == (out[-1], read), weight
        assert architecture.tap(layer.target).block == layer.block
    modules = dict(network.named_modules())
    assert all(block in modules for block in architecture.blocks)
    assert architecture.readout is not None
    assert isinstance(modules[architecture.readout.module], nn.Linear)


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="image_size: 16 is too small for 5 poolings"):
        VGG(image_size=16, labels=2)
    with pytest.raises(ValueError, match="layers: 1 stages where widths has 5"):
        VGG(image_size=32, labels=2, layers=[2])
    with pytest.raises(ValueError, match="depth: 18 where 8, 14, 20"):
        ResNet(labels=2, depth=18)
