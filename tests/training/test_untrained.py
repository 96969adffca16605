"""Batch statistics of an untrained network, by hand."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from nodal.training.untrained import settle_batch_norm
from tests.snp.test_arrays import refused

# Means 2 and 7, unbiased variances 2 and 8.
BATCHES = [torch.tensor([[1.0], [3.0]]), torch.tensor([[5.0], [9.0]])]


def check(norm: nn.BatchNorm1d, mean: float, var: float) -> None:
    assert (norm.running_mean.item(), norm.running_var.item()) == pytest.approx(
        (mean, var), rel=1e-4, abs=1e-6
    )


def test_statistics_are_means_over_the_batches() -> None:
    norm = nn.BatchNorm1d(1, momentum=0.3)
    norm(torch.full((2, 1), 100.0))  # what was there is forgotten
    settle_batch_norm(norm, BATCHES)
    check(norm, 4.5, 5)
    assert norm.momentum == 0.3
    assert not norm.training


def test_batches_count_alike_whatever_their_size() -> None:
    norm = nn.BatchNorm1d(1)
    settle_batch_norm(norm, [*BATCHES, torch.tensor([[0.0], [3.0], [6.0]])])
    check(norm, 4, 19 / 3)


def test_everything_else_stays_in_evaluation_mode() -> None:
    network = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(1), nn.Dropout(0.5), nn.BatchNorm1d(1)).train()
    settle_batch_norm(network, BATCHES)
    check(network[1], 4.5, 5)
    check(network[3], 0, 2)  # of -1 and 1, twice: what the first hands on is normalised by its own batch
    assert not any(module.training for module in network.modules())


def test_parameters_stay_and_no_gradient_is_kept() -> None:
    network = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    passed: list[Tensor] = []
    network.register_forward_hook(lambda _module, _inputs, output: passed.append(output))
    before = [parameter.clone() for parameter in network.parameters()]
    settle_batch_norm(network, BATCHES)
    assert [output.requires_grad for output in passed] == [False, False]
    for parameter, old in zip(network.parameters(), before, strict=True):
        assert torch.equal(parameter, old)


def test_a_signal_lives_on() -> None:
    """Weights a thousandth of what they should be: with mean 0 and variance 1 nothing would be left."""
    torch.manual_seed(0)
    network = nn.Sequential(*(nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8)) for _ in range(4))).eval()
    inputs = torch.randn(64, 8)
    for layer in network:
        layer[0].weight.data *= 1e-3
        layer[0].bias.data.zero_()
        layer[1].eps = 1e-12
    assert network(inputs).std() < 1e-9
    settle_batch_norm(network, inputs.split(32))
    assert 0.5 < network(inputs).std() < 2


@pytest.mark.parametrize(
    "network", [nn.LayerNorm(1), nn.BatchNorm1d(1, track_running_stats=False)], ids=["none", "no statistics"]
)
def test_without_running_statistics_no_batch_is_taken(network: nn.Module) -> None:
    def never() -> Iterator[Tensor]:
        raise AssertionError("a batch was taken")
        yield

    before = {name: value.clone() for name, value in network.state_dict().items()}
    settle_batch_norm(network, never())
    assert before.keys() == network.state_dict().keys()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_no_batches_are_refused() -> None:
    refused(lambda: settle_batch_norm(nn.BatchNorm1d(1), []), ValueError, "batches: none where at least one")
