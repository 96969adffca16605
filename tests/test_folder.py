"""Image folders as users have them, and what is wrong with some of them."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nodal.data.decode import read_image
from nodal.data.folder import read_folder


def picture(mode: str, shape: tuple[int, int] = (12, 12)) -> Image.Image:
    grey = np.linspace(0, 255, shape[0] * shape[1]).reshape(shape[::-1]).astype(np.uint8)
    if mode == "I;16":
        return Image.fromarray(grey.astype(np.uint16) * 257)
    return Image.fromarray(grey).convert(mode)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for split, count in (("train", 10), ("test", 2)):
        for value, label in ((40, "cat"), (200, "dog")):
            folder = tmp_path / split / label
            folder.mkdir(parents=True)
            for number in range(count):
                Image.new("RGB", (16, 20), (value + number,) * 3).save(folder / f"{number}.png")
    return tmp_path


def read(root: Path, superclasses: Path | None = None):
    return read_folder(root, 8, 0.2, 0, superclasses, 2)


def test_splits_labels_and_sizes(root: Path) -> None:
    data = read(root)
    assert data.names == ("cat", "dog")
    assert {split: len(images) for split, images in data.images.items()} == {
        "train": 16,
        "heldout": 4,
        "test": 4,
    }
    assert data.images["train"].shape[1:] == (3, 8, 8)
    assert torch.all(data.images["train"][data.labels["train"] == 1] >= 200)
    assert torch.all(data.images["heldout"][data.labels["heldout"] == 0] < 60)


def test_a_heldout_folder_is_taken_as_it_is(root: Path) -> None:
    for label in ("cat", "dog"):
        (root / "val" / label).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(root / "val" / label / "a.jpg")
    data = read(root)
    assert (len(data.images["train"]), len(data.images["heldout"])) == (20, 2)


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "CMYK", "I;16", "F", "RGB"])
def test_any_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode in ("CMYK", "F") else "a.png")
    picture(mode).save(path)
    pixels = read_image(path, 12)
    assert pixels.shape == (3, 12, 12)
    if mode not in ("1", "P", "CMYK", "F"):
        assert np.abs(pixels[0].astype(int) - np.asarray(picture("L")).astype(int)).max() <= 1


def test_the_middle_of_the_longer_side_is_kept(tmp_path: Path) -> None:
    wide = np.zeros((10, 30), np.uint8)
    wide[:, 10:20] = 255
    Image.fromarray(wide).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png", 10) == 255).all()


@pytest.mark.parametrize(
    "content",
    [{"cat": "pet", "dog": "pet"}, {"fine": ["cat", "dog"], "coarse": ["pet"], "fine_to_coarse": [0, 0]}],
)
def test_superclasses_from_json(root: Path, content: dict) -> None:
    (root / "groups.json").write_text(json.dumps(content))
    assert read(root, root / "groups.json").superclass == (0, 0)


def test_superclasses_from_csv(root: Path) -> None:
    (root / "groups.csv").write_text("dog,a\ncat,b\n")
    assert read(root, root / "groups.csv").superclass == (1, 0)


def damage_image(root: Path) -> None:
    path = root / "train" / "dog" / "3.png"
    path.write_bytes(path.read_bytes()[:40])


def empty_label(root: Path) -> None:
    for split in ("train", "test"):
        (root / split / "emu").mkdir()


def only_in_test(root: Path) -> None:
    (root / "test" / "emu").mkdir()
    Image.new("RGB", (8, 8)).save(root / "test" / "emu" / "a.png")


def forget_superclass(root: Path) -> None:
    (root / "groups.csv").write_text("dog,a\n")


def lose_train(root: Path) -> None:
    (root / "train").rename(root / "training")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_image, "dog/3.png cannot be read as an image"),
        (empty_label, "train/emu holds no image"),
        (only_in_test, "train: label 'emu' is in test but not there"),
        (forget_superclass, "label 'cat' has no super-class"),
        (lose_train, "train does not exist"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(root: Path, harm, said: str) -> None:
    harm(root)
    groups = root / "groups.csv"
    with pytest.raises(ValueError) as error:  # noqa: PT011
        read(root, groups if groups.exists() else None)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
