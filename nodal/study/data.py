"""Whatever holds a user's data as the one in-memory form: tensors, arrays, batches, or a data file."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nodal.data.dataset import Dataset
from nodal.data.heldout import hold_out
from nodal.study.tokens import joined, token_ids
from nodal.training.labels import check_labels

Given = str | Path | tuple[Any, Any] | Mapping[str, Any] | Iterable[Any]

_SHARE = 0.1  # of each label's training inputs, held out where no held-out inputs are given
_NEEDED = "(inputs, labels), a mapping with 'labels', a DataLoader of either, or the path of a data file"


def dataset(
    train: Given, test: Given, heldout: Given | None, names: Sequence[str] | None, seed: int
) -> Dataset:
    """The three splits of a data set.

    Args:
        train: As `study` takes it.
        test: The same.
        heldout: The same; None: that of the data file which `train` names, else a tenth of `train`.
        names: Name of each label; None: those of the data, else their numbers.
        seed: Of the choice of what is held out.

    Returns:
        Images uint8 [N, 3, H, W], token ids int32 [N, T] with -1 behind the end, or float32 [N, ...].

    Raises:
        TypeError, ValueError: A split is nothing of that kind, or its labels do not fit; one line.
    """
    if heldout is None and isinstance(train, (str, Path)):
        heldout = train
    given = {"train": train, "test": test} | ({} if heldout is None else {"heldout": heldout})
    inputs, labels, known = {}, {}, {}
    for split, each in given.items():
        inputs[split], labels[split], found = _read(each, split)
        if found is not None:
            known[split] = tuple(map(str, found))
        _check_kind(inputs, split)
    _check_names(known)
    count = 1 + max(int(each.max()) for each in labels.values())
    names = tuple(map(str, names or next(iter(known.values()), range(count))))
    for split, each in labels.items():
        try:
            check_labels(each, inputs[split], len(names), every=split != "train")
        except ValueError as error:
            raise ValueError(f"{split}: {error}") from None
    data = Dataset(inputs, labels, names)
    return data if heldout is not None else hold_out(data, _SHARE, seed)


def _read(given: Given, split: str) -> tuple[Tensor, Tensor, Sequence[str] | None]:
    """Inputs, labels, and the names of the labels where the data know them."""
    if isinstance(given, (str, Path)):
        data = Dataset.load(given, [split])
        return data.inputs[split], data.labels[split], data.names
    if isinstance(given, Tensor) or not isinstance(given, Iterable):
        raise TypeError(f"{split}: {type(given).__name__} where {_NEEDED} is needed")
    batches = [given] if isinstance(given, (tuple, Mapping)) else given
    inputs, labels = [], []
    for batch in batches:
        some, wanted = _pair(batch, split)
        inputs.append(_tensor(some, split))
        labels.append(_labels(wanted, split))
    if not any(map(len, labels)):
        raise ValueError(f"{split}: holds no input")
    try:
        return joined(inputs), torch.cat(labels), _classes(given)
    except RuntimeError as error:
        raise ValueError(f"{split}: inputs of several sizes cannot be one tensor ({error})") from None


def _pair(batch: Any, split: str) -> tuple[Any, Any]:
    if isinstance(batch, Mapping) and "labels" in batch:
        return {name: value for name, value in batch.items() if name != "labels"}, batch["labels"]
    if isinstance(batch, (tuple, list)) and len(batch) == 2:
        return batch[0], batch[1]
    raise TypeError(f"{split}: holds {type(batch).__name__} where {_NEEDED} is needed")


def _tensor(value: Any, split: str) -> Tensor:
    """Inputs in one of the kinds that `preparation` takes."""
    if isinstance(value, Mapping):
        if "input_ids" in value:
            return token_ids(value, split)
        if len(value) != 1:
            raise ValueError(
                f"{split}: inputs by the names {', '.join(value)} where input_ids and attention_mask, or one"
                " tensor, is needed"
            )
        value = next(iter(value.values()))
    inputs = _as_tensor(value, "inputs", split)
    if inputs.is_floating_point():
        if not inputs.isfinite().all():
            raise ValueError(f"{split}: inputs hold nan or infinite numbers")
        return inputs.float()
    return token_ids({"input_ids": inputs}, split) if inputs.dtype == torch.int64 else inputs


def _labels(value: Any, split: str) -> Tensor:
    labels = _as_tensor(value, "labels", split)
    if labels.is_floating_point() or labels.dtype == torch.bool or labels.ndim != 1:
        raise TypeError(f"{split}: labels {labels.dtype} {list(labels.shape)} where integers [N] are needed")
    return labels.long()


def _as_tensor(value: Any, what: str, split: str) -> Tensor:
    if not isinstance(value, (Tensor, np.ndarray, list)):
        raise TypeError(f"{split}: {what} are {type(value).__name__} where a tensor or an array is needed")
    try:
        return torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise TypeError(f"{split}: {what} cannot be read as one tensor ({reason})") from None


def _classes(given: Any) -> Sequence[str] | None:
    """`classes` of a DataLoader's data set, also where that is a part of another one."""
    while hasattr(given, "dataset"):
        given = given.dataset
    return getattr(given, "classes", None)


def _check_names(known: Mapping[str, tuple[str, ...]]) -> None:
    """Labels are compared by their numbers, which must mean the same in every split."""
    first = next(iter(known), "")
    for split, names in known.items():
        if names != known[first]:
            differ = next(
                (pair for pair in zip(known[first], names, strict=False) if pair[0] != pair[1]),
                (f"{len(known[first])} labels", f"{len(names)}"),
            )
            raise ValueError(
                f"{split}: the same numbers mean other labels than in {first} ({differ[0]} there, {differ[1]}"
                " here): read all splits with one numbering of the labels"
            )


def _check_kind(inputs: Mapping[str, Tensor], split: str) -> None:
    first, this = inputs["train"], inputs[split]
    if (first.dtype, first.ndim) != (this.dtype, this.ndim):
        raise ValueError(
            f"{split}: inputs {this.dtype} {list(this.shape)} where those of train are {first.dtype}"
            f" {list(first.shape)}"
        )
