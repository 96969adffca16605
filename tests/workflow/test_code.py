"""What counts as a change of a job's code, and what does not."""

import os
import shutil
import time
from pathlib import Path
from unittest import mock

import pytest

from nodal.workflow.code import Code
from nodal.workflow.description import source_digest

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
    return Code(root).digest(root / "scripts" / "job.py")


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
        code = Code(tmp_path)
        return {path.stem: code.digest(path) for path in sorted((tmp_path / "scripts").glob("*.py"))}

    before = digests()
    edit(tmp_path, "nodal/attention/ownership.py", "import numpy as np", "import numpy as np\n\nUNUSED = 1")
    changed = {name for name, value in digests().items() if value != before[name]}
    assert "specialise" in changed
    assert not changed & {"pretrain", "probe", "snp", "clusters", "masks", "retrain"}


def kept(root: Path) -> Code:
    return Code(root, kept=root / ".snakemake" / "code.json")


def next_digest(root: Path) -> str:
    """What a process finds that takes what was kept."""
    return kept(root).digest(root / "scripts" / "job.py")


def keep(root: Path) -> str:
    """What the first process finds, which keeps what it read; all files are older than they are here."""
    later = time.time() + 60
    code = kept(root)
    with mock.patch("nodal.workflow.code.time.time", return_value=later):
        found = code.digest(root / "scripts" / "job.py")
    code.keep()
    return found


def test_what_was_kept_is_not_read_again(root: Path) -> None:
    before = keep(root)
    with mock.patch("nodal.workflow.code.ast.parse", side_effect=AssertionError("read again")):
        assert next_digest(root) == before
    assert digest(root) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("nodal/maths.py", "2 * x", "3 * x"),
        ("scripts/job.py", "import os", "import nodal.other"),
        ("nodal/deep/base.py", "ONE = 1", "ONE = 1\nTEXT = 'longer'"),
    ],
)
def test_an_edit_is_seen_beside_what_was_kept(root: Path, name: str, old: str, new: str) -> None:
    before = keep(root)
    edit(root, name, old, new)
    assert next_digest(root) == digest(root) != before


def test_another_time_of_change_is_no_edit_and_the_same_time_hides_none(root: Path) -> None:
    before = keep(root)
    path = root / "nodal" / "maths.py"
    os.utime(path, ns=(0, 0))
    assert next_digest(root) == before
    times = path.stat()
    path.write_text(path.read_text().replace("2 * x", "3 * x"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert next_digest(root) != before


def test_a_module_that_comes_later_is_followed(root: Path) -> None:
    edit(root, "scripts/job.py", "import os", "from nodal import extra")
    before = keep(root)
    (root / "nodal" / "extra.py").write_text("X = 1\n")
    assert next_digest(root) == digest(root) != before


def test_a_file_that_has_just_changed_is_not_kept(root: Path) -> None:
    code = kept(root)
    code.digest(root / "scripts" / "job.py")
    code.keep()
    assert not (root / ".snakemake").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": {}}', '{"reader": "Python 2", "files": {"a": [1]}}']
)
def test_what_is_damaged_or_of_another_reader_is_read_again(root: Path, text: str) -> None:
    before = keep(root)
    (root / ".snakemake" / "code.json").write_text(text)
    assert next_digest(root) == before


def test_nowhere_to_keep_it_is_no_fault(root: Path) -> None:
    (root / ".snakemake").write_text("a file")
    assert keep(root) == digest(root)


USERS = {
    "model.py": "import helper\nfrom mynet import Net\n\n\ndef network():\n"
    "    from plain.blocks import f\n\n    return f(Net, helper)\n",
    "helper.py": "import other\n",
    "other.py": "ONE = 1\n",
    "mynet/__init__.py": "from .layers import Net\n",
    "mynet/layers.py": "from . import sizes\n\nNet = 1\n",
    "mynet/sizes.py": "from .deep.widths import WIDTH\n",
    "mynet/deep/widths.py": "from ..norms import NORM\n\nWIDTH = 1\n",
    "mynet/norms.py": "NORM = 1\n",
    "plain/blocks.py": "f = 1\n",
    "unused.py": "THREE = 3\n",
    "mynet/unused.py": "FOUR = 4\n",
}


@pytest.mark.parametrize("edited", sorted(USERS))
def test_a_users_network_is_all_the_files_that_it_imports(edited: str, tmp_path: Path) -> None:
    for name, text in USERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = source_digest(str(tmp_path / "model.py"))
    with (tmp_path / edited).open("a") as file:
        file.write("MORE = 1\n")
    assert (source_digest(str(tmp_path / "model.py")) != before) == ("unused" not in edited)


def test_a_users_file_that_is_no_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("import helper\nfrom .. import above\n")
    source_digest(str(tmp_path / "model.py"))
    (tmp_path / "helper.py").write_text("def (\n")
    with pytest.raises(ValueError, match=r"model.py cannot be read \(.*helper.py"):
        source_digest(str(tmp_path / "model.py"))
