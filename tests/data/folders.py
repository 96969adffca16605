"""Image folders as the tests of their reader make and read them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nodal.data.dataset import Dataset
from nodal.data.decode import decode
from nodal.data.folder import read_folder

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)


def put(path: Path, pixels: np.ndarray = PIXELS) -> None:
    """Write an image, and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def grey(value: int) -> np.ndarray:
    """Pixels of one grey."""
    return np.full((12, 12, 3), value, np.uint8)


def read(root: Path, size: int = 12, superclasses: Path | None = None, **more: object) -> Dataset:
    """Read a folder as most tests do."""
    return read_folder(root, size, 0.2, 0, superclasses, 2, **more)


def message(root: Path, **more: object) -> str:
    """The one line said about a folder that is refused."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        read(root, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def pixels(path: Path, size: int = 12) -> np.ndarray:
    """One decoded image, uint8 [3, size, size]."""
    return decode([path], size, 1)[0].numpy()


def greys(data: Dataset, split: str) -> list[int]:
    """The grey of every image of a split, sorted."""
    return sorted(data.inputs[split][:, 0, 0, 0].tolist())
