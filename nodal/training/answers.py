"""What a whole network answers to the inputs of a split, and how many of its answers are right."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.preparation import Preparation
from nodal.data.dataset import Dataset
from nodal.models.features import forward, logits
from nodal.models.front import Front
from nodal.training.device import float32
from nodal.training.inputs_at_once import measured_at_once
from nodal.training.labels import check_labels

# Keys of what was counted, inputs of each label and correct answers among them, int64 [L] each.
Counted = tuple[dict[str, Any], Tensor, Tensor]


def predictions(model: nn.Module, inputs: Tensor, prepare: Preparation, front: Front | None = None) -> Tensor:
    """The label with the largest logit for each input: int64 [N].

    Args:
        model: The network.
        inputs: As they lie in the data set, [N, ...].
        prepare: Their preparation.
        front: Blocks that the network has in common with others that answer the same inputs.
    """
    model.eval()
    found = []
    with torch.no_grad(), float32(tf32=False):
        for chunk in inputs.split(measured_at_once(model, inputs, prepare)):
            with front.standing_in(model, chunk) if front else nullcontext():
                found.append(logits(forward(model, prepare.plain(chunk))).argmax(1))
    return torch.cat(found)


def answers(
    model: nn.Module, data: Dataset, prepare: Preparation, front: Front | None = None
) -> dict[str, Tensor]:
    """`predictions` of the held-out and test splits that are loaded, by split.

    Raises:
        TypeError, ValueError: See `check_labels`.
    """
    splits = [split for split in ("heldout", "test") if split in data.inputs]
    for split in splits:
        check_labels(data.labels[split], data.inputs[split])
    return {split: predictions(model, data.inputs[split], prepare, front) for split in splits}


def split_counts(answered: Mapping[str, Tensor], data: Dataset) -> list[Counted]:
    """Inputs and right answers of each label, split by split, as `write_accuracy` takes them.

    Args:
        answered: What `answers` gave.
        data: With the labels of these splits.
    """
    counted = []
    for split, predicted in answered.items():
        labels = data.labels[split]
        counts = torch.bincount(labels)
        right = torch.bincount(labels[predicted == labels], minlength=len(counts))
        counted.append(({"split": split}, counts.cpu(), right.cpu()))
    return counted
