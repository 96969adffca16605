"""A data set of some of the labels of another one, or with its training inputs several times."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nodal.data.dataset import Dataset


def some_labels(labels: int, wanted: int, seed: int, part: int = 0) -> NDArray[np.int64]:
    """So many of the labels 0, 1, ..., at random, in ascending order: int64 [wanted].

    Of one seed the fewer are among the more; parts, counted from 0, have no label in common.

    Raises:
        ValueError: There are not so many.
    """
    if not 0 < wanted * (part + 1) <= labels:
        raise ValueError(f"labels: {wanted * (part + 1)} wanted of a data set that has {labels}")
    order = np.random.default_rng([seed, 24]).permutation(labels)
    return np.sort(order[wanted * part : wanted * (part + 1)])


def of_labels(data: Dataset, chosen: Sequence[int] | NDArray[np.int64]) -> Dataset:
    """The inputs of these labels, which are numbered anew in the order in which they are given.

    Super-classes are numbered anew, too, in the order of their numbers.
    """
    number = torch.full((len(data.names),), -1)
    number[torch.as_tensor(chosen)] = torch.arange(len(chosen))
    inputs: dict[str, Tensor] = {}
    labels: dict[str, Tensor] = {}
    for split, old in data.labels.items():
        new = number.to(old.device)[old]
        inputs[split], labels[split] = data.inputs[split][new >= 0], new[new >= 0]
    names = tuple(data.names[label] for label in chosen)
    superclass: tuple[int, ...] = ()
    if data.superclass:
        kept = np.unique([data.superclass[label] for label in chosen], return_inverse=True)[1]
        superclass = tuple(kept.tolist())
    return Dataset(inputs, labels, names, superclass, data.vocabulary)


def repeated(data: Dataset, times: int) -> Dataset:
    """The same data set with each training input so many times, side by side."""

    def often(split: str, values: Tensor) -> Tensor:
        return values.repeat_interleave(times, 0) if split == "train" else values

    inputs, labels = (
        {split: often(split, values) for split, values in tensors.items()}
        for tensors in (data.inputs, data.labels)
    )
    return replace(data, inputs=inputs, labels=labels)
