"""Image folders: layouts, what is read of them and what is not, and what is wrong with them in one line."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from nodal.data.folder import read_folder
from tests.data.folders import PIXELS, grey, greys, message, put, read


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
        torch.testing.assert_close((data.inputs[split][:, 0, 0, 0].long() - base) // 30, data.labels[split])
    assert sorted(greys(data, "train") + greys(data, "heldout")) == [
        30 * n + i for n in range(3) for i in range(10)
    ]


def literally(root: Path, size: int) -> dict[str, np.ndarray]:
    """What the first reader of this repository made of a folder: of ordinary ones every reader must."""
    images = {}
    for split in ("train", "heldout", "test"):
        paths = [path for label in sorted((root / split).iterdir()) for path in sorted(label.iterdir())]
        squares = []
        for path in paths:
            image = Image.open(path)
            if image.mode.startswith("I"):
                values = np.asarray(image, dtype=np.float64) / 257
                image = Image.fromarray(values.clip(0, 255).astype(np.uint8))
            image = image.convert("RGBA") if image.mode in ("P", "LA", "PA") else image
            fit = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BICUBIC)
            squares.append(np.asarray(fit).transpose(2, 0, 1))
        images[split] = np.stack(squares)
    return images


def test_ordinary_folders_give_the_bytes_that_they_always_gave(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    kinds = [("RGB", "png"), ("RGB", "jpg"), ("L", "png"), ("P", "gif"), ("RGBA", "webp"), ("CMYK", "tiff")]
    for split in ("train", "heldout", "test"):
        for label in ("Zebra", "apple pie", "cat", "cat-fish", "Ähre"):
            (tmp_path / split / label).mkdir(parents=True)
            for number, (mode, ending) in enumerate(kinds):
                noise = rng.integers(0, 256, (*rng.integers(10, 50, 2), 3), dtype=np.uint8)
                name = rng.choice(["b", "B", "a 1", "a10", "a2", "é"])
                Image.fromarray(noise).convert(mode).save(
                    tmp_path / split / label / f"{name}{number}.{ending}"
                )
            deep = rng.integers(0, 65536, (20, 30)).astype(np.uint16)
            Image.fromarray(deep).save(tmp_path / split / label / "deep.png")
    data = read(tmp_path, size=16)
    assert data.names == ("Zebra", "apple pie", "cat", "cat-fish", "Ähre")
    for split, images in literally(tmp_path, 16).items():
        np.testing.assert_array_equal(data.inputs[split].numpy(), images)
        assert data.labels[split].tolist() == np.arange(5).repeat(7).tolist()


@pytest.mark.parametrize("threads", [1, 5])
def test_same_data_whatever_the_number_of_threads(root: Path, threads: int) -> None:
    one, other = read(root), read_folder(root, 12, 0.2, 0, None, threads)
    assert all(torch.equal(one.inputs[split], other.inputs[split]) for split in one.inputs)


@pytest.mark.parametrize("name", ["heldout", "val", "valid"])
def test_a_folder_of_held_out_images_is_used(root: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for label in ("cat", "dog", "eel"):
        put(root / name / label / "x.png", grey(250))
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


def test_images_in_sub_folders_are_read_in_order(root: Path) -> None:
    for folder, value in (("2023/june", 251), ("2023", 252), ("2024", 253)):
        put(root / "test" / "cat" / folder / "0.png", grey(value))
    data = read(root)
    cats = data.inputs["test"][data.labels["test"] == 0][:, 0, 0, 0].tolist()
    assert cats == [100, 101, 102, 252, 251, 253]


def test_label_and_images_may_be_links_to_elsewhere(root: Path) -> None:
    (root / "train" / "dog").rename(root.parent / "dogs")
    (root / "train" / "dog").symlink_to(root.parent / "dogs")
    put(root.parent / "one.png", grey(250))
    (root / "test" / "dog" / "x.png").symlink_to(root.parent / "one.png")
    data = read(root)
    assert (data.labels["train"] == 1).sum() == 8
    assert 250 in greys(data, "test")


def test_what_is_not_read_is_said(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    put(root / "train" / ".cache" / "0.png")
    put(root / "train" / "cat" / ".thumbnails" / "0.png")
    for label in ("cat", "dog"):
        (root / "train" / label / "Thumbs.db").write_bytes(b"\0")
        (root / "test" / label / "._0.png").write_bytes(b"\0")
    (root / "train" / "README.txt").write_text("words")
    (root / "unlabelled").mkdir()
    data = read(root)
    assert len(data.labels["train"]) == 24
    assert "hidden or a system's: 2 ._0.png, 1 .cache, 1 .thumbnails, 2 Thumbs.db" in caplog.text
    assert f"{root / 'train'}: not read, in no label's folder: 1, e.g. README.txt" in caplog.text
    assert "not read, beside the splits: unlabelled" in caplog.text


def test_the_same_image_in_two_splits_or_under_two_labels_is_said(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(root / "test" / "cat" / "9.png", PIXELS)
    put(root / "train" / "cat" / "x.png", PIXELS)
    put(root / "train" / "dog" / "y.png", PIXELS)
    for number, label in enumerate(("cat", "dog", "eel")):
        put(root / "val" / label / "0.png", grey(240 + number))
    read(root)
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned == [
        "images in train and in test, byte for byte: 1, e.g. train/cat/x.png and test/cat/9.png",
        "images under two labels, byte for byte: 1, e.g. train/cat/x.png and train/dog/y.png",
    ]


def test_a_copy_that_is_held_out_is_said(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(20):
        put(root / "train" / "eel" / f"same{number}.png", PIXELS)
    read(root)
    assert "images in train and in heldout, byte for byte: 1" in caplog.text


# ---- bad folders


@pytest.mark.parametrize("split", ["train", "test"])
def test_no_such_split(root: Path, split: str) -> None:
    (root / split).rename(root / "elsewhere")
    assert f"{root / split} does not exist" in message(root)


def test_no_such_folder(tmp_path: Path) -> None:
    assert f"{tmp_path / 'phtos'} cannot be listed (No such file or directory)" in message(tmp_path / "phtos")


@pytest.mark.parametrize(("has", "lacks"), [("train", "test"), ("test", "train")])
def test_label_in_one_split_only(root: Path, has: str, lacks: str) -> None:
    put(root / has / "fox" / "0.png")
    said = message(root)
    assert "'fox'" in said
    assert f"is in {has} " in said
    assert str(root / lacks) in said


def test_label_in_another_case_in_the_other_split(root: Path) -> None:
    (root / "test" / "dog").rename(root / "test" / "Dog")
    assert "label 'dog' is in train but not there (there is 'Dog')" in message(root)


def test_labels_that_differ_in_case_are_two_and_it_is_said(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for split in ("train", "test"):
        for number in range(2):
            put(root / split / "Cat" / f"{number}.png")
    assert read(root).names == ("Cat", "cat", "dog", "eel")
    assert "labels 'Cat' and 'cat' differ in case alone: they are two labels" in caplog.text


def test_unicode_has_two_forms_of_a_letter(root: Path) -> None:
    """macOS writes names decomposed, most others composed."""
    composed, decomposed = (unicodedata.normalize(form, "Bär") for form in ("NFC", "NFD"))
    (root / "train" / "cat").rename(root / "train" / decomposed)
    (root / "test" / "cat").rename(root / "test" / composed)
    assert read(root).names == (composed, "dog", "eel")
    put(root / "test" / decomposed / "0.png")
    assert f"{root / 'test'}: two folders are 'Bär' once" in message(root)


@pytest.mark.parametrize("name", [" ", "cat ", "\tcat"])
def test_label_with_blanks_at_its_ends(root: Path, name: str) -> None:
    for split in ("train", "test"):
        (root / split / "cat").rename(root / split / name)
    assert "the label begins or ends with a blank: rename it" in message(root)


def test_label_with_a_single_training_image(root: Path) -> None:
    for path in sorted((root / "train" / "dog").iterdir())[1:]:
        path.unlink()
    assert "'dog' has 1 training images" in message(root)


def test_share_is_refused_before_anything_is_decoded(root: Path) -> None:
    (root / "train" / "cat" / "0.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"heldout: 1\.0 is not allowed"):
        read_folder(root, 12, 1.0, 0, None, 2)
