"""Files that are written whole or not at all, and that others may read."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from nodal.figures.style import save
from nodal.files.atomic import replacing
from nodal.files.parquet import write_table
from nodal.files.tensors import write_tensors


@pytest.fixture(params=[0o022, 0o027, 0o002, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_files_have_the_permissions_that_the_umask_says(tmp_path: Path, umask: int) -> None:
    write_tensors(tmp_path / "a.safetensors", {"a": np.zeros(3)})
    write_table(tmp_path / "a.parquet", {"a": np.zeros(3)}, {"a": "zeros"}, {})
    save(Figure(), tmp_path / "a.png", tmp_path / "a.pdf")
    with replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("a")
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    names = ["a.safetensors", "a.parquet", "a.png", "a.pdf", "a.txt"]
    assert modes == dict.fromkeys(names, oct(0o666 & ~umask))


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a") as temporary:
        temporary.write_bytes((tmp_path / "nowhere").read_bytes())
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}
