"""CIFAR as the image folders that the configurations of this folder read.

The published archive is downloaded to the folder `data` (or read, if it lies there) and written as
FOLDER/{train,test}/{label}/{number}.png in its order; of CIFAR-100 with FOLDER/labels.json.

    python -m reference.cifar_folders cifar100 micronet/data/cifar100 100

writes of the training images the first 100 of each label, and all test images. A second number is the most
test images of a label; a third one is how many training images of each label, the last ones, become its
held-out images, in FOLDER/heldout.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nodal.data.torchvision_sets import read_cifar


def write_folders(
    name: str, root: Path, folder: Path, train: int | None, test: int | None, heldout: int = 0
) -> None:
    """Write a data set as folders.

    Args:
        name: `cifar10` or `cifar100`.
        root: Folder of the archive.
        folder: Where to write.
        train: Most training images of a label; None: all.
        test: Most test images of a label.
        heldout: Training images of a label that are held out, the last ones; 0: none.

    Raises:
        ValueError: A label would have no image left for training.
    """
    data = read_cifar(name, root)
    for split, most in (("train", train), ("test", test)):
        images = data.inputs[split].permute(0, 2, 3, 1).numpy()
        for label, text in enumerate(data.names):
            numbered = list(enumerate(images[data.labels[split].numpy() == label]))
            last = len(numbered) - (heldout if split == "train" else 0)
            if last < 1:
                raise ValueError(
                    f"HELDOUT: {heldout} where {text!r} has {len(numbered)} training images: take fewer"
                )
            _write(numbered[:last][:most], folder / split / text)
            if last < len(numbered):
                _write(numbered[last:], folder / "heldout" / text)
    if data.superclass:
        groups = {"fine": data.names, "fine_to_coarse": data.superclass}
        (folder / "labels.json").write_text(json.dumps(groups) + "\n", encoding="utf-8")


def _write(numbered: Sequence[tuple[int, NDArray[np.uint8]]], place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for number, image in numbered:
        Image.fromarray(image).save(place / f"{number:04d}.png")


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 6 or sys.argv[1] not in ("cifar10", "cifar100"):
        usage = "python -m reference.cifar_folders cifar10|cifar100 FOLDER [TRAIN [TEST [HELDOUT]]]"
        sys.exit(f"{usage}\n\n{__doc__}")
    train, test, heldout, *_ = [*map(int, sys.argv[3:]), *[None] * 3]
    write_folders(sys.argv[1], Path("data"), Path(sys.argv[2]), train, test, heldout or 0)
