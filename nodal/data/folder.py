"""A data set from image folders: `{root}/{split}/{label}/**`, in any format that Pillow reads."""

import logging
from pathlib import Path

import torch
from torch import Tensor

from nodal.data.dataset import Dataset
from nodal.data.decode import decode
from nodal.data.duplicates import warn_of_copies
from nodal.data.heldout import hold_out
from nodal.data.label_tables import ordered_labels, superclasses_of
from nodal.files.images import ImageFile, image_files

log = logging.getLogger(__name__)

Listing = list[tuple[ImageFile, int]]


def read_folder(
    root: Path,
    size: int,
    heldout: float,
    seed: int,
    superclasses: Path | None,
    threads: int,
    test: str = "test",
    order: Path | None = None,
    state: Path | None = None,
) -> Dataset:
    """Read a data set.

    Args:
        root: Folder with `train` and `test`, one folder a label in each, and optionally one of held-out
            images, as `nodal.files.images` lists it (the log says which, and what is not read).
        size: Side to which the images are brought.
        heldout: Share of the training images held out where there is no folder for it.
        seed: Seed of that choice.
        superclasses: File of each label's super-class, as `nodal.data.label_tables` reads it.
        threads: Threads that decode.
        test: Name of the folder of the test split: `valid` for the layout of Flowers-102 with 6,552 / 818
            images, on whose 818 the paper's accuracy was measured.
        order: File of the labels in their order, one a line; None: by the numbers in them, else by text.
        state: Folder in which the decoded images lie, of which a call that was ended left some; None: memory.

    Returns:
        The data set; labels are the folders' names in order.

    Raises:
        ValueError: A split or a label is missing somewhere, a folder is empty, an image is damaged, a label
            has no super-class or no place in the order: in one line that names it.
    """
    files = image_files(root, test)
    names = ordered_labels(files["train"], order)
    groups = superclasses_of(superclasses, names) if superclasses else ()
    listings: dict[str, Listing] = {
        split: [(file, label) for label, name in enumerate(names) for file in of[name]]
        for split, of in files.items()
    }
    if "heldout" not in listings:
        log.info("held-out images: a share of %s of every label's in %s", heldout, root / "train")
        listings |= _hold_out(listings["train"], names, heldout, seed)
    warn_of_copies(root, listings)
    images = {
        split: decode(
            [root / file.name for file, _ in listing], size, threads, state and state / f"{split}.npy"
        )
        for split, listing in listings.items()
    }
    labels = {split: _labels(listing) for split, listing in listings.items()}
    log.info(
        "decoded %s of %d labels", ", ".join(f"{len(labels[name])} {name}" for name in labels), len(names)
    )
    return Dataset(images, labels, names, groups)


def _labels(listing: Listing) -> Tensor:
    return torch.tensor([label for _, label in listing])


def _hold_out(listing: Listing, names: tuple[str, ...], share: float, seed: int) -> dict[str, Listing]:
    """Split the training files before they are decoded: no image is ever in memory twice."""
    numbers = {"train": torch.arange(len(listing))}  # stand for the images
    parts = hold_out(Dataset(numbers, {"train": _labels(listing)}, names), share, seed).inputs
    return {split: [listing[number] for number in part.tolist()] for split, part in parts.items()}
