"""Compacted networks: the same logits as the masked ones, in float64, from fewer weights."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from nodal.models.cct import CCT
from nodal.models.grouped import GroupedLinear
from nodal.models.slim_attention import Constant, SlimAttention
from nodal.pruning.compact import Compacted, compact
from nodal.pruning.masked_weights import Masks
from tests.models.networks import Encoder

RULES = ("dense", "random", "sparse", "nodes", "inputs", "groups", "shuffled groups", "nothing")


class Convolutions(nn.Module):
    """Convolutions with batch normalisation, a residual block, pooling, and two fully connected layers."""

    def __init__(self, width: int, inner: int, padding: int, bias: bool, flat: bool, residual: bool) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=padding, bias=bias), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        self.conv1 = nn.Conv2d(width, inner, 3, padding=1, bias=bias)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, width, 3, padding=1, bias=bias)
        self.bn2 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(width * (9 if flat else 1), inner, bias)
        self.fc2 = nn.Linear(inner, 4)
        self.flat, self.residual = flat, residual

    def forward(self, images: Tensor) -> Tensor:
        first = self.first(images)
        second = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(first)))))
        found = self.pool(torch.relu(second + first if self.residual else second))
        pooled = nn.functional.adaptive_avg_pool2d(found, 3 if self.flat else 1).flatten(1)
        return self.fc2(nn.functional.gelu(self.fc1(pooled)))


def mask(rule: str, shape: tuple[int, int], rng: np.random.Generator) -> Tensor:
    """A mask [out, in] of one of the rules."""
    outs, ins = shape
    kept = np.ones(shape, bool)
    if rule in ("random", "sparse"):
        kept = rng.random(shape) < (0.5 if rule == "random" else 0.1)
    elif rule == "nodes":
        kept[rng.random(outs) < 0.5] = False
    elif rule == "inputs":
        kept[:, rng.random(ins) < 0.5] = False
    elif rule == "groups":
        kept = np.arange(outs)[:, None] * 2 // outs == np.arange(ins) * 2 // ins
    elif rule == "shuffled groups":
        kept = rng.permutation(outs)[:, None] % 2 == rng.permutation(ins) % 2
    elif rule == "nothing":
        kept[:] = False
    return torch.from_numpy(kept)


def randomised(network: nn.Module, rng: np.random.Generator) -> nn.Module:
    """The network in float64, with every parameter and statistic drawn anew."""
    network = network.double().eval()
    for name, value in network.state_dict().items():
        if value.is_floating_point():
            drawn = torch.from_numpy(rng.normal(size=value.shape))
            value.copy_(drawn.abs() + 0.5 if "running_var" in name else drawn / max(1, value.ndim - 1) ** 2)
    return network


def drawn_masks(network: nn.Module, rules: list[str], rng: np.random.Generator) -> dict[str, Tensor]:
    weights = [name for name, each in network.named_parameters() if each.ndim in (2, 4)]
    shapes = {name: tuple(network.get_parameter(name).shape[:2]) for name in weights}
    return {name: mask(rules[i % len(rules)], shapes[name], rng) for i, name in enumerate(weights)}


def check(network: nn.Module, masks: Mapping[str, Tensor], inputs: Tensor) -> Compacted:
    """Compact a network; the logits are those of the masked one, and it is left as it was."""
    before = {name: value.clone() for name, value in network.state_dict().items()}
    found = compact(network, masks, inputs)
    for name, value in network.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)
    Masks(network, masks).apply()
    more = torch.cat([inputs, inputs.flip(0) * 1.7 + 0.3])
    with torch.no_grad():
        expected, logits = network(more), found.network(more)
    scale = float(expected.abs().max()) or 1.0
    torch.testing.assert_close(logits / scale, expected / scale, rtol=1e-9, atol=1e-9)
    return found


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8), st.sampled_from([4, 6]),
    st.sampled_from([4, 6]), st.sampled_from([0, 1]), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
def test_convolutions(
    seed: int, rules: list[str], width: int, inner: int, padding: int, bias: bool, flat: bool, residual: bool
) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(Convolutions(width, inner, padding, bias, flat, residual), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8))
def test_cct(seed: int, rules: list[str]) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(CCT(image_size=8, labels=4, width=8, depth=2, heads=2), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8))
def test_an_encoder_of_torch(seed: int, rules: list[str]) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(Encoder(), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 6, 8))))
