"""Compacted networks: the same logits as the masked ones, in float64, from fewer weights."""

import copy
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from nodal.models.cct import CCT
from nodal.models.grouped import GroupedLinear
from nodal.models.resnet import ResNet
from nodal.models.slim_attention import Constant, SlimAttention
from nodal.models.vgg import VGG
from nodal.pruning import compact as module
from nodal.pruning.compact import Compacted, compact
from nodal.pruning.flow import Flow, flows
from nodal.pruning.masked_weights import Masks
from tests.models.networks import Encoder

RULES = ("dense", "random", "sparse", "nodes", "inputs", "groups", "shuffled groups", "nothing")


@pytest.fixture(autouse=True, scope="module")
def _flows_once() -> Iterator[None]:
    """An export takes a second, and networks of one architecture have the same flows."""
    known: dict[str, dict[str, Flow]] = {}

    def once(network: nn.Module, sample: Tensor) -> dict[str, Flow]:
        flags = {name: value for name, value in vars(network).items() if isinstance(value, bool)}
        key = f"{network}{flags}"
        if key not in known:
            known[key] = flows(network, sample)
        return copy.deepcopy(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "flows", once)
        yield


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


@settings(deadline=None, max_examples=12)
@given(
    st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8),
    st.sampled_from([(4, 6, 0, True, True, True), (6, 4, 1, False, True, False), (4, 4, 1, True, False, True),
                     (6, 6, 0, False, False, False)]),
)  # fmt: skip
def test_convolutions(seed: int, rules: list[str], kind: tuple[int, int, int, bool, bool, bool]) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(Convolutions(*kind), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))


@settings(deadline=None, max_examples=6)
@example(58, ["sparse"])  # groups of unequal sizes beside nodes without weights
@given(st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8))
def test_cct(seed: int, rules: list[str]) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(CCT(image_size=8, labels=4, width=8, depth=2, heads=2), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(RULES), min_size=1, max_size=8))
def test_an_encoder_of_torch(seed: int, rules: list[str]) -> None:
    rng = np.random.default_rng(seed)
    network = randomised(Encoder(), rng)
    check(network, drawn_masks(network, rules, rng), torch.from_numpy(rng.normal(size=(2, 6, 8))))


@pytest.mark.parametrize(
    ("network", "inner"),
    [
        (VGG(image_size=8, labels=4, widths=[4, 6, 8], layers=[1, 2, 1], hidden=[8]), "features.1.conv"),
        (ResNet(labels=4, width=4), "layer2.1.conv1"),
    ],
    ids=["VGG", "ResNet-20"],
)
def test_convolutional_networks(network: nn.Module, inner: str) -> None:
    """Every second layer loses nodes, the next one what it reads."""
    rng = np.random.default_rng(0)
    network = randomised(network, rng)
    masks = drawn_masks(network, ["inputs", "nodes"], rng)
    filters = len(masks[f"{inner}.weight"])
    found = check(network, masks, torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))
    assert 1 <= len(found.network.get_submodule(inner).weight) < filters


def test_what_is_gone_is_gone() -> None:
    """Half the filters of a layer, one attention head, half the nodes of an MLP."""
    rng = np.random.default_rng(0)
    network = randomised(Convolutions(4, 6, 1, True, True, True), rng)
    unread = torch.ones(4, 6, dtype=torch.bool)
    unread[:, :3] = False
    found = check(network, {"conv2.weight": unread}, torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))
    assert found.network.conv1.weight.shape == (3, 4, 3, 3)
    assert found.network.conv2.weight.shape == (4, 3, 3, 3)
    assert found.network.bn1.num_features == 3
    assert found.left.empty

    cct = randomised(CCT(image_size=8, labels=4, width=8, depth=1, heads=2), rng)
    block = "classifier.blocks.0"
    masks = {f"{block}.self_attn.proj.weight": torch.ones(8, 8, dtype=torch.bool),
             f"{block}.linear2.weight": torch.ones(8, 16, dtype=torch.bool)}  # fmt: skip
    masks[f"{block}.self_attn.proj.weight"][:, :4] = False
    masks[f"{block}.linear2.weight"][:, ::2] = False
    slim = check(cct, masks, torch.from_numpy(rng.normal(size=(2, 3, 8, 8)))).network.classifier.blocks[0]
    assert isinstance(slim.self_attn, SlimAttention)
    assert (slim.self_attn.heads, slim.self_attn.matched, slim.self_attn.mixed) == (1, 4, 4)
    assert slim.linear1.out_features == slim.linear2.in_features == 8


