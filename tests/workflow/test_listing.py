"""What counts as a change of a folder of images, and what does not."""

import os
import shutil
from pathlib import Path

import pytest

from nodal.files.images import image_files
from nodal.workflow.listing import listing_digest


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """An image folder of one label, and a table on it."""
    for split in ("train", "test"):
        (tmp_path / "photos" / split / "x").mkdir(parents=True)
        (tmp_path / "photos" / split / "x" / "1.png").write_bytes(b"one")
    (tmp_path / "photos" / "order.txt").write_text("x")
    return tmp_path / "photos"


def listed(photos: Path) -> str:
    return listing_digest(image_files(photos), [(photos / "order.txt").read_bytes()])


def test_a_folder_changes_where_images_come_go_or_change(photos: Path) -> None:
    inside = photos / "train" / "x"
    seen = [listed(photos)]
    (inside / "2.png").write_bytes(b"two")
    seen.append(listed(photos))
    (inside / "2.png").write_bytes(b"three")
    seen.append(listed(photos))
    (inside / "2.png").rename(inside / "3.png")
    seen.append(listed(photos))
    (inside / "3.png").rename(photos / "test" / "x" / "3.png")
    seen.append(listed(photos))
    (photos / "order.txt").write_text("y")
    seen.append(listed(photos))
    assert len(set(seen)) == 6
    (photos / "order.txt").write_text("x")
    (photos / "test" / "x" / "3.png").unlink()
    assert listed(photos) == seen[0]


def test_an_image_in_the_place_of_one_of_the_same_size_is_a_change(photos: Path) -> None:
    before, path = listed(photos), photos / "train" / "x" / "1.png"
    changed = path.stat().st_mtime
    path.write_bytes(b"two")
    os.utime(path, (changed + 1, changed + 1))
    assert listed(photos) != before


def test_a_copy_that_keeps_times_to_the_second_is_no_change(photos: Path, tmp_path: Path) -> None:
    shutil.copytree(photos, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*.png"):
        second = int(path.stat().st_mtime)
        os.utime(path, (second, second))
    assert listed(tmp_path / "copy") == listed(photos)


def test_what_is_not_read_is_no_change(photos: Path) -> None:
    before = listed(photos)
    for folder in (photos, photos / "train", photos / "train" / "x"):
        for name in (".DS_Store", "Thumbs.db"):
            (folder / name).write_bytes(b"any")
    (photos / "train" / "README.txt").write_text("words")
    (photos / "order.txt").touch()
    assert listed(photos) == before


def test_images_behind_links_count(photos: Path, tmp_path: Path) -> None:
    before = listed(photos)
    (photos / "train" / "x").rename(tmp_path / "far")
    (photos / "train" / "x").symlink_to(tmp_path / "far")
    assert listed(photos) == before
    (tmp_path / "far" / "2.png").write_bytes(b"two")
    assert listed(photos) != before


def test_names_that_are_no_text_are_listed(photos: Path) -> None:
    before = listed(photos)
    Path(os.fsdecode(os.fsencode(photos / "train" / "x") + b"/\xff.png")).write_bytes(b"two")
    assert listed(photos) != before
