"""Encoder blocks that are called by other names are seen for what they are; what is not seen is said."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from nodal.architectures.architecture import Architecture
from nodal.augment.preparation import Prepared
from nodal.models.describe import describe, sample_of
from nodal.models.features import collect
from tests.models.networks import SMALL, images, library, tokens

Network = tuple[Callable[[], nn.Module], Callable[[], Prepared]]
WORDS = {"vocab_size": 50, **SMALL}
RELATIVE = {"relative_attention": True, "pos_att_type": "p2c|c2p"}
GPT2 = {"vocab_size": 50, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 16, "pad_token_id": 0}
ENCODERS: dict[str, Network] = {
    "mpnet": (library("transformers", "mpnet", **WORDS), tokens),
    "deberta": (library("transformers", "deberta", **WORDS), tokens),
    "deberta-v2": (library("transformers", "deberta-v2", **WORDS), tokens),
    "deberta-v2 relative": (library("transformers", "deberta-v2", **WORDS, **RELATIVE), tokens),
    "modernbert": (library("transformers", "modernbert", pad_token_id=0, **WORDS), tokens),
    "distilbert": (
        library("transformers", "distilbert", vocab_size=50, dim=16, n_layers=2, n_heads=4, hidden_dim=32),
        tokens,
    ),
    "gpt2": (library("transformers", "gpt2", **GPT2), tokens),
}
# Of each the last module that makes the values, and rows of its weight that are those of head 2.
VALUES = {
    "mpnet": ("attention.attn.v", slice(8, 12)),
    "deberta": ("attention.self.in_proj", slice(32, 36)),  # head by head: query, key, value
    "deberta-v2": ("attention.self.value_proj", slice(8, 12)),
    "deberta-v2 relative": ("attention.self.value_proj", slice(8, 12)),
    "modernbert": ("attn.Wqkv", slice(40, 44)),
    "distilbert": ("attention.v_lin", slice(8, 12)),
    "gpt2": ("attn.c_attn", slice(40, 44)),
}
SWIN = {"img_size": 64, "window_size": 4, "embed_dim": 24, "depths": (2, 2)}


def described(make: Callable[[], nn.Module], sample: Callable[[], Prepared]) -> tuple[Any, Architecture]:
    torch.manual_seed(0)
    model = make().eval()
    return model, describe(model, sample())


@torch.no_grad()
@pytest.mark.parametrize("name", ENCODERS)
def test_the_heads_are_groups_of_nodes_at_what_the_projection_takes(name: str) -> None:
    """With other values in one head, the nodes of that head change at the tap, and no other."""
    model, found = described(*ENCODERS[name])
    tap = found.head_taps()[-1]
    assert (tap, found.taps[tap].heads) == ("attention2", 4)
    sample, place = ENCODERS[name][1](), {tap: found.taps[tap]}
    before = collect(model, sample, place)[tap]
    module, rows = VALUES[name]
    weight = model.get_submodule(f"{found.blocks[-1]}.{module}").weight
    (weight if weight.shape[1] == 16 else weight.T)[rows] += 1
    changed = (collect(model, sample, place)[tap] != before).any(0).any(0)
    assert changed.tolist() == [8 <= node < 12 for node in range(16)]


@torch.no_grad()
@pytest.mark.parametrize("name", ["mpnet", "deberta", "deberta-v2", "modernbert", "gpt2"])
def test_projections_and_feed_forward_have_their_kinds(name: str) -> None:
    model, found = described(*ENCODERS[name])
    kinds = {tap.kind for tap in found.taps.values() if tap.block == 2}
    projected = {"qkv_out"} if name in ("deberta", "modernbert", "gpt2") else {"q_out", "k_out", "v_out"}
    assert kinds >= projected | {"block", "qkv_in", "attention", "proj_out", "linear1_in", "linear1_out"}
    read = collect(model, ENCODERS[name][1](), found.taps)
    branch, skip = read["proj_only2"], read["block1"]
    if name in ("modernbert", "gpt2"):  # the norm reads the sum
        torch.testing.assert_close(read["proj_out2"], branch + skip)
        torch.testing.assert_close(read["block2"], read["block_no_skip2"] + read["proj_out2"])
    else:  # so it does here, and its result goes on
        torch.testing.assert_close(read["proj_out2"], branch + skip)


def test_where_weights_lie_the_other_way_round_they_are_read_and_not_pruned() -> None:
    _, found = described(*ENCODERS["gpt2"])
    assert not found.layers
    wide = "no pruning of transformer.h.0.attn.c_attn and 7 more: no fully connected layer of torch's own"
    assert found.unread[0].startswith(wide)


def test_gated_layers_have_what_comes_before_and_behind_the_gate() -> None:
    _, found = described(*ENCODERS["modernbert"])
    ends = {weight.removeprefix("model.layers.1."): layer for weight, layer in found.layers_of(2).items()}
    assert (ends["mlp.Wi.weight"].source, ends["mlp.Wi.weight"].target) == ("linear1_in2", "linear1_preact2")
    assert (ends["mlp.Wo.weight"].source, ends["mlp.Wo.weight"].target) == ("linear1_out2", "block2")


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            (library("transformers", "albert", embedding_size=8, **WORDS), tokens),
            r"no taps at albert\.encoder\..*\.attention\.query and 5 more: run more than once in a pass",
        ),
        (
            (library("timm", "swin_tiny_patch4_window7_224", **SWIN), images(64)),
            r"no taps at layers\.0\.blocks\.0\.attn\.qkv and 7 more: without a row an input",
        ),
        (
            (library("timm", "mobilevit_xxs"), images(64)),
            r"no taps at stages\..*\.attn\.qkv and \d+ more: without a row an input",
        ),
        (
            (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2),
             lambda: torch.linspace(-1, 1, 96).reshape(2, 6, 8)),
            r"no taps at layers\.0\.self_attn\.out_proj and 1 more: not run as a module in a pass",
        ),
    ],
    ids=["albert", "swin", "mobilevit", "closed"],
)  # fmt: skip
def test_what_cannot_be_read_is_said(network: Network, said: str) -> None:
    _, found = described(*network)
    assert any(re.match(said, line) for line in found.unread), found.unread


def test_a_norm_of_the_attentions_own_result_is_without_the_skip() -> None:
    """Swin v2 norms what its windows give before the skip is added: no tap has projection and skip there."""
    _, found = described(library("timm", "swinv2_tiny_window8_256", **SWIN), images(64))
    assert "proj_out2" not in found.taps
    _, found = described(library("timm", "swin_tiny_patch4_window7_224", **SWIN), images(64))
    assert found.taps["proj_out2"].module == "layers.0.blocks.1.norm2"


def test_nothing_is_left_out_of_a_plain_network() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5))
    assert describe(model, sample_of("vectors", [4])).unread == ()
