"""Decoding that was ended goes on where it was, and again where a file is another one."""

import os
from pathlib import Path

import numpy as np
import pytest

from nodal.data import decode as room
from nodal.data.decode import decode
from tests.data.folders import grey, put

SIZE = 4


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Ten images, of which two are noted at a time."""
    monkeypatch.setattr(room, "_AT_ONCE", 2)
    paths = [tmp_path / "images" / f"{number}.png" for number in range(10)]
    for number, path in enumerate(paths):
        put(path, grey(number))
    return paths


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are decoded, one after the other."""
    read: list[Path] = []
    literally = room.read_image

    def reading(path: Path, size: int) -> object:
        read.append(path)
        return literally(path, size)

    monkeypatch.setattr(room, "read_image", reading)
    return read


def _decoded(files: list[Path], state: Path) -> list[int]:
    images = decode(files, SIZE, 2, state).numpy()
    np.testing.assert_array_equal(images, decode(files, SIZE, 2).numpy())
    return images[:, 0, 0, 0].tolist()  # type: ignore[no-any-return]


def test_after_a_damaged_file_is_repaired_what_was_done_is_kept(
    files: list[Path], read: list[Path], tmp_path: Path
) -> None:
    whole = files[7].read_bytes()
    files[7].write_bytes(whole[:30])
    with pytest.raises(ValueError, match=r"7\.png cannot be read as an image"):
        decode(files, SIZE, 1, tmp_path / "state.npy")
    files[7].write_bytes(whole)
    read.clear()
    assert decode(files, SIZE, 1, tmp_path / "state.npy")[:, 0, 0, 0].tolist() == list(range(10))
    assert read == files[6:]
    read.clear()
    assert decode(files, SIZE, 1, tmp_path / "state.npy")[:, 0, 0, 0].tolist() == list(range(10))
    assert read == []
    (tmp_path / "state.npy").unlink()  # what is noted of it is not believed
    assert decode(files, SIZE, 1, tmp_path / "state.npy")[:, 0, 0, 0].tolist() == list(range(10))


@pytest.mark.parametrize("change", ["another", "gone", "touched", "order", "more", "fewer"])
def test_another_list_of_files_is_decoded_as_it_is(files: list[Path], tmp_path: Path, change: str) -> None:
    state = tmp_path / "state.npy"
    assert _decoded(files, state) == list(range(10))
    if change == "another":
        put(files[3], grey(200))
        os.utime(files[3], ns=(1, 1))
    elif change == "gone":
        del files[3]
    elif change == "touched":
        os.utime(files[3], ns=(1, 1))
    elif change == "order":
        files.reverse()
    elif change == "more":
        put(tmp_path / "images" / "more.png", grey(77))
        files.append(tmp_path / "images" / "more.png")
    else:
        del files[4:]
    found = _decoded(files, state)
    expected = {"another": 200, "gone": 4, "order": 6}.get(change, 3)
    assert found[3] == expected
    assert len(found) == len(files)


def test_what_is_said_of_images_is_said_of_those_decoded_before_too(
    files: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    put(files[0], np.zeros((3, 30, 3), np.uint8))
    whole = files[9].read_bytes()
    files[9].write_bytes(b"")
    with pytest.raises(ValueError, match=r"9\.png"):
        decode(files, SIZE, 1, tmp_path / "state.npy")
    files[9].write_bytes(whole)
    decode(files, SIZE, 1, tmp_path / "state.npy")
    assert "8 of 10 images were decoded before" in caplog.text
    assert "1 of 10 images are more than 2 times as long as wide" in caplog.text
    assert str(files[0]) in caplog.text
