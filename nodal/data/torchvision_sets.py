"""CIFAR-10, CIFAR-100 and Flowers-102 from the archives of their authors, downloaded once and checked.

torchvision downloads and compares checksums. CIFAR is read from its binary version, the same images in the
same order as the Python version of torchvision's own classes, which is a pickle.

Flowers-102 has two splits in use. This reader gives the official one: train and val (2,040 images), of which
a share is held out, and test (6,149). The other one, 6,552 images to train and 818 to validate, on which the
published 97.2 % were measured, is defined by a folder layout only: `nodal.data.folder` reads that.
"""

import tarfile
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.io import loadmat
from torch import Tensor
from torchvision.datasets import Flowers102
from torchvision.datasets.utils import check_integrity, download_url

from nodal.data.dataset import Dataset
from nodal.data.decode import decode
from nodal.data.heldout import hold_out
from nodal.data.pixels import to_square
from nodal.files.atomic import replacing

NAMES = ("cifar10", "cifar100", "flowers102")
CIFAR_URL = "https://www.cs.toronto.edu/~kriz"
FLOWERS_URL = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102"
MD5 = {
    "cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530",
    "cifar-100-binary.tar.gz": "03b5dce01913d631647c71ecec9e9cb8",
    "102flowers.tgz": "52808999861908f626f3c1f4e79d11fa",
    "imagelabels.mat": "e0620be6f572b9609742df49c70aed4d",
    "setid.mat": "a5357ecc9cb78c4bef273ce3793fc85c",
}
_CIFAR_SIDE = 32
_FLOWERS_SIDE = 224  # of the paper's network; the photographs are larger


def read_torchvision(
    name: str, root: Path, size: int | None, heldout: float, seed: int, threads: int
) -> Dataset:
    """Read a data set, downloading what is not there.

    Args:
        name: One of `NAMES`.
        root: Folder of the downloads; Flowers-102 lies in its sub-folder `flowers-102`, as in torchvision.
        size: Side to which the images are brought; None: 32 for CIFAR, 224 for Flowers-102.
        heldout: Share of the training images held out, in (0, 1).
        seed: Seed of that choice.
        threads: Threads that decode.

    Returns:
        The data set. The super-classes of CIFAR-100 are its coarse labels; the others have none.

    Raises:
        ValueError: The name is unknown, a file cannot be downloaded (says what to place where) or is not
            the published one.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is no known data set: choose one of {', '.join(NAMES)}")
    if name == "flowers102":
        return hold_out(_read_flowers(root / "flowers-102", size or _FLOWERS_SIDE, threads), heldout, seed)
    data = read_cifar(name, root)
    if size not in (None, _CIFAR_SIDE):
        images = {split: _resized(value, size) for split, value in data.inputs.items()}
        data = Dataset(images, data.labels, data.names, data.superclass)
    return hold_out(data, heldout, seed)


def fetch(url: str, folder: Path) -> Path:
    """Download a file of `MD5` into a folder, unless it is there.

    Raises:
        ValueError: There is another or a damaged file in its place, or it cannot be downloaded.
    """
    path = folder / PurePath(url).name
    md5 = MD5[path.name]
    if path.exists():
        if not check_integrity(path, md5):
            raise ValueError(f"{path} is damaged or not the published file (MD5 {md5}): remove or replace it")
        return path
    try:
        with replacing(path) as temporary:
            download_url(url, temporary.parent, temporary.name, md5)
    except (OSError, RuntimeError) as error:
        raise ValueError(
            f"{url} cannot be downloaded ({error}): place that file as {path} (MD5 {md5})"
        ) from error
    return path


def read_cifar(name: str, root: Path) -> Dataset:
    """Train and test of CIFAR, in the order of the archive, nothing held out.

    A record is its label bytes (coarse before fine), then 3 x 32 x 32 pixels.

    Args:
        name: `cifar10` or `cifar100`.
        root: Folder of the downloads.

    Raises:
        ValueError: As `read_torchvision`.
    """
    archive = fetch(f"{CIFAR_URL}/{name.replace('cifar', 'cifar-')}-binary.tar.gz", root)
    with tarfile.open(archive) as tar:
        content = {
            PurePath(entry.name).name: file.read() for entry in tar if (file := tar.extractfile(entry))
        }
    fine_only = name == "cifar10"
    parts = {
        "train": [f"data_batch_{number}.bin" for number in range(1, 6)] if fine_only else ["train.bin"],
        "test": ["test_batch.bin"] if fine_only else ["test.bin"],
    }
    label_bytes = 1 if fine_only else 2
    images, labels, coarse = {}, {}, {}
    for split, files in parts.items():
        records = np.frombuffer(b"".join(content[file] for file in files), np.uint8)
        records = records.reshape(-1, label_bytes + 3 * _CIFAR_SIDE**2)
        labels[split] = torch.from_numpy(records[:, label_bytes - 1].astype(np.int64))
        coarse[split] = records[:, 0]
        pixels = records[:, label_bytes:].reshape(-1, 3, _CIFAR_SIDE, _CIFAR_SIDE)
        images[split] = torch.from_numpy(pixels.copy())
    text = content["batches.meta.txt" if fine_only else "fine_label_names.txt"].decode()
    superclass = () if fine_only else _group_of_label(labels["train"].numpy(), coarse["train"])
    return Dataset(images, labels, tuple(text.split()), superclass)


def _group_of_label(labels: NDArray[np.int64], coarse: NDArray[np.uint8]) -> tuple[int, ...]:
    """The coarse label of each fine one, at its first image."""
    first = np.unique(labels, return_index=True)[1]
    return tuple(coarse[first].tolist())


def _resized(images: Tensor, size: int) -> Tensor:
    """Images uint8 [N, 3, H, W] as squares, [N, 3, size, size]."""
    pictures = (Image.fromarray(image) for image in images.permute(0, 2, 3, 1).numpy())
    squares = np.stack([np.asarray(to_square(picture, size)) for picture in pictures])
    return torch.from_numpy(squares).permute(0, 3, 1, 2).contiguous()


def _read_flowers(folder: Path, size: int, threads: int) -> Dataset:
    """Official train and val together, and test, of Flowers-102."""
    archive, labels_file, splits_file = (
        fetch(f"{FLOWERS_URL}/{name}", folder) for name in ("102flowers.tgz", "imagelabels.mat", "setid.mat")
    )
    label_of_image = loadmat(labels_file)["labels"][0].astype(np.int64) - 1  # both count from 1
    numbers = loadmat(splits_file)
    images, labels = {}, {}
    with TemporaryDirectory(dir=folder) as unpacked, tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
        for split, keys in {"train": ("trnid", "valid"), "test": ("tstid",)}.items():
            chosen = np.sort(np.concatenate([numbers[key][0] for key in keys]))
            paths = [Path(unpacked) / "jpg" / f"image_{number:05d}.jpg" for number in chosen]
            images[split] = decode(paths, size, threads)
            labels[split] = torch.from_numpy(label_of_image[chosen - 1])
    return Dataset(images, labels, tuple(Flowers102.classes))
