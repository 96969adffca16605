"""Sizes of skips and branches against a literal forward pass, and networks where they cannot be told."""

import dataclasses

import pytest
import torch
from torch import nn

from nodal.architectures.architecture import Architecture, Tap
from nodal.architectures.cct import cct
from nodal.architectures.skips import Skip, skips
from nodal.augment.pipeline import Augment
from nodal.augment.preparation import Tokens, Vectors
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training.skips import skip_sizes

ARCHITECTURE = cct({"depth": 2, "heads": 4})


def test_the_skips_of_a_transformer() -> None:
    assert skips(ARCHITECTURE) == [
        Skip(1, "attention", "proj_out1", "proj_only1", ()),
        Skip(1, "feed-forward", "block1", "block_no_skip1", ("linear1_in1", "proj_out1")),
        Skip(2, "attention", "proj_out2", "proj_only2", ("block1",)),
        Skip(2, "feed-forward", "block2", "block_no_skip2", ("linear1_in2", "proj_out2")),
    ]
    without = {name: tap for name, tap in ARCHITECTURE.taps.items() if tap.kind != "proj_only"}
    assert {skip.branch for skip in skips(dataclasses.replace(ARCHITECTURE, taps=without))} == {
        "feed-forward"
    }
    assert skips(Architecture({}, {}, ("a",))) == []


@torch.no_grad()
@pytest.mark.parametrize("chunk", [500, 4])
def test_sizes_are_those_of_a_literal_pass(
    network: CCT, data: Dataset, plain: Augment, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodal.training.inputs_at_once.CHUNK_VALUES", 3 * chunk * 12 * 12)
    images = data.inputs["test"]
    found = skip_sizes(network, skips(ARCHITECTURE), ARCHITECTURE.taps, images, plain)
    stream = network.tokenizer(plain.plain(images)) + network.classifier.positional_emb
    expected = []
    for block in network.classifier.blocks:
        attended = block.self_attn(block.pre_norm(stream))
        expected.append((stream, attended))
        normed = block.norm1(stream + attended)
        fed = block.linear2(block.activation(block.linear1(normed)))
        expected.append((normed, fed))
        stream = normed + fed
    for pair, literal in zip(found, expected, strict=True):
        assert pair == pytest.approx([float(each.square().mean().sqrt()) for each in literal], rel=1e-5)


class PostNorm(nn.Module):
    """A block that ends with a norm behind its sum, as BERT's does."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.linear, self.norm = nn.Linear(4, 4), nn.Linear(4, 4), nn.LayerNorm(4)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        stream = self.first(inputs)
        return self.norm(stream + self.linear(stream))


def test_a_norm_behind_the_sum_is_no_skip() -> None:
    taps = {
        "block1": Tap("norm", "output"), "block_no_skip1": Tap("linear", "output", kind="block_no_skip"),
        "linear1_in1": Tap("linear", "input", kind="linear1_in"),
    }  # fmt: skip
    torch.manual_seed(0)
    found = skips(Architecture(taps, {}, ("",)))
    inputs = torch.randn(5, 3, 4)
    with pytest.raises(
        ValueError, match="block1 less block_no_skip1 is none of linear1_in1: something stands"
    ):
        skip_sizes(PostNorm(), found, taps, inputs, Vectors())
    summed = taps | {"block1": Tap("norm", "input")}
    ((skip, branch),) = skip_sizes(model := PostNorm(), found, summed, inputs, Vectors())
    with torch.no_grad():
        stream = model.first(inputs)
        assert (skip, branch) == pytest.approx(
            [float(each.square().mean().sqrt()) for each in (stream, model.linear(stream))], rel=1e-5
        )


class Embedded(nn.Module):
    """Of texts: what is added to each token is itself."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.linear, self.sum = nn.Embedding(9, 4), nn.Linear(4, 4), nn.Identity()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        stream = self.embed(input_ids)
        return self.sum(stream + self.linear(stream))


def test_padding_does_not_count() -> None:
    torch.manual_seed(0)
    model, texts = Embedded(), torch.tensor([[3, 1, -1], [2, -1, -1]], dtype=torch.int32)
    taps = {"block1": Tap("sum", "output"), "block_no_skip1": Tap("linear", "output", kind="block_no_skip")}
    ((skip, _),) = skip_sizes(model, skips(Architecture(taps, {}, ("",))), taps, texts, Tokens())
    rows = model.embed.weight[[3, 1, 2]].detach()
    assert skip == pytest.approx(float(rows.square().mean().sqrt()), rel=1e-5)
