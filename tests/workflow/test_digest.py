"""What counts as a change of a job's code, or of a folder of images, and what does not."""

import os
import shutil
from pathlib import Path

import pytest

from nodal.files.images import image_files
from nodal.workflow.digest import code_digest, listing_digest

FILES = {
    "nodal/__init__.py": '"""The package."""\n',
    "nodal/maths.py": (
        '"""Maths."""\n\nfrom nodal.deep import base\n\n\n'
        'def f(x):\n    """Twice."""\n    return 2 * x + base.ONE\n'
    ),
    "nodal/deep/__init__.py": "",
    "nodal/deep/base.py": "ONE = 1\n",
    "nodal/lazy.py": "THREE = 3\n",
    "nodal/other.py": "import nodal.maths\n\nTWO = 2\n",
    "scripts/job.py": (
        "import os\n\nfrom nodal.maths import f\n\n\nclass A:\n"
        '    """A class."""\n\n    def go(self):\n'
        "        import nodal.lazy as lazy\n\n        return f(lazy.THREE)\n"
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "clone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "clone"


def digest(root: Path) -> str:
    return code_digest(root / "scripts" / "job.py", root)


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text()
    assert old in text
    changed = path.stat().st_mtime_ns + 1_000_000_000
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(changed, changed))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("nodal/maths.py", "2 * x", "3 * x"),
        ("nodal/maths.py", "def f(x)", "def f(x, y=0)"),
        ("nodal/deep/base.py", "ONE = 1", "ONE = 1.0"),
        ("nodal/deep/__init__.py", "", "import sys\n"),
        ("nodal/__init__.py", '"""The package."""', "A = 1"),
        ("nodal/lazy.py", "3", "4"),
        ("scripts/job.py", "import os", "import sys"),
        ("scripts/job.py", "lazy.THREE", "lazy.THREE + 0"),
    ],
)
def test_edits_of_code_change_it(root: Path, name: str, old: str, new: str) -> None:
    before = digest(root)
    edit(root, name, old, new)
    assert digest(root) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("nodal/maths.py", "Twice.", "Two times."),
        ("nodal/maths.py", '    """Twice."""\n', ""),
        ("nodal/maths.py", '"""Maths."""', '"""Other words,\n\non three lines."""'),
        ("nodal/maths.py", "    return", "    # why\n    return"),
        ("nodal/maths.py", "2 * x + base.ONE", "(\n        2*x\n        + base.ONE\n    )"),
        ("nodal/__init__.py", "The package.", "Words."),
        ("nodal/deep/__init__.py", "", '"""Words."""\n'),
        ("scripts/job.py", '    """A class."""\n', ""),
        ("scripts/job.py", "import os\n", "import os  # a word\n\n\n"),
        ("nodal/other.py", "TWO = 2", "TWO = 3"),
    ],
)
def test_words_and_unrelated_modules_do_not_change_it(root: Path, name: str, old: str, new: str) -> None:
    before = digest(root)
    edit(root, name, old, new)
    assert digest(root) == before


def test_it_is_the_same_in_another_clone(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "elsewhere")
    assert digest(tmp_path / "elsewhere") == digest(root)
    assert len(digest(root)) == 16


def test_a_string_that_is_no_docstring_is_code(root: Path) -> None:
    before = digest(root)
    edit(root, "nodal/deep/base.py", "ONE = 1\n", 'ONE = 1\nTEXT = "word"\n')
    middle = digest(root)
    edit(root, "nodal/deep/base.py", "word", "other")
    assert len({before, middle, digest(root)}) == 3


@pytest.mark.parametrize(
    "line", ["from nodal import extra", "import nodal.extra", "from nodal.extra import X as Y"]
)
def test_every_form_of_import_is_followed(root: Path, line: str) -> None:
    (root / "nodal" / "extra.py").write_text("X = 1\n")
    edit(root, "scripts/job.py", "import os", line)
    before = digest(root)
    edit(root, "nodal/extra.py", "X = 1", "X = 2")
    assert digest(root) != before


def test_imports_in_a_circle(root: Path) -> None:
    edit(root, "nodal/deep/base.py", "ONE = 1", "import nodal.maths\n\nONE = 1")
    assert digest(root)


REPOSITORY = Path(__file__).parents[2]


def test_stages_of_the_repository_depend_on_their_own_modules_alone(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "nodal", tmp_path / "nodal")
    shutil.copytree(REPOSITORY / "workflow" / "scripts", tmp_path / "scripts")

    def digests() -> dict[str, str]:
        return {
            path.stem: code_digest(path, tmp_path) for path in sorted((tmp_path / "scripts").glob("*.py"))
        }

    before = digests()
    edit(tmp_path, "nodal/attention/ownership.py", "import numpy as np", "import numpy as np\n\nUNUSED = 1")
    changed = {name for name, value in digests().items() if value != before[name]}
    assert "specialise" in changed
    assert not changed & {"pretrain", "probe", "snp", "clusters", "masks", "retrain"}


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
