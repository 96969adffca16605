"""Image folders: layouts, image kinds, super-class files, and what is wrong with them in one line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nodal.data.dataset import Dataset
from nodal.data.decode import read_image
from nodal.data.folder import read_folder

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)


def put(path: Path, pixels: np.ndarray = PIXELS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Labels cat, dog, eel: 10 training and 3 test images each, each of one grey value."""
    for split, count, base in (("train", 10, 0), ("test", 3, 100)):
        for label, name in enumerate(("cat", "dog", "eel")):
            for index in range(count):
                grey = base + 30 * label + index
                put(tmp_path / split / name / f"{index}.png", np.full((12, 12, 3), grey, np.uint8))
    return tmp_path


def read(root: Path, size: int = 12, superclasses: Path | None = None, **more: str) -> Dataset:
    return read_folder(root, size, 0.2, 0, superclasses, 2, **more)


def greys(data: Dataset, split: str) -> list[int]:
    return sorted(data.images[split][:, 0, 0, 0].tolist())


def test_images_follow_their_labels_and_a_share_is_held_out(root: Path) -> None:
    data = read(root)
    assert data.names == ("cat", "dog", "eel")
    assert data.superclass == ()
    assert {split: len(labels) for split, labels in data.labels.items()} == {
        "train": 24,
        "heldout": 6,
        "test": 9,
    }
    for split, base in (("train", 0), ("heldout", 0), ("test", 100)):
        torch.testing.assert_close((data.images[split][:, 0, 0, 0].long() - base) // 30, data.labels[split])
    assert sorted(greys(data, "train") + greys(data, "heldout")) == [
        30 * n + i for n in range(3) for i in range(10)
    ]


@pytest.mark.parametrize("threads", [1, 5])
def test_same_data_whatever_the_number_of_threads(root: Path, threads: int) -> None:
    one, other = read(root), read_folder(root, 12, 0.2, 0, None, threads)
    assert all(torch.equal(one.images[split], other.images[split]) for split in one.images)


@pytest.mark.parametrize("name", ["heldout", "val", "valid"])
def test_a_folder_of_held_out_images_is_used(root: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for label in ("cat", "dog", "eel"):
        put(root / name / label / "x.png", np.full((12, 12, 3), 250, np.uint8))
    data = read(root)
    assert len(data.labels["train"]) == 30
    assert greys(data, "heldout") == [250] * 3
    assert f"held-out images: those of {root / name}" in caplog.text


def test_valid_as_the_test_split(root: Path) -> None:
    """The layout of Flowers-102 on which the paper's accuracy was measured."""
    (root / "test").rename(root / "valid")
    data = read(root, test="valid")
    assert {split: len(labels) for split, labels in data.labels.items()} == {
        "train": 24,
        "heldout": 6,
        "test": 9,
    }


def test_hidden_files_and_folders_are_no_data(root: Path) -> None:
    put(root / "train" / ".cache" / "0.png")
    (root / "train" / "cat" / ".DS_Store").write_bytes(b"\0")
    assert len(read(root).labels["train"]) == 24


# ---- kinds of images


def kind(mode: str) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(PIXELS).convert(mode).save(path)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "L"), ("a.png", "1"), ("a.png", "P"), ("a.png", "LA"), ("a.png", "RGBA"), ("a.gif", "P"),
     ("a.webp", "RGB"), ("a.bmp", "RGB"), ("a.tiff", "CMYK"), ("a.tiff", "LAB"), ("a.ppm", "RGB")],
)  # fmt: skip
def test_lossless_images_of_any_mode(tmp_path: Path, name: str, mode: str) -> None:
    converted = Image.fromarray(PIXELS).convert(mode)
    converted.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    expected = np.asarray(converted.convert("RGB")).transpose(2, 0, 1)
    assert read_image(tmp_path / name, 12).tolist() == expected.tolist()


def test_cmyk_jpeg(tmp_path: Path) -> None:
    flat = Image.new("RGB", (16, 16), (200, 40, 90))
    flat.convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_image(tmp_path / "a.jpg", 16).mean((1, 2)) - [200, 40, 90]).max() < 4


@pytest.mark.parametrize("name", ["a.png", "a.tiff"])
def test_sixteen_bits_keep_their_scale(tmp_path: Path, name: str) -> None:
    ramp = np.linspace(0, 65535, 144).reshape(12, 12).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / name)
    assert np.abs(read_image(tmp_path / name, 12) - ramp / 257).max() <= 1


def test_floating_point_pixels_lie_in_0_to_255(tmp_path: Path) -> None:
    Image.fromarray(PIXELS[..., 0].astype(np.float32)).save(tmp_path / "a.tiff")
    assert read_image(tmp_path / "a.tiff", 12).tolist() == [PIXELS[..., 0].tolist()] * 3


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (7, 5), (1, 1), (1, 200), (300, 1)])
def test_any_size_becomes_a_square(tmp_path: Path, shape: tuple[int, int]) -> None:
    put(tmp_path / "a.png", np.full((*shape, 3), 77, np.uint8))
    assert (read_image(tmp_path / "a.png", 12) == 77).all()
    assert read_image(tmp_path / "a.png", 12).shape == (3, 12, 12)


