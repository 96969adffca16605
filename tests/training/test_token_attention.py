"""Texts in a batch do not see each other, whatever stands behind their end; the attention that tokens get."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Tokens
from nodal.models.describe import describe, sample_of
from nodal.models.features import collect
from nodal.models.foreign import build_foreign
from nodal.models.probe import Probe, Probes
from nodal.training.answers import predictions
from nodal.training.evaluation import evaluate
from nodal.training.token_attention import received_attention, shown_texts
from tests.models.networks import SMALL

LABELS = 3


@pytest.fixture(scope="module", params=["bert", "distilbert", "roberta"])
def network(request: pytest.FixtureRequest) -> nn.Module:
    torch.manual_seed(0)
    sizes = {"vocab_size": 30, "max_position_embeddings": 40}
    if request.param == "distilbert":
        sizes |= {"dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 32}
    else:
        sizes |= SMALL
    return build_foreign({"family": "transformers", "name": request.param, "arguments": sizes}, LABELS).eval()


def texts() -> Tensor:
    """Twelve texts of 1 to 9 tokens."""
    ids = torch.randint(2, 30, (12, 9), generator=torch.Generator().manual_seed(3), dtype=torch.int32)
    lengths = torch.tensor([9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 1])
    return ids.masked_fill(torch.arange(9) >= lengths[:, None], -1)


def alone(text: Tensor) -> Tensor:
    """The same text in a batch of one, without padding."""
    return text[None, text >= 0]


def taps_of(network: nn.Module) -> Mapping[str, Tap]:
    return describe(network, sample_of("tokens", [9])).taps


def probes_of(network: nn.Module, taps: Mapping[str, Tap], pooling: str) -> Probes:
    torch.manual_seed(4)
    probes = Probes()
    for name, tokens in collect(network, Tokens().plain(texts()), taps).items():
        probes[name] = Probe(tokens.shape[-1], LABELS, pooling=pooling)
        if probes[name].pool is not None:
            nn.init.normal_(probes[name].pool.weight)
    return probes.eval()


@pytest.mark.parametrize("pooling", ["sequence", "mean"])
@torch.no_grad()
def test_a_text_is_read_as_if_it_were_alone(network: nn.Module, pooling: str) -> None:
    taps, prepare, batch = taps_of(network), Tokens(), texts()
    assert {"q_out1", "k_out2", "v_out2", "attention1", "linear1_out2", "block_no_skip2", "block2"} <= set(
        taps
    )
    probes = probes_of(network, taps, pooling)
    together = collect(network, prepare.plain(batch), taps)
    for number, text in enumerate(batch):
        single = alone(text)
        for name, tokens in collect(network, prepare.plain(single), taps).items():
            pooled = probes[name].pooled(together[name], prepare.mask(batch))[number]
            expected = probes[name].pooled(tokens, prepare.mask(single))[0]
            torch.testing.assert_close(pooled, expected, rtol=0, atol=1e-5)


def test_statistics_do_not_depend_on_how_texts_are_padded(network: nn.Module) -> None:
    taps, prepare, labels = taps_of(network), Tokens(), torch.arange(12) % LABELS
    wider = torch.cat([texts(), torch.full((12, 8), -1, dtype=torch.int32)], 1)
    probes = probes_of(network, taps, "sequence")
    narrow, wide = (evaluate(network, probes, taps, each, labels, prepare) for each in (texts(), wider))
    for name in taps:
        torch.testing.assert_close(narrow[name].pooled_mean, wide[name].pooled_mean, rtol=0, atol=1e-5)
        assert (narrow[name].correct == wide[name].correct).all()
    assert (predictions(network, texts(), prepare) == predictions(network, wider, prepare)).all()


def test_attention_that_tokens_get(network: nn.Module) -> None:
    """By the literal formula, from queries and keys of each text alone."""
    taps, batch = taps_of(network), texts()
    found = received_attention(network, 2, batch, Tokens())
    assert found is not None
    assert found.shape == (12, 4, 9)
    for number, text in enumerate(batch):
        single = alone(text)
        read = collect(network, Tokens().plain(single), {name: taps[name] for name in ("q_out2", "k_out2")})
        query, key = (read[name][0].unflatten(-1, (4, 4)).transpose(0, 1) for name in ("q_out2", "k_out2"))
        expected = (query @ key.transpose(1, 2) / 4**0.5).softmax(-1).mean(1)
        torch.testing.assert_close(found[number, :, : single.shape[1]], expected, rtol=0, atol=1e-5)
        assert (found[number, :, single.shape[1] :] == 0).all()
    assert network.config._attn_implementation != "eager"


def test_other_networks_do_not_give_their_attention() -> None:
    assert received_attention(nn.Linear(2, 2), 1, texts(), Tokens()) is None


def test_no_text_gets_no_attention(network: nn.Module) -> None:
    assert received_attention(network, 2, texts()[:0], Tokens()) is None


def test_which_texts_are_shown() -> None:
    counts = np.array([[9, 1, 4, 9, 0], [1, 8, 4, 2, 7]])
    owner = np.array([0, 1, -1, 0, 1])
    labels = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    right = np.array([False, True, True, True, False, True, True, True, True, False])
    assert shown_texts(counts, owner, labels, right, 2) == [5, 3, 1]  # label 4 is never right
    assert shown_texts(counts, owner, labels, right, 1) == [5, 1]
    assert shown_texts(counts, np.full(5, -1), labels, right, 3) == []
