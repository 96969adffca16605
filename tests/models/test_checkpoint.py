"""Checkpoints as others save them: what is taken, what is refused and how, and that nothing in them runs."""

import argparse
import collections
import json
import logging
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from nodal.files.tensors import write_tensors
from nodal.models.checkpoint import read_state_dict

STATE = {"fc.weight": torch.arange(6.0).reshape(2, 3), "fc.bias": torch.tensor([1.0, -1.0])}
MEAN = {name: value + 1 for name, value in STATE.items()}
# What timm's saver writes, and with it the train.py of SHI-Labs.
TIMM = {
    "epoch": 3,
    "arch": "cct_7_3x1_32",
    "state_dict": STATE,
    "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 1e-3, "params": [0]}]},
    "version": 2,
    "args": argparse.Namespace(lr=6e-4, data_dir=Path("data/cifar"), aug_splits=0, mean=[0.5], seed=None),
    "amp_scaler": {"scale": 65536.0},
    "metric": 80.92,
    "state_dict_ema": MEAN,
}


def same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> bool:
    return found.keys() == wanted.keys() and all(torch.equal(found[name], wanted[name]) for name in wanted)


def refused(path: Path) -> str:
    """The message with which a file is refused, in one line that names it."""
    with pytest.raises(ValueError, match=path.name) as caught:
        read_state_dict(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_the_file_of_timms_saver(tmp_path: Path, zipped: bool, caplog: pytest.LogCaptureFixture) -> None:
    torch.save(TIMM, tmp_path / "a.pth.tar", _use_new_zipfile_serialization=zipped)
    with caplog.at_level(logging.INFO):
        assert same(read_state_dict(tmp_path / "a.pth.tar"), STATE)
    (said,) = caplog.messages
    assert "taken: state_dict (2 tensors)" in said
    assert "left: epoch, arch, optimizer, version, args, amp_scaler, metric;" in said
    assert "also there: state_dict_ema (of several, state_dict, model, model_state_dict come first)" in said


@pytest.mark.parametrize(
    "beside",
    [
        argparse.Namespace(out=Path("b"), ratio=np.float64(0.5)),
        np.float32(0.5),
        np.int64(7),
        np.arange(3),
        np.array([{}, "x"], object),
        collections.OrderedDict(a=1),
        collections.defaultdict(list, a=[1]),
        collections.Counter("ab"),
        {"bytes": b"x", "set": {1}, "big": 10**30, "tuple": (None, True)},
        torch.float16,
        torch.get_rng_state(),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_what_savers_keep_beside_the_weights_is_no_obstacle(
    tmp_path: Path, beside: Any, zipped: bool
) -> None:
    torch.save({"state_dict": STATE, "x": beside}, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    assert same(read_state_dict(tmp_path / "a.pth"), STATE)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (STATE, STATE),
        ({"model": STATE, "model_ema": MEAN}, STATE),
        ({"model_state_dict": STATE, "loss": torch.tensor(0.5)}, STATE),
        ({"epoch": 1, "model_ema": MEAN}, MEAN),
        ({"net": STATE, "acc": 0.9, "loss": torch.tensor(0.5)}, STATE),
        ({"model": {"state_dict": STATE, "width": 3}}, STATE),
        ({**STATE, "epoch": 3}, STATE),
    ],
)
def test_the_weights_are_found_where_they_are(tmp_path: Path, content: Any, wanted: Any) -> None:
    torch.save(content, tmp_path / "a.pth")
    assert same(read_state_dict(tmp_path / "a.pth"), wanted)


def test_two_networks_are_not_guessed_between(tmp_path: Path) -> None:
    torch.save({"student": STATE, "teacher": MEAN}, tmp_path / "a.pth")
    assert "several networks (student, teacher): save the one you mean alone" in refused(tmp_path / "a.pth")


def test_safetensors_by_content_not_by_name(tmp_path: Path) -> None:
    for name in ("a.safetensors", "a.bin"):
        save_file(STATE, tmp_path / name, metadata={"format": "pt"})
        assert same(read_state_dict(tmp_path / name), STATE)
    torch.save(STATE, tmp_path / "b.safetensors")
    assert same(read_state_dict(tmp_path / "b.safetensors"), STATE)


@pytest.mark.parametrize("length", [0x3C, 0x7B, 0x20, 0x0A])
def test_a_safetensors_header_whose_length_looks_like_text(tmp_path: Path, length: int) -> None:
    save_file({"a": torch.ones(1)}, tmp_path / "a")
    whole = (tmp_path / "a").read_bytes()
    size = int.from_bytes(whole[:8], "little")
    padded = (length - size) % 256 + size
    header = whole[8 : 8 + size].ljust(padded)
    (tmp_path / "a").write_bytes(padded.to_bytes(8, "little") + header + whole[8 + size :])
    assert same(read_state_dict(tmp_path / "a"), {"a": torch.ones(1)})


class Evil:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


class Schedule:
    """A class of somebody's training."""


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 2)


@pytest.mark.parametrize(
    "place", [lambda e: e, lambda e: {"state_dict": STATE, "args": argparse.Namespace(x=e)}]
)
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_nothing_is_executed(tmp_path: Path, place: Callable[[Any], Any], zipped: bool) -> None:
    evil = place(Evil(f"touch {tmp_path / 'executed'}"))
    torch.save(evil, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    assert "posix.system, whose code would run" in refused(tmp_path / "a.pth")
    (tmp_path / "b.pkl").write_bytes(pickle.dumps(evil))
    refused(tmp_path / "b.pkl")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_other_classes_are_refused_by_name(tmp_path: Path, zipped: bool) -> None:
    content = {"state_dict": STATE, "args": argparse.Namespace(schedule=Schedule())}
    torch.save(content, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    said = refused(tmp_path / "a.pth")
    assert f"it holds objects of {__name__}.Schedule, whose code would run" in said
    assert "torch.save(torch.load(file, weights_only=False)['state_dict'], 'weights.pth')" in said


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_a_whole_module_is_refused_by_name(tmp_path: Path, zipped: bool) -> None:
    torch.save(Net(), tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    said = refused(tmp_path / "a.pth")
    assert f"is a whole pickled {__name__}.Net, whose code would run" in said
    assert "torch.save(torch.load(file, weights_only=False).state_dict(), 'weights.pth')" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 15\n", "pointer of Git LFS"),
        (b"\n<!DOCTYPE html><html><body>Not found</body></html>", "is a web page"),
        (b"<html>", "is a web page"),
        (json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors"}}).encode(), "in several parts"),
        (b"not a checkpoint", "was not loaded"),
        (b"PK\x03\x04truncated", "was not loaded"),
        (pickle.dumps({"a": 1}), "was not loaded"),
    ],
)
def test_what_is_no_checkpoint_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.pth").write_bytes(content)
    assert said in refused(tmp_path / "a.pth")


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "is a directory: name the file" in refused(tmp_path / "folder")
    with pytest.raises(FileNotFoundError):
        read_state_dict(tmp_path / "nothing.pth")


@pytest.mark.parametrize(
    "content", [{}, [STATE], {"state_dict": [1, 2]}, torch.ones(2), argparse.Namespace(a=1)]
)
def test_no_tensors_by_name(tmp_path: Path, content: Any) -> None:
    torch.save(content, tmp_path / "a.pth")
    assert "holds no tensors by name" in refused(tmp_path / "a.pth")


def test_a_pickle_that_holds_itself(tmp_path: Path) -> None:
    around: dict[str, Any] = {"a": torch.ones(1)}
    around["model"] = around
    torch.save(around, tmp_path / "a.pth")
    assert same(read_state_dict(tmp_path / "a.pth"), {"a": torch.ones(1)})
    endless: dict[str, Any] = {}
    endless["model"] = endless
    torch.save(endless, tmp_path / "b.pth")
    assert "holds no tensors by name" in refused(tmp_path / "b.pth")


def test_a_file_saved_without_checksums(tmp_path: Path) -> None:
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(STATE, tmp_path / "a.pth")
    finally:
        torch.serialization.set_crc32_options(True)
    assert same(read_state_dict(tmp_path / "a.pth"), STATE)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of every kind that is read; `ours` and `zip` carry checksums."""
    folder = tmp_path_factory.mktemp("kinds")
    files = {name: folder / f"{name}.pth" for name in ("ours", "zip", "legacy", "theirs")}
    write_tensors(files["ours"], STATE, {"run": "a"})
    torch.save(TIMM, files["zip"])
    torch.save(TIMM, files["legacy"], _use_new_zipfile_serialization=False)
    save_file(STATE, files["theirs"])
    return files


@pytest.mark.parametrize("kind", ["ours", "zip", "legacy", "theirs"])
@settings(max_examples=60)
@given(st.data())
def test_a_file_cut_short_is_always_named(kinds: dict[str, Path], kind: str, data: st.DataObject) -> None:
    whole = kinds[kind].read_bytes()
    path = kinds[kind].with_suffix(".cut")
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    refused(path)


def test_flipped_bits_of_a_zip_files_directory(kinds: dict[str, Path]) -> None:
    """The fifth of each byte; in one place it makes torch return memory that nobody has written."""
    whole, path = kinds["zip"].read_bytes(), kinds["zip"].with_suffix(".bit")
    with zipfile.ZipFile(kinds["zip"]) as archive:
        start = archive.start_dir
    for place in range(start, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << 4
        path.write_bytes(damaged)
        try:
            found = read_state_dict(path)
        except ValueError:
            continue
        assert same(found, STATE), place


@pytest.mark.parametrize("kind", ["ours", "zip", "legacy", "theirs"])
@settings(max_examples=60)
@given(st.data())
def test_flipped_bits_are_named_or_harmless(kinds: dict[str, Path], kind: str, data: st.DataObject) -> None:
    damaged = bytearray(kinds[kind].read_bytes())
    for place in data.draw(
        st.lists(st.integers(0, 8 * len(damaged) - 1), min_size=1, max_size=3, unique=True)
    ):
        damaged[place // 8] ^= 1 << place % 8
    path = kinds[kind].with_suffix(".flipped")
    path.write_bytes(damaged)
    try:
        found = read_state_dict(path)
    except ValueError:
        refused(path)
    else:
        assert same(found, STATE) or kind in ("legacy", "theirs")  # these have no checksums
