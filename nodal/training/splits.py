"""Images and labels of a split, looked at before they go through a network."""

import torch
from torch import Tensor


def check_images(images: Tensor) -> None:
    """Refuse what is not uint8 [N, 3, H, W].

    Raises:
        TypeError: It is no such tensor.
        ValueError: It has another shape, or is empty.
    """
    _check("images", images, torch.uint8, "[N, 3, H, W]")
    if images.ndim != 4 or images.shape[1] != 3 or not images.numel():
        raise ValueError(f"images: have shape {list(images.shape)} where [N, 3, H, W] is needed")


def check_split(images: Tensor, labels: Tensor, count: int | None = None, *, every: bool = False) -> None:
    """Refuse images and labels that do not belong together, or not to so many labels.

    Args:
        images: See `check_images`.
        labels: int64 [N].
        count: Number of labels; None: whatever occurs.
        every: Whether each of them must occur.

    Raises:
        TypeError: One is no such tensor.
        ValueError: They differ in length, or a label is none of `count`, or does not occur and must.
    """
    check_images(images)
    _check("labels", labels, torch.int64, "[N]")
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels: have shape {list(labels.shape)} where [{len(images)}] is needed, as of the images"
        )
    low, high = (int(end) for end in labels.aminmax())
    count = high + 1 if count is None else count
    if low < 0 or high >= count:
        raise ValueError(f"labels: {low} to {high} where 0 to {count - 1} is needed")
    missing = (torch.bincount(labels, minlength=count) == 0).nonzero().flatten().tolist()
    if every and missing:
        raise ValueError(f"labels: {missing[0]} does not occur where each of {count} is needed")


def _check(name: str, value: object, dtype: torch.dtype, shape: str) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}: is {type(value).__name__} where a tensor {shape} of {dtype} is needed")
    if value.dtype != dtype:
        raise TypeError(f"{name}: holds {value.dtype} where {dtype} is needed, {shape}")
