"""The list of an image folder: what is in it, what stops it, and that it takes no time."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nodal.files.images import image_files, read_bytes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Labels a and b, an image each in train and test."""
    for split in ("train", "test"):
        for label in "ab":
            (tmp_path / "photos" / split / label).mkdir(parents=True)
            (tmp_path / "photos" / split / label / "1.png").write_bytes(b"one")
    return tmp_path / "photos"


def message(root: Path) -> str:
    """The one line said about a folder."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        image_files(root)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_by_split_and_label_in_order(root: Path) -> None:
    inside = root / "train" / "a"
    for name in ("10.png", "2/b.png", "2/a/c.png", "B.png", "é.png"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(b"three")
    os.utime(inside / "B.png", (7.9, 7.9))
    found = image_files(root)
    assert {split: list(labels) for split, labels in found.items()} == {
        "train": ["a", "b"],
        "test": ["a", "b"],
    }
    names = [file.name for file in found["train"]["a"]]
    inside = ["1.png", "10.png", "2/a/c.png", "2/b.png", "B.png", "é.png"]
    assert names == [f"train/a/{name}" for name in inside]
    assert found["train"]["a"][4][1:] == (5, 7)


@pytest.mark.parametrize(
    "name", [".DS_Store", "._1.png", "Thumbs.db", "thumbs.db", "desktop.ini", "__MACOSX/1.png", "Icon\r"]
)
def test_files_of_systems_are_left_out_wherever_they_are(root: Path, name: str) -> None:
    before = image_files(root)
    for folder in (root, root / "train", root / "train" / "a"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    assert image_files(root) == before


def test_links_are_followed(root: Path) -> None:
    (root / "train" / "a").rename(root.parent / "far")
    (root / "train" / "a").symlink_to(root.parent / "far")
    (root / "train" / "b" / "more").symlink_to(root.parent / "far")
    found = image_files(root)["train"]
    assert [file.name for label in "ab" for file in found[label]] == [
        "train/a/1.png",
        "train/b/1.png",
        "train/b/more/1.png",
    ]


@pytest.mark.parametrize("where", ["train/a/loop", "train/a/deep/loop"])
@pytest.mark.parametrize("to", ["train/a", "train", "."])
def test_a_link_that_leads_round_is_named(root: Path, where: str, to: str) -> None:
    (root / where).parent.mkdir(exist_ok=True)
    (root / where).symlink_to(root / to)
    said = message(root)
    assert str(root / where) in said
    assert "links to a folder that holds it: remove the link" in said


@pytest.mark.parametrize("where", ["train/a/2.png", "train/c"])
def test_a_link_to_nothing_is_named(root: Path, where: str) -> None:
    (root / where).symlink_to(root / "nowhere")
    assert message(root) == f"{root / where} is a link to nothing: repair or remove it"


def test_a_link_to_itself_is_named(root: Path) -> None:
    (root / "train" / "a" / "2.png").symlink_to(root / "train" / "a" / "2.png")
    assert "train/a/2.png cannot be read (Too many levels of symbolic links)" in message(root)


def test_what_is_no_file_is_named(root: Path) -> None:
    os.mkfifo(root / "test" / "b" / "pipe")
    assert message(root) == f"{root / 'test/b/pipe'} is neither a file nor a folder: remove it"


@pytest.mark.parametrize("empty", [[], ["deep"], [".DS_Store"]])
def test_label_without_images_is_named(root: Path, empty: list[str]) -> None:
    (root / "test" / "b" / "1.png").unlink()
    for name in empty:
        (root / "test" / "b" / name).mkdir()
    assert f"{root / 'test' / 'b'} holds no image" in message(root)


def test_split_without_labels_is_named(root: Path) -> None:
    for split in ("train", "test"):
        (root / split).rename(root / f"{split}_old")
        (root / split).mkdir()
    assert f"{root / 'train'} holds no folder" in message(root)


def test_a_file_in_place_of_the_folder_is_named(root: Path) -> None:
    path = root / "test" / "a" / "1.png"
    assert message(path) == f"{path} cannot be listed (Not a directory)"


def test_a_name_that_is_no_text(root: Path) -> None:
    inside = os.fsencode(root / "train" / "a")
    Path(os.fsdecode(inside + b"/\xff\n.png")).write_bytes(b"three")
    assert image_files(root)["train"]["a"][1].name == "train/a/\udcff\n.png"
    Path(os.fsdecode(os.fsencode(root / "train") + b"/\xff")).mkdir()
    assert r"/train/\udcff: the name is not UTF-8" in message(root)


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user who may read only what all may."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


def test_what_may_not_be_read_is_named() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in ("train/a", "test/a"):
            (Path(folder) / name).mkdir(parents=True)
            (Path(folder) / name / "1.png").write_bytes(b"one")
        secret = Path(folder) / "train" / "a"
        (secret / "1.png").chmod(0)
        with (
            without_rights(),
            pytest.raises(ValueError, match=r"a/1\.png cannot be read \(Permission denied\)"),
        ):
            read_bytes(secret / "1.png")
        secret.chmod(0)
        with without_rights():
            assert message(Path(folder)) == f"{secret} cannot be listed (Permission denied)"
        secret.chmod(0o755)


def test_sixty_thousand_files_take_about_a_second(tmp_path: Path) -> None:
    for split, count in (("train", 500), ("test", 100)):
        for label in range(100):
            (tmp_path / split / str(label)).mkdir(parents=True)
            for number in range(count):
                (tmp_path / split / str(label) / f"{number}.png").touch()
    start = time.process_time()
    found = image_files(tmp_path)
    assert time.process_time() - start < 2  # half a second on a free core
    assert sum(len(files) for labels in found.values() for files in labels.values()) == 60_000
