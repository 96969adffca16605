"""Image files of any kind as one uint8 array, decoded once."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

log = logging.getLogger(__name__)

_REPORT_SECONDS = 10


def decode(paths: Sequence[Path], size: int, threads: int) -> Tensor:
    """Decode images to RGB squares.

    Args:
        paths: The files.
        size: Side of the result; the shorter side is brought to it, the middle of the longer one kept.
        threads: Threads that decode (Pillow works outside the interpreter's lock).

    Returns:
        uint8 [N, 3, size, size].

    Raises:
        ValueError: A file is no image, or a damaged one; names it.
    """
    images = np.empty((len(paths), 3, size, size), np.uint8)
    reported = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        for number, pixels in enumerate(pool.map(lambda path: read_image(path, size), paths)):
            images[number] = pixels
            if time.monotonic() - reported > _REPORT_SECONDS:
                reported = time.monotonic()
                log.info("decoded %d of %d images", number + 1, len(paths))
    return torch.from_numpy(images)


def read_image(path: Path, size: int) -> NDArray[np.uint8]:
    """Decode one image: uint8 [3, size, size]."""
    try:
        with Image.open(path) as image:
            square = to_square(image, size)
    except Exception as error:  # a damaged file can make a decoder raise anything
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} cannot be read as an image ({reason}): repair or remove it") from error
    return np.asarray(square).transpose(2, 0, 1)


def to_square(image: Image.Image, size: int) -> Image.Image:
    """Bring an image of any mode and shape to an RGB square.

    Transparency is dropped; floating-point pixels are taken to lie in [0, 255], as Pillow does.
    """
    if image.mode.startswith("I"):  # 16-bit grey: Pillow would clip it at 255
        image = Image.fromarray((np.asarray(image, dtype=np.float64) / 257).clip(0, 255).astype(np.uint8))
    rgb = image.convert("RGBA").convert("RGB") if image.mode in ("P", "LA", "PA") else image.convert("RGB")
    return rgb if rgb.size == (size, size) else ImageOps.fit(rgb, (size, size), Image.Resampling.BICUBIC)
