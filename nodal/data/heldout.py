"""A held-out share for a data set that comes with training and test images only."""

import torch
from torch import Tensor

from nodal.data.dataset import Dataset


class NoneLeft(ValueError):
    """A label has too few of the training split to leave one in each.

    Attributes:
        label: Its number.
        count: How many it has.
    """

    def __init__(self, label: int, count: int) -> None:
        super().__init__(f"of the {count} of label {label} none is left")
        self.label, self.count = label, count


def hold_out(data: Dataset, share: float, seed: int) -> Dataset:
    """Set a stratified share of the training images aside.

    Args:
        data: Has the splits train and test.
        share: Share of every label's training images, in (0, 1); at least one image.
        seed: Seed of the choice.

    Returns:
        The same data set with the split heldout, taken out of train.

    Raises:
        ValueError: The share is not in (0, 1), or a label has too few training images.
    """
    if not 0 < share < 1:
        raise ValueError(f"heldout: {share} is not allowed; give a share of the training images in (0, 1)")
    counts = torch.bincount(data.labels["train"], minlength=len(data.names))
    if (counts < 2).any():
        label = int((counts < 2).nonzero()[0, 0])
        raise ValueError(
            f"label {data.names[label]!r} has {counts[label]} training images: it needs two, one is held out"
        )
    try:
        stays, out = split_heldout(data.labels["train"], share, seed)
    except NoneLeft as error:
        raise ValueError(
            f"heldout: {share} of the {error.count} training images of label {data.names[error.label]!r}"
            " leaves none: add some, or hold out a smaller share"
        ) from None
    images, labels = dict(data.inputs), dict(data.labels)
    for part in (images, labels):
        part["train"], part["heldout"] = part["train"][stays], part["train"][out]
    return Dataset(images, labels, data.names, data.superclass)


def split_heldout(labels: Tensor, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Choose a stratified held-out share of a training split.

    Args:
        labels: int64 [N].
        share: Share held out, in (0, 1); the same of every label, at least one input.
        seed: Seed of the choice.

    Returns:
        Indices of the inputs that stay and of those held out, ascending.

    Raises:
        NoneLeft: A label has too few inputs to leave one in each.
    """
    generator = torch.Generator().manual_seed(seed)
    held = []
    for label in range(int(labels.max()) + 1):
        members = (labels == label).nonzero().flatten()
        count = max(1, round(share * len(members)))
        if len(members) <= count:
            raise NoneLeft(label, len(members))
        held.append(members[torch.randperm(len(members), generator=generator)[:count]])
    chosen = torch.cat(held).sort().values
    stays = torch.ones(len(labels), dtype=torch.bool)
    stays[chosen] = False
    return stays.nonzero().flatten(), chosen