def test_a_branch_without_heads_is_its_bias_and_groups_are_grouped() -> None:
    rng = np.random.default_rng(1)
    network = randomised(CCT(image_size=8, labels=4, width=8, depth=1, heads=2), rng)
    block = "classifier.blocks.0"
    groups = mask("groups", (16, 8), rng)
    masks = {f"{block}.self_attn.proj.weight": torch.zeros(8, 8, dtype=torch.bool),
             f"{block}.linear1.weight": groups, f"{block}.linear2.weight": groups.T.contiguous()}  # fmt: skip
    found = check(network, masks, torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))
    slim = found.network.classifier.blocks[0]
    assert isinstance(slim.self_attn, Constant)
    assert [(each.groups, each.weight.numel()) for each in (slim.linear1, slim.linear2)] == [(2, 64), (2, 64)]
    assert isinstance(slim.linear1, GroupedLinear)
    assert found.left.empty


def test_what_cannot_be_removed_is_listed() -> None:
    """Nodes of a residual width, and a constant that a padded convolution reads."""
    rng = np.random.default_rng(2)
    network = randomised(Convolutions(4, 6, 1, True, True, True), rng)
    nn.init.constant_(network.bn1.bias, 10)  # so that the constant passes the ReLU
    masks = {
        "conv1.weight": torch.ones(6, 4, dtype=torch.bool),
        "conv2.weight": torch.ones(4, 6, dtype=torch.bool),
    }
    masks["conv1.weight"][:2] = False
    masks["conv2.weight"][:1] = False
    found = check(network, masks, torch.from_numpy(rng.normal(size=(2, 3, 8, 8))))
    nodes = found.left[found.left["what"] == "nodes"].set_index("weight")
    assert nodes.loc["conv1.weight", ["count", "why"]].tolist() == [
        2, "its constant goes into a padded convolution"
    ]  # fmt: skip
    assert nodes.loc["conv2.weight", ["count", "why"]].tolist() == [1, "it goes into add"]

    encoder = randomised(Encoder(), rng)
    weight = "encoder.layers.1.self_attn.in_proj_weight"
    queries = {weight: torch.arange(48)[:, None].expand(48, 16) >= 3}
    left = check(encoder, queries, torch.from_numpy(rng.normal(size=(2, 6, 8)))).left
    assert left[left["what"] == "nodes"].to_numpy().tolist() == [
        [weight, "nodes", 3, "a query that is its bias weighs the keys"]
    ]


class Unusual(nn.Module):
    """A normalisation used twice, a grouped convolution, and averages over zeros around an image."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other, self.norm = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)
        self.apart, self.last = nn.Conv2d(4, 4, 3, groups=2), nn.Conv2d(4, 4, 1)
        self.averaged, self.fc = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1)

    def forward(self, images: Tensor) -> Tensor:
        one, other = self.norm(self.one(images)), self.norm(self.other(images))
        averages = nn.functional.avg_pool2d(self.averaged(other), 2, 2, 1)
        return (self.last(self.apart(one)).sum((2, 3)) + self.fc(averages.relu()).sum((2, 3))).relu()


def test_what_is_not_followed_stays() -> None:
    rng = np.random.default_rng(3)
    network = randomised(Unusual(), rng)
    masks = {f"{name}.weight": torch.ones(4, nodes, dtype=torch.bool)
             for name, nodes in (("one", 3), ("other", 3), ("apart", 2), ("averaged", 4))}  # fmt: skip
    for mask in masks.values():
        mask[0] = False
    left = check(network, masks, torch.from_numpy(rng.normal(size=(2, 3, 8, 8)))).left
    assert dict(left[left["what"] == "nodes"][["weight", "why"]].to_numpy().tolist()) == {
        "one.weight": "it goes into _native_batch_norm_legit_no_training",
        "other.weight": "it goes into _native_batch_norm_legit_no_training",
        "apart.weight": "its convolution is grouped",
        "averaged.weight": "it goes into avg_pool2d",
    }


def test_networks_that_cannot_be_traced_are_refused_in_one_line() -> None:
    class Branching(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            return images if images.sum() > 0 else -images

    with pytest.raises(ValueError, match="the network cannot be exported: "):
        compact(Branching(), {}, torch.ones(2, 3))


def test_networks_whose_code_names_a_size_are_refused_in_one_line() -> None:
    class Named(nn.Sequential):
        def forward(self, vectors: Tensor) -> Tensor:
            return self[1](self[0](vectors).view(-1, 4))

    masks = {"1.weight": torch.tensor([[True, False, True, True]])}
    with pytest.raises(ValueError, match="the network does not run with smaller layers: "):
        compact(Named(nn.Linear(3, 4), nn.Linear(4, 1)), masks, torch.ones(2, 3))
