"""Probes: how they pool, with and without a mask, and the network's own last layer as one."""

import re

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import READOUT, Tap
from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe import Probe
from nodal.models.probe_sets import load_probes, own_probe
from tests.conftest import LABELS, PROBE

LENGTHS = (4, 1, 7, 3)
MASK = torch.arange(7) < torch.tensor(LENGTHS)[:, None]


def drawn(pooling: str, norm: bool) -> Probe:
    """A probe of 5 nodes, none of whose weights is at its start."""
    torch.manual_seed(0)
    probe = Probe(5, 3, nn.LayerNorm(5) if norm else None, True, pooling)
    for parameter in probe.parameters():
        nn.init.normal_(parameter)
    return probe.requires_grad_(False)


def tokens() -> Tensor:
    return torch.randn(4, 7, 5, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("pooling", ["sequence", "mean", "first"])
def test_masked_pooling_is_that_of_each_input_alone(pooling: str, norm: bool) -> None:
    probe = drawn(pooling, norm)
    padded = tokens()
    padded[~MASK] = torch.tensor([torch.inf, -torch.inf, 1e30, torch.nan, 0])  # whatever stands there
    alone = torch.cat([probe.pooled(each[None, :n]) for each, n in zip(tokens(), LENGTHS, strict=True)])
    torch.testing.assert_close(probe.pooled(padded, MASK), alone, rtol=0, atol=1e-6)
    torch.testing.assert_close(probe(padded, MASK), probe.fc(alone), rtol=0, atol=1e-5)
    # The mask says something, but to who reads the first position alone, and one of everything says nothing.
    assert torch.allclose(probe.pooled(tokens()), alone, atol=1e-2) == (pooling == "first")
    everything = torch.ones_like(MASK)
    torch.testing.assert_close(probe.pooled(tokens(), everything), probe.pooled(tokens()))


def test_mean_pooling_is_the_mean() -> None:
    probe = drawn("mean", norm=False)
    assert probe.pool is None
    assert set(dict(probe.named_parameters())) == {"fc.weight", "fc.bias"}
    pooled = probe.pooled(tokens())
    for each, found in zip(tokens(), pooled, strict=True):
        torch.testing.assert_close(found, sum(each) / 7)
    torch.testing.assert_close(probe(tokens()), pooled @ probe.fc.weight.T + probe.fc.bias)
    np.testing.assert_array_equal(probe.weights(), probe.fc.weight.T.numpy())


@pytest.mark.parametrize("norm", [False, True])
def test_the_first_position_is_all_that_is_read(norm: bool) -> None:
    probe, read = drawn("first", norm), tokens()
    assert probe.pool is None
    first = probe.norm(read[:, 0])
    torch.testing.assert_close(probe(read), first @ probe.fc.weight.T + probe.fc.bias)
    kept = probe.fixed(read, MASK)
    assert kept.shape == (4, 1, 5)
    torch.testing.assert_close(probe(kept, MASK), probe(read, MASK), rtol=0, atol=0)


@pytest.mark.parametrize("pooling", ["sequence", "mean", "first"])
def test_a_single_position_always_counts(pooling: str) -> None:
    """A pooled vector of padded texts has one position, whatever the mask of the texts is."""
    probe, vector = drawn(pooling, norm=False), tokens()[:, :1]
    torch.testing.assert_close(probe.pooled(vector, MASK), vector[:, 0])


@pytest.mark.parametrize("pooling", ["sequence", "mean", "first"])
@pytest.mark.parametrize("shape", [(4, 6), (3, 7), (4,), (4, 7, 5)])
def test_a_mask_of_another_shape_is_refused(pooling: str, shape: tuple[int, ...]) -> None:
    said = f"^mask: has shape {re.escape(str(list(shape)))} where \\[4, 7\\] is needed$"
    with pytest.raises(ValueError, match=said):
        drawn(pooling, norm=False).pooled(tokens(), torch.ones(shape, dtype=torch.bool))


def test_no_other_pooling() -> None:
    with pytest.raises(
        ValueError, match=r"^pooling: 'max' where one of sequence, mean, first, flatten is needed$"
    ):
        Probe(5, 3, pooling="max")


@torch.no_grad()
def test_the_own_last_layer_gives_the_networks_own_logits(
    network: CCT, data: Dataset, plain: Augment
) -> None:
    architecture = cct({"depth": 2, "heads": 4})
    assert architecture.readout is not None
    images = plain.plain(data.inputs["test"])
    taps = {READOUT: architecture.tap(READOUT)}
    read = collect(network, images, taps)[READOUT]
    assert read.shape == (len(images), 1, 16)
    probe = own_probe(network, architecture.readout.module)
    torch.testing.assert_close(probe(read), network(images), rtol=0, atol=1e-6)
    assert probe.fc.weight.data_ptr() != network.classifier.fc.weight.data_ptr()  # a copy
    # A set of it needs no file of trained probes.
    loaded = load_probes("nothing.safetensors", network, taps, images, LABELS, PROBE)
    torch.testing.assert_close(loaded[READOUT].state_dict(), probe.state_dict(), rtol=0, atol=0)


def test_the_own_probe_has_no_bias_where_the_layer_has_none() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 2, bias=False))
    inputs = torch.randn(3, 2, 3)
    vector = collect(model, inputs, {"x": Tap("1", "input", "vector")})["x"]
    torch.testing.assert_close(own_probe(model, "1")(vector), model(inputs))
    with pytest.raises(TypeError, match=r"^readout: 0 is Flatten, not a fully connected layer$"):
        own_probe(model, "0")
