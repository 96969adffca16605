"""A held-out share for a data set that comes with training and test images only."""

import torch

from nodal.data.dataset import Dataset, split_heldout


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
    stays, out = split_heldout(data.labels["train"], share, seed)
    images, labels = dict(data.images), dict(data.labels)
    for part in (images, labels):
        part["train"], part["heldout"] = part["train"][stays], part["train"][out]
    return Dataset(images, labels, data.names, data.superclass)
