"""What a whole network answers, against a loop over single inputs."""

import dataclasses

import pytest
import torch
from torch import Tensor

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training.answers import answers, predictions, split_counts
from tests.conftest import LABELS


@torch.no_grad()
def test_answers_and_counts_are_those_of_single_images(network: CCT, data: Dataset, plain: Augment) -> None:
    answered = answers(network, data, plain)
    assert list(answered) == ["heldout", "test"]
    for (keys, counts, correct), (split, predicted) in zip(
        split_counts(answered, data), answered.items(), strict=True
    ):
        images, labels = data.inputs[split], data.labels[split]
        literal = [int(network(plain.plain(image[None])).argmax()) for image in images]
        assert predicted.tolist() == literal
        right = [label for label, found in zip(labels.tolist(), literal, strict=True) if label == found]
        assert keys == {"split": split}
        assert counts.tolist() == [labels.tolist().count(label) for label in range(LABELS)]
        assert correct.tolist() == [right.count(label) for label in range(LABELS)]
    assert correct.sum() > len(labels) / 3  # it has learnt something


def test_only_splits_that_are_loaded(network: CCT, data: Dataset, plain: Augment) -> None:
    test = dataclasses.replace(data, inputs={"test": data.inputs["test"]})
    assert list(answers(network, test, plain)) == ["test"]


def test_images_must_belong_to_their_labels(network: CCT, data: Dataset, plain: Augment) -> None:
    images, labels = data.inputs["test"], data.labels["test"]

    def answered(images: Tensor, labels: Tensor) -> None:
        answers(network, dataclasses.replace(data, inputs={"test": images}, labels={"test": labels}), plain)

    with pytest.raises(TypeError, match="is needed"):
        predictions(network, images.float(), plain)
    with pytest.raises(TypeError, match="is needed"):
        answered(images, labels.float())
    with pytest.raises(ValueError, match=r"labels: have shape \[1\] where \[27\] is needed"):
        answered(images, labels[:1])
