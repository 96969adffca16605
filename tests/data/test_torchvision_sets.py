"""The published archives, in fakes of the same layout; nothing is downloaded."""

import hashlib
import io
import tarfile
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import savemat
from torchvision.datasets import Flowers102

from nodal.data import torchvision_sets
from nodal.data.dataset import Dataset
from nodal.data.folder import read_folder
from nodal.data.torchvision_sets import FLOWERS_URL, MD5, read_cifar, read_torchvision
from reference.cifar_folders import write_folders


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr(torchvision_sets, "download_url", refuse)
    monkeypatch.setattr(torchvision_sets, "MD5", dict(MD5))


def publish(path: Path) -> None:
    """Take a fake for the published file."""
    torchvision_sets.MD5[path.name] = hashlib.md5(path.read_bytes()).hexdigest()


def pack(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    publish(path)


def records(labels: np.ndarray, seed: int, groups: np.ndarray | None = None) -> bytes:
    """Records of CIFAR's binary version; the red channel's first pixel repeats the label."""
    pixels = np.random.default_rng(seed).integers(0, 256, (len(labels), 3072))
    pixels[:, 0] = labels
    heads = [labels] if groups is None else [groups[labels], labels]
    return np.column_stack([*heads, pixels]).astype(np.uint8).tobytes()


GROUPS = np.random.default_rng(3).permutation(np.repeat(np.arange(20), 5))


@pytest.fixture
def cifar(tmp_path: Path) -> Path:
    """Both data sets with 10 training and 2 test images a label."""
    order = np.random.default_rng(1).permutation
    batches = {
        f"cifar-10-batches-bin/data_batch_{n}.bin": records(order(np.repeat(np.arange(10), 2)), n)
        for n in range(1, 6)
    }
    test = {"cifar-10-batches-bin/test_batch.bin": records(order(np.repeat(np.arange(10), 2)), 6)}
    names = {
        "cifar-10-batches-bin/batches.meta.txt": "\n".join(f"l{n}" for n in range(10)).encode() + b"\n\n"
    }
    pack(tmp_path / "cifar-10-binary.tar.gz", batches | test | names)
    pack(
        tmp_path / "cifar-100-binary.tar.gz",
        {
            "cifar-100-binary/train.bin": records(order(np.repeat(np.arange(100), 10)), 7, GROUPS),
            "cifar-100-binary/test.bin": records(order(np.repeat(np.arange(100), 2)), 8, GROUPS),
            "cifar-100-binary/fine_label_names.txt": "\n".join(f"f{n}" for n in range(100)).encode() + b"\n",
            "cifar-100-binary/coarse_label_names.txt": "\n".join(f"c{n}" for n in range(20)).encode() + b"\n",
        },
    )
    return tmp_path


def read(name: str, root: Path, size: int = 32) -> Dataset:
    return read_torchvision(name, root, size, heldout=0.1, seed=0, threads=2)


@pytest.mark.parametrize(("name", "labels"), [("cifar10", 10), ("cifar100", 100)])
def test_cifar(cifar: Path, name: str, labels: int) -> None:
    data = read(name, cifar)
    assert {split: len(found) for split, found in data.labels.items()} == {
        "train": 9 * labels, "heldout": labels, "test": 2 * labels,
    }  # fmt: skip
    for split, found in data.labels.items():
        assert data.inputs[split].shape == (len(found), 3, 32, 32)
        torch.testing.assert_close(data.inputs[split][:, 0, 0, 0].long(), found)
    assert data.names == tuple(f"{'l' if labels == 10 else 'f'}{n}" for n in range(labels))
    data.save(cifar / "data.safetensors")


def test_pixels_are_channel_row_column(cifar: Path) -> None:
    with tarfile.open(cifar / "cifar-10-binary.tar.gz") as tar:
        file = tar.extractfile("cifar-10-batches-bin/test_batch.bin")
        assert file
        first = np.frombuffer(file.read(), np.uint8)[1:3073]
    image = read("cifar10", cifar).inputs["test"][0]
    assert image[2, 5, 7] == first[2 * 1024 + 5 * 32 + 7]


def test_coarse_labels_are_the_super_classes(cifar: Path) -> None:
    assert read("cifar100", cifar).superclass == tuple(GROUPS.tolist())
    assert read("cifar10", cifar).superclass == ()


def test_cifar_at_another_size(cifar: Path) -> None:
    small = read("cifar10", cifar, size=16).inputs["test"]
    assert small.shape == (20, 3, 16, 16)
    whole = read("cifar10", cifar).inputs["test"][0].permute(1, 2, 0).numpy()
    expected = Image.fromarray(whole).resize((16, 16), Image.Resampling.BICUBIC)
    assert small[0].permute(1, 2, 0).tolist() == np.asarray(expected).tolist()


def test_cifar_as_folders(cifar: Path) -> None:
    folder = cifar / "folders"
    write_folders("cifar100", cifar, folder, train=4, test=None)
    found, whole = read_folder(folder, 32, 0.25, 0, folder / "labels.json", 2), read_cifar("cifar100", cifar)
    assert set(found.names) == set(whole.names)
    groups = dict(zip(whole.names, whole.superclass, strict=True))
    pairs = zip(found.names, found.superclass, strict=True)
    assert len({(group, groups[name]) for name, group in pairs}) == 20
    for label, name in enumerate(found.names):
        old = whole.names.index(name)
        kept = found.inputs["test"][found.labels["test"] == label]
        assert torch.equal(kept, whole.inputs["test"][whole.labels["test"] == old])
        chosen = [found.inputs[split][found.labels[split] == label] for split in ("train", "heldout")]
        first = whole.inputs["train"][whole.labels["train"] == old][:4]
        assert sorted(torch.cat(chosen).flatten(1).tolist()) == sorted(first.flatten(1).tolist())


def test_the_last_training_images_can_be_held_out(cifar: Path) -> None:
    folder, whole = cifar / "folders", read_cifar("cifar100", cifar)
    write_folders("cifar100", cifar, folder, train=2, test=1, heldout=1)
    found = read_folder(folder, 32, 0.25, 0, None, 2)
    assert {split: len(labels) for split, labels in found.labels.items()} == {
        "train": 200, "heldout": 100, "test": 100,
    }  # fmt: skip
    for label, name in enumerate(found.names):
        own = whole.inputs["train"][whole.labels["train"] == whole.names.index(name)]
        assert torch.equal(found.inputs["train"][found.labels["train"] == label], own[:2])
        assert torch.equal(found.inputs["heldout"][found.labels["heldout"] == label], own[-1:])
    with pytest.raises(ValueError, match=r"^HELDOUT: 99 where '\w+' has \d+ training images: take fewer$"):
        write_folders("cifar100", cifar, cifar / "none", train=2, test=1, heldout=99)


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """102 labels; 2 images of train, 1 of val and 3 of test each; the grey value of an image is its label."""
    folder = tmp_path / "flowers-102"
    labels = np.random.default_rng(2).permutation(np.repeat(np.arange(1, 103), 6))
    files = {}
    for number, label in enumerate(labels, 1):
        buffer = io.BytesIO()
        Image.new("RGB", (14 + number % 3, 12), (label, label, label)).save(buffer, "jpeg", quality=95)
        files[f"jpg/image_{number:05d}.jpg"] = buffer.getvalue()
    pack(folder / "102flowers.tgz", files)
    of_label = [np.flatnonzero(labels == label) + 1 for label in range(1, 103)]
    columns = {"trnid": slice(0, 2), "valid": slice(2, 3), "tstid": slice(3, 6)}
    ids = {
        key: np.concatenate([numbers[part] for numbers in of_label])[None] for key, part in columns.items()
    }
    savemat(folder / "imagelabels.mat", {"labels": labels[None].astype(np.uint8)})
    savemat(folder / "setid.mat", {key: value.astype(np.uint16) for key, value in ids.items()})
    publish(folder / "imagelabels.mat")
    publish(folder / "setid.mat")
    return tmp_path


def test_flowers_official_split(flowers: Path) -> None:
    data = read("flowers102", flowers, size=12)
    assert {split: len(found) for split, found in data.labels.items()} == {
        "train": 204, "heldout": 102, "test": 306,
    }  # fmt: skip
    assert data.names[:2] == ("pink primrose", "hard-leaved pocket orchid")
    assert data.superclass == ()
    for split, found in data.labels.items():
        grey = data.inputs[split].float().mean((1, 2, 3))
        assert (grey - (found + 1)).abs().max() < 1
    kept = {path.name for path in (flowers / "flowers-102").iterdir()}
    assert kept == {"102flowers.tgz", "imagelabels.mat", "setid.mat"}


def test_flowers_files_are_those_of_torchvision() -> None:
    assert {name: MD5[name] for name, _ in Flowers102._file_dict.values()} == dict(
        Flowers102._file_dict.values()
    )
    assert Flowers102._download_url_prefix.rstrip("/") == FLOWERS_URL


# ---- downloads


@pytest.mark.parametrize(
    ("name", "path"),
    [("cifar10", "cifar-10-binary.tar.gz"), ("cifar100", "cifar-100-binary.tar.gz"),
     ("flowers102", "flowers-102/102flowers.tgz")],
)  # fmt: skip
def test_without_network_it_says_what_to_place_where(tmp_path: Path, name: str, path: str) -> None:
    with pytest.raises(ValueError, match="no network") as caught:
        read(name, tmp_path)
    said = str(caught.value)
    assert "\n" not in said
    assert f"place that file as {tmp_path / path} (MD5 {MD5[Path(path).name]})" in said
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_truncated_archive_is_named_and_kept(cifar: Path) -> None:
    path = cifar / "cifar-100-binary.tar.gz"
    path.write_bytes(path.read_bytes()[:-100])
    size = path.stat().st_size
    with pytest.raises(ValueError, match=r"cifar-100-binary\.tar\.gz is damaged or not the published file"):
        read("cifar100", cifar)
    assert path.stat().st_size == size


def test_what_is_downloaded_is_used(cifar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "new"

    def download(url: str, folder: Path, name: str, md5: str) -> None:
        assert url == "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"
        assert md5 == torchvision_sets.MD5["cifar-100-binary.tar.gz"]
        (folder / name).write_bytes((cifar / "cifar-100-binary.tar.gz").read_bytes())

    monkeypatch.setattr(torchvision_sets, "download_url", download)
    assert torch.equal(read("cifar100", elsewhere).inputs["test"], read("cifar100", cifar).inputs["test"])
    assert [path.name for path in elsewhere.iterdir()] == ["cifar-100-binary.tar.gz"]


def test_broken_download_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(url: str, folder: Path, name: str, md5: str) -> None:
        (folder / name).write_bytes(b"half")
        raise RuntimeError("File not found or corrupted.")

    monkeypatch.setattr(torchvision_sets, "download_url", download)
    with pytest.raises(ValueError, match="cannot be downloaded"):
        read("cifar10", tmp_path)
    assert not list(tmp_path.iterdir())


def test_unknown_name() -> None:
    with pytest.raises(ValueError, match="'mnist' is no known data set: choose one of cifar10, cifar100"):
        read("mnist", Path("anywhere"))
