"""CIFAR as the image folders that the configurations of this folder read.

The published archive is downloaded to the folder `data` (or read, if it lies there) and written as
FOLDER/{train,test}/{label}/{number}.png in its order; of CIFAR-100 with FOLDER/labels.json.

    python -m reference.cifar_folders cifar100 micronet/data/cifar100 100

writes of the training images the first 100 of each label, and all test images. A further number is the most
test images of a label.
"""

import json
import sys
from pathlib import Path

from PIL import Image

from nodal.data.torchvision_sets import read_cifar


def write_folders(name: str, root: Path, folder: Path, train: int | None, test: int | None) -> None:
    """Write a data set as folders.

    Args:
        name: `cifar10` or `cifar100`.
        root: Folder of the archive.
        folder: Where to write.
        train: Most training images of a label; None: all.
        test: Most test images of a label.
    """
    data = read_cifar(name, root)
    for split, most in (("train", train), ("test", test)):
        images = data.inputs[split].permute(0, 2, 3, 1).numpy()
        for label, text in enumerate(data.names):
            place = folder / split / text
            place.mkdir(parents=True, exist_ok=True)
            for number, image in enumerate(images[data.labels[split].numpy() == label][:most]):
                Image.fromarray(image).save(place / f"{number:04d}.png")
    if data.superclass:
        groups = {"fine": data.names, "fine_to_coarse": data.superclass}
        (folder / "labels.json").write_text(json.dumps(groups) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5) or sys.argv[1] not in ("cifar10", "cifar100"):
        sys.exit(f"python -m reference.cifar_folders cifar10|cifar100 FOLDER [TRAIN [TEST]]\n\n{__doc__}")
    train, test, *_ = [*map(int, sys.argv[3:]), None, None]
    write_folders(sys.argv[1], Path("data"), Path(sys.argv[2]), train, test)
