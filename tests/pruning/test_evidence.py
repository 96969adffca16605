"""What masks are made of, against loops; and what is kept of it on disk."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Tokens, Vectors
from nodal.files.evidence import Evidence, read_evidence, write_evidence
from nodal.pruning.evidence import input_rms, taylor
from nodal.snp.matrix import Snp

IMAGES = torch.randn(11, 3, 5, 5, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(11) % 4


@pytest.fixture
def network() -> nn.Sequential:
    torch.manual_seed(1)
    layers = [
        nn.Conv2d(3, 6, 3),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(54, 4),
    ]
    return nn.Sequential(*layers)


def test_taylor_is_the_sum_over_batches_of_weight_times_gradient_squared(network: nn.Sequential) -> None:
    found = taylor(network, ["0.weight", "5.weight"], IMAGES, LABELS, Vectors(), batch=4, seed=3)
    order = torch.randperm(11, generator=torch.Generator().manual_seed(3))
    network.eval()  # running statistics, no dropout
    kernel, matrix = torch.zeros(6, 3), torch.zeros(4, 54)
    for batch in (order[:4], order[4:8], order[8:]):
        network.zero_grad()
        cross_entropy(network(IMAGES[batch]), LABELS[batch]).backward()
        product = (network[0].weight * network[0].weight.grad) ** 2
        for out in range(6):
            for into in range(3):
                kernel[out, into] += product[out, into].detach().sum()
        matrix += (network[5].weight * network[5].weight.grad).detach() ** 2
    torch.testing.assert_close(found["0.weight"], kernel)
    torch.testing.assert_close(found["5.weight"], matrix)


def test_frozen_layers_are_scored_too_and_stay_frozen(network: nn.Sequential) -> None:
    wanted = taylor(network, ["0.weight", "5.weight"], IMAGES, LABELS, Vectors(), batch=4, seed=3)
    network[0].requires_grad_(False)
    found = taylor(network, ["0.weight", "5.weight"], IMAGES, LABELS, Vectors(), batch=4, seed=3)
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)
    assert [network[layer].weight.requires_grad for layer in (0, 5)] == [False, True]


def test_rms_is_over_inputs_and_positions(network: nn.Sequential) -> None:
    taps = {"in": Tap("0", "input", "channels"), "flat": Tap("5", "input", "vector")}
    found = input_rms(network, taps, IMAGES, Vectors())
    for channel in range(3):
        values = IMAGES[:, channel].numpy().ravel()
        assert float(found["in"][channel]) == pytest.approx(np.sqrt((values**2).mean()), rel=1e-5)
    network.eval()
    with torch.no_grad():
        flat = network[:5](IMAGES)
    torch.testing.assert_close(found["flat"], flat.square().mean(0).sqrt())


def test_padding_is_no_input() -> None:
    class Reads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(9, 5)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.embed(input_ids)

    torch.manual_seed(0)
    model, texts = Reads(), torch.tensor([[3, 1, -1], [2, -1, -1], [8, 8, 4]], dtype=torch.int32)
    found = input_rms(model, {"embed": Tap("embed", "output")}, texts, Tokens())
    rows = torch.stack([model.embed.weight[token] for token in (3, 1, 2, 8, 8, 4)]).detach()
    torch.testing.assert_close(found["embed"], rows.square().mean(0).sqrt())


def test_evidence_is_read_as_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    snp = {tap: Snp(rng.normal(size=(3, 2)), rng.normal(size=(3, 2))) for tap in ("a7", "b7")}
    written = Evidence(snp, {"a7": snp["a7"].weight[:, 0]}, {"blocks.0.w": snp["b7"].weight})
    write_evidence(tmp_path / "e.safetensors", written, {"seed": 0})
    found = read_evidence(tmp_path / "e.safetensors")
    assert found.snp.keys() == snp.keys()
    for tap, each in snp.items():
        np.testing.assert_array_equal(found.snp[tap].pooled_mean, each.pooled_mean)
        np.testing.assert_array_equal(found.snp[tap].weight, each.weight)
    np.testing.assert_array_equal(found.rms["a7"], written.rms["a7"])
    np.testing.assert_array_equal(found.taylor["blocks.0.w"], written.taylor["blocks.0.w"])
