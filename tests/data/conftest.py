"""An image folder in ordinary shape."""

from pathlib import Path

import pytest

from tests.data.folders import grey, put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Labels cat, dog, eel: 10 training and 3 test images each, each of one grey value."""
    for split, count, base in (("train", 10, 0), ("test", 3, 100)):
        for label, name in enumerate(("cat", "dog", "eel")):
            for index in range(count):
                put(tmp_path / "photos" / split / name / f"{index}.png", grey(base + 30 * label + index))
    return tmp_path / "photos"
