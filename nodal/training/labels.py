"""Labels of a split, looked at before its inputs go through a network."""

from collections.abc import Sized

import torch
from torch import Tensor


def check_labels(labels: Tensor, inputs: Sized, count: int | None = None, *, every: bool = False) -> None:
    """Refuse labels that do not belong to these inputs, or not to so many labels.

    Args:
        labels: int64 [N].
        inputs: N of them.
        count: Number of labels; None: whatever occurs.
        every: Whether each of them must occur.

    Raises:
        TypeError: The labels are no such tensor.
        ValueError: Not as many as the inputs; a label is none of `count`, or does not occur and must.
    """
    if not isinstance(labels, Tensor) or labels.dtype != torch.int64:
        found = labels.dtype if isinstance(labels, Tensor) else type(labels).__name__
        raise TypeError(f"labels: {found} where a tensor [N] of torch.int64 is needed")
    if labels.shape != (len(inputs),):
        raise ValueError(f"labels: have shape {list(labels.shape)} where [{len(inputs)}] is needed")
    if not len(labels):
        raise ValueError("labels: are none where at least one is needed")
    low, high = (int(end) for end in labels.aminmax())
    count = high + 1 if count is None else count
    if low < 0 or high >= count:
        raise ValueError(f"labels: {low} to {high} where 0 to {count - 1} is needed")
    missing = (torch.bincount(labels, minlength=count) == 0).nonzero().flatten().tolist()
    if every and missing:
        raise ValueError(f"labels: {missing[0]} does not occur where each of {count} is needed")
