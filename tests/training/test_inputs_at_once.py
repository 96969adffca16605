"""Gradients of a batch computed part by part: how many images a part has, and that it changes nothing."""

import weakref

import pytest
import torch
from torch import nn

from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training import inputs_at_once as module
from nodal.training.inputs_at_once import inputs_in_part, kept_bytes
from nodal.training.pretraining import pretrain
from tests.conftest import LABELS, RECIPE, small_cct


def test_kept_bytes_are_those_of_activations_each_counted_once() -> None:
    network = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    # The first layer keeps its input; ReLU's output is kept by itself and by the layer behind it.
    assert kept_bytes(network, torch.randn(5, 8)) == 5 * (8 + 16) * 4


def test_counting_draws_no_random_numbers() -> None:
    network, images = small_cct(), torch.randn(2, 3, 12, 12)
    before = torch.random.get_rng_state()
    kept_bytes(network.train(), images)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_counting_leaves_nothing_in_memory() -> None:
    network, outputs = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Softmax(-1)), []
    network[1].register_forward_hook(lambda _, __, output: outputs.append(weakref.ref(output)))
    kept_bytes(network, torch.randn(5, 8))
    assert [output() for output in outputs] == [None]


def test_weights_and_buffers_are_no_activations() -> None:
    assert kept_bytes(nn.BatchNorm1d(1000).eval(), torch.randn(2, 1000)) == 2 * 1000 * 4


def test_a_network_that_keeps_nothing_goes_as_a_whole() -> None:
    assert inputs_in_part(nn.Linear(8, 4).requires_grad_(False), torch.randn(2, 8)) > 10_000


def test_a_part_fits_the_memory_and_has_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    network, images = nn.Sequential(nn.Linear(8, 16), nn.ReLU()), torch.randn(2, 8)
    for memory, expected in ((7 * 24 * 4, 7), (8 * 24 * 4 - 1, 7), (1, 1)):
        monkeypatch.setattr(module, "KEPT_BYTES", memory)
        assert inputs_in_part(network, images) == expected


def test_batch_normalisation_sees_whole_batches_in_training() -> None:
    assert (
        inputs_in_part(nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)), torch.randn(2, 3, 4, 4)) is None
    )


@pytest.mark.parametrize(("batch", "at_once"), [(12, 4), (10, 4), (10, 1)])
@pytest.mark.parametrize("clip", [0.0, 0.5])
def test_a_training_in_parts_is_the_training(
    data: Dataset, batch: int, at_once: int, clip: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = RECIPE | {"epochs": 2, "batch": batch, "optimizer": "sgd", "lr": 0.05, "clip": clip}
    trained = []
    for count in (None, at_once):
        monkeypatch.setattr("nodal.training.pretraining.inputs_in_part", lambda *_, count=count: count)
        torch.manual_seed(0)
        network = CCT(
            image_size=12, labels=LABELS, width=16, depth=2, heads=4,
            attention_dropout=0.0, stochastic_depth=0.0,
        )  # fmt: skip
        calls = []
        network.register_forward_hook(lambda _, inputs, __: calls.append(len(inputs[0])))  # noqa: B023
        history = pretrain(network, data, "image", recipe, seed=3)
        trained.append((network.state_dict(), [(each["loss"], each["accuracy"]) for each in history]))
        assert max(calls) <= (count or batch)
    torch.testing.assert_close(*trained, rtol=1e-4, atol=1e-5)
