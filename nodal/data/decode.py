"""Image files of any kind as one uint8 array, decoded once."""

import io
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from nodal.data.decoded import Decoded
from nodal.data.pixels import upright_square
from nodal.files.images import read_bytes, shown

log = logging.getLogger(__name__)

_REPORT_SECONDS = 10
_AT_ONCE = 512  # images between two notes of how far it is


def decode(paths: Sequence[Path], size: int, threads: int, state: Path | None = None) -> Tensor:
    """Decode images to RGB squares; says in the log what was done to them beyond that, how often and where.

    Args:
        paths: The files.
        size: Side of the result; the shorter side is brought to it, the middle of the longer one kept.
        threads: Threads that decode (Pillow works outside the interpreter's lock).
        state: File in which the images lie, so that they need not fit in memory, and of which a call that was
            ended left some (`Decoded`); None for memory.

    Returns:
        uint8 [N, 3, size, size].

    Raises:
        ValueError: A file is no image, or a damaged one; names it.
    """
    decoded = Decoded(state, paths, size) if state else None
    images = decoded.images if decoded else np.empty((len(paths), 3, size, size), np.uint8)
    remarked: dict[str, list[int]] = decoded.remarked if decoded else {}
    reported = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        for first in range(decoded.done if decoded else 0, len(paths), _AT_ONCE):
            part = paths[first : first + _AT_ONCE]
            read = pool.map(lambda path: read_image(path, size), part)
            for number, (pixels, remarks) in enumerate(read, first):
                images[number] = pixels
                for remark in remarks:
                    remarked.setdefault(remark, []).append(number)
            if decoded:
                decoded.keep(first + len(part))
            if time.monotonic() - reported > _REPORT_SECONDS:
                reported = time.monotonic()
                log.info("decoded %d of %d images", first + len(part), len(paths))
    for remark, numbers in sorted(remarked.items()):
        log.info("%d of %d images %s, e.g. %s", len(numbers), len(paths), remark, shown(paths[numbers[0]]))
    return torch.from_numpy(images)


def read_image(path: Path, size: int) -> tuple[NDArray[np.uint8], list[str]]:
    """Decode one image: uint8 [3, size, size], and remarks, each a predicate of images."""
    encoded = read_bytes(path)
    try:
        if not encoded:
            raise ValueError("the file is empty")
        with Image.open(io.BytesIO(encoded)) as image:
            image.verify()  # the checksums of a PNG, which reading the pixels does not look at
        with Image.open(io.BytesIO(encoded)) as image:
            square, remarks = upright_square(image, size)
    except Exception as error:  # a damaged file can make a decoder raise anything
        unknown = isinstance(error, UnidentifiedImageError)  # its message names our buffer
        reason = "no format that Pillow knows" if unknown else " ".join(str(error).split())
        raise ValueError(
            f"{shown(path)} cannot be read as an image ({reason}): repair or remove it"
        ) from error
    return np.asarray(square).transpose(2, 0, 1), remarks
