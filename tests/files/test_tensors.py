"""Safetensors files that notice damage."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from nodal.files.atomic import DamagedFile
from nodal.files.tensors import map_arrays, read_about, read_arrays, read_tensors, write_tensors

TENSORS = {
    "matrix": torch.arange(6.0).reshape(2, 3),
    "transposed": torch.arange(6.0).reshape(2, 3).T,
    "scalar": torch.tensor(3.5),
    "images": torch.arange(5, dtype=torch.uint8),
    "mask": torch.tensor([True, False]),
    "labels": torch.tensor([7, 8]),
    "empty": torch.zeros(0, 3),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_tensors(tmp_path / "x.safetensors", TENSORS, {"names": "a b"})
    return tmp_path / "x.safetensors"


def test_what_was_written_comes_back(path: Path) -> None:
    torch.testing.assert_close(read_tensors(path), TENSORS, rtol=0, atol=0)
    for name, value in read_arrays(path, ["matrix", "scalar"]).items():
        np.testing.assert_array_equal(value, TENSORS[name].numpy())
    assert read_about(path) == {"names": "a b"}


def test_mapped_arrays_are_those_that_are_read_and_cannot_be_written(tmp_path: Path) -> None:
    arrays = {
        "pixels": np.arange(7, dtype=np.uint8).reshape(7, 1),
        "ids": np.arange(6, dtype=np.int32).reshape(2, 3),
        "vectors": np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 2, 2),
        "labels": np.arange(5),
    }
    write_tensors(tmp_path / "x", arrays)
    mapped = map_arrays(tmp_path / "x", list(arrays))
    for name, value in arrays.items():
        np.testing.assert_array_equal(mapped[name], value)
        assert mapped[name].dtype == value.dtype
        with pytest.raises(ValueError, match="read-only"):
            mapped[name][:] = 0
    with pytest.raises(DamagedFile, match="it has no masks"):
        map_arrays(tmp_path / "x", ["masks"])


def test_the_same_tensors_give_the_same_bytes(tmp_path: Path) -> None:
    about = {f"key{number}": 'ä "quoted" \\ text' for number in range(20)}
    contents = set()
    for number in range(5):
        write_tensors(tmp_path / f"{number}", TENSORS, about)
        contents.add((tmp_path / f"{number}").read_bytes())
    assert len(contents) == 1
    assert read_about(tmp_path / "0") == about
    torch.testing.assert_close(read_tensors(tmp_path / "0"), TENSORS, rtol=0, atol=0)


def test_any_other_reader_can_open_it(path: Path) -> None:
    with safe_open(path, "np") as file:
        assert set(file.keys()) == set(TENSORS)
        assert json.loads(file.metadata()["names"]) == "a b"


def test_every_damaged_byte_of_a_tensor_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(start, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedFile, match=r"x\.safetensors is damaged"):
            read_tensors(path)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_noticed(path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    for read in (read_tensors, read_arrays, read_about):
        with pytest.raises(DamagedFile) as error:
            read(path)
        assert error.value.path == path


def test_a_file_without_digests_is_not_ours(tmp_path: Path) -> None:
    save_file({"a": np.zeros(2)}, tmp_path / "x.safetensors")
    with pytest.raises(DamagedFile, match="a is not what was written"):
        read_arrays(tmp_path / "x.safetensors")