def test_the_middle_is_kept(tmp_path: Path) -> None:
    """Left third black, middle third a ramp, right third black."""
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = PIXELS[:10, :10]
    put(tmp_path / "a.png", wide)
    assert read_image(tmp_path / "a.png", 10).tolist() == PIXELS[:10, :10].transpose(2, 0, 1).tolist()


def test_images_of_different_sizes_in_one_folder(root: Path) -> None:
    put(root / "train" / "cat" / "big.png", np.full((90, 40, 3), 5, np.uint8))
    assert read(root, size=16).images["train"].shape[1:] == (3, 16, 16)


# ---- super-classes

GROUPS = {"cat": "pet", "dog": "pet", "eel": "fish"}


@pytest.mark.parametrize(
    ("name", "text"),
    [("s.json", json.dumps(GROUPS)),
     ("s.json", json.dumps({"fine": ["cat", "dog", "eel"], "coarse": ["a"], "fine_to_coarse": [1, 1, 0]})),
     ("s.csv", "label,superclass\ncat,pet\ndog, pet\neel,fish\n"),
     ("s.csv", "\ufeffcat,pet\ndog,pet\neel,fish\nunused,other\n")],
)  # fmt: skip
def test_super_classes(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text, encoding="utf-8")
    assert read(root, superclasses=root / name).superclass == (1, 1, 0)


def test_numbered_super_classes_keep_their_order(root: Path) -> None:
    (root / "s.json").write_text(json.dumps({"cat": 10, "dog": 9, "eel": 2}))
    assert read(root, superclasses=root / "s.json").superclass == (2, 1, 0)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("s.json", json.dumps({"cat": "pet", "eel": "fish"}), "label 'dog' has no super-class"),
     ("s.csv", "cat,pet\ndog\neel,fish\n", "label 'dog' has no super-class"),
     ("s.json", "{", "is no table"), ("s.json", "[1, 2]", "is no table"),
     ("s.json", '{"fine": ["cat"], "fine_to_coarse": [1, 2]}', "is no table"),
     ("s.json", '{"fine_to_coarse": [1, 2]}', "is no table")],
)  # fmt: skip
def test_super_class_file_is_wrong(root: Path, name: str, text: str, said: str) -> None:
    (root / name).write_text(text)
    assert said in message(root, superclasses=root / name)
    assert str(root / name) in message(root, superclasses=root / name)


# ---- bad folders


def message(root: Path, **more: Path) -> str:
    """The one line said about a folder."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        read(root, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("split", ["train", "test"])
def test_no_such_split(root: Path, split: str) -> None:
    (root / split).rename(root / "elsewhere")
    assert f"{root / split} does not exist" in message(root)


def test_split_without_labels(root: Path) -> None:
    for name in ("train", "test"):
        (root / name).rename(root / f"{name}_old")
        (root / name).mkdir()
    assert f"{root / 'train'} holds no folder" in message(root)


@pytest.mark.parametrize(("has", "lacks"), [("train", "test"), ("test", "train")])
def test_label_in_one_split_only(root: Path, has: str, lacks: str) -> None:
    put(root / has / "fox" / "0.png")
    said = message(root)
    assert "'fox'" in said
    assert f"is in {has} " in said
    assert str(root / lacks) in said


def test_label_folder_without_images(root: Path) -> None:
    for path in (root / "test" / "dog").iterdir():
        path.unlink()
    assert f"{root / 'test' / 'dog'} holds no image" in message(root)


def test_label_with_a_single_training_image(root: Path) -> None:
    for path in sorted((root / "train" / "dog").iterdir())[1:]:
        path.unlink()
    assert "'dog' has 1 training images" in message(root)


def test_share_is_refused_before_anything_is_decoded(root: Path) -> None:
    (root / "train" / "cat" / "0.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"heldout: 1\.0 is not allowed"):
        read_folder(root, 12, 1.0, 0, None, 2)


@pytest.mark.parametrize("extension", ["png", "jpg", "gif", "webp", "ppm", "dds", "tiff", "bmp"])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.6])
def test_truncated_image_is_named(root: Path, extension: str, part: float) -> None:
    path = root / "train" / "eel" / f"broken.{extension}"
    put(path)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    assert f"{path} cannot be read as an image" in message(root)


def test_file_that_is_no_image_is_named(root: Path) -> None:
    (root / "test" / "cat" / "notes.txt").write_text("no image")
    assert "notes.txt cannot be read as an image" in message(root)


def test_image_of_a_forbidding_size_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    put(root / "test" / "cat" / "huge.png", np.zeros((40, 40, 3), np.uint8))
    assert "huge.png cannot be read as an image" in message(root)
