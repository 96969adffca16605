"""Given weights that do not know the labels of a data set are noticed; those that do are left in peace."""

import logging

import pytest
import torch
from torch import Tensor

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training.answers import predictions
from nodal.training.given_weights import check_given, doubt
from tests.conftest import LABELS, small_cct


def answers(labels: Tensor, count: int, share: float, seed: int = 0) -> Tensor:
    """So many of the labels right, the rest drawn at random."""
    generator = torch.Generator().manual_seed(seed)
    others = torch.randint(count, labels.shape, generator=generator)
    return torch.where(torch.rand(labels.shape, generator=generator) < share, labels, others)


def sorted_as_text(count: int) -> Tensor:
    """Of the labels 0, 1, 2, ... the place among the folders 0, 1, 10, 11, ..."""
    return torch.tensor(sorted(range(count), key=str)).argsort()


@pytest.mark.parametrize(("count", "each"), [(2, 200), (10, 50), (100, 20), (100, 2)])
def test_luck_is_at_chance(count: int, each: int) -> None:
    labels = torch.arange(count).repeat_interleave(each)
    said = [doubt(answers(labels, count, 0, seed), labels, count) for seed in range(100)]
    assert sum("at chance on the held-out images" in (each or "") for each in said) >= 96  # 99 are expected


def test_the_message_gives_the_numbers() -> None:
    labels = torch.arange(10).repeat(10)
    assert doubt(torch.zeros(100).long(), labels, 10) == (
        "at chance on the held-out images (10 of 100 right, chance 0.1000)"
    )
    # Where labels differ in number, the most frequent one is what luck can say.
    labels = torch.tensor([0] * 60 + [1] * 40)
    assert "60 of 100 right, chance 0.6000" in (doubt(torch.zeros(100).long(), labels, 2) or "")


@pytest.mark.parametrize(
    ("count", "each", "share"),
    [
        (2, 200, 0.3),
        (10, 50, 0.2),
        (100, 20, 0.05),
        (100, 20, 0.1),
        (100, 20, 0.76),
        (100, 2, 0.3),
        (1000, 5, 0.05),
    ],
)
def test_weak_networks_are_left_in_peace(count: int, each: int, share: float) -> None:
    labels = torch.arange(count).repeat(each)
    for seed in range(30):
        assert doubt(answers(labels, count, share, seed), labels, count) is None


@pytest.mark.parametrize(("count", "each"), [(13, 30), (20, 20), (100, 20), (100, 4), (102, 6)])
def test_numeric_labels_on_folders_sorted_as_text(count: int, each: int) -> None:
    """As many as 12 of 100 stay in their place, so the accuracy alone is far above chance."""
    labels = torch.arange(count).repeat(each)
    predicted = sorted_as_text(count)[answers(labels, count, 0.76)]
    accuracy = (predicted == labels).float().mean()
    assert accuracy < 0.2
    said = doubt(predicted, labels, count)
    assert said is not None
    if accuracy > 5 / count:
        assert "of another order of the labels" in said


def test_a_part_of_the_labels_in_another_order() -> None:
    labels = torch.arange(100).repeat(20)
    shifted = torch.cat([torch.arange(50).roll(1), torch.arange(50, 100)])
    assert "of another order" in (doubt(shifted[answers(labels, 100, 0.6)], labels, 100) or "")


def test_a_network_that_knows_its_labels(network: CCT, data: Dataset, plain: Augment) -> None:
    check_given(predictions(network, data.inputs["test"], plain), data.labels["test"], LABELS, "stop")


def test_other_weights_stop_the_job_unless_accepted(
    data: Dataset, plain: Augment, caplog: pytest.LogCaptureFixture
) -> None:
    untrained, labels = predictions(small_cct(), data.inputs["heldout"], plain), data.labels["heldout"]
    with pytest.raises(ValueError, match=r"at chance .* of 12 right, chance 0.1667\): label order") as caught:
        check_given(untrained, labels, LABELS, "stop")
    assert str(caught.value).endswith("; set pretrain.at_chance: accept to go on anyway")
    assert "\n" not in str(caught.value)
    with caplog.at_level(logging.WARNING):
        check_given(untrained, labels, LABELS, "accept")
    assert "at chance on the held-out images" in caplog.text


def test_labels_that_are_rolled_on(network: CCT, data: Dataset, plain: Augment) -> None:
    predicted, rolled = predictions(network, data.inputs["test"], plain), (data.labels["test"] + 1) % LABELS
    with pytest.raises(ValueError, match="given weights are"):
        check_given(predicted, rolled, LABELS, "stop")
