"""Where jobs can run: what is refused before any of them starts, in one line."""

from pathlib import Path

import pytest

from nodal.workflow.place import check_place


@pytest.mark.parametrize("name", ["nödal", "e\u0301", "花", "-nodal", "no%20dal", "a@b+c=d:e,f"])
def test_paths_that_a_shell_takes_as_they_are(tmp_path: Path, name: str) -> None:
    check_place(tmp_path, f"/home/{name}/bin/python", tmp_path / "results", "utf-8")
    assert (tmp_path / "results").is_dir()


@pytest.mark.parametrize("special", list(" '\"#$&;()*?[]{}~\\`|<>!\n"))
def test_paths_that_need_quotes_are_named(tmp_path: Path, special: str) -> None:
    with pytest.raises(ValueError, match="whose path holds a space or another special character"):
        check_place(tmp_path, f"/home/no{special}dal/bin/python", tmp_path / "results", "utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_names_of_files_are_never_read_as_others(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(ValueError, match=f"names of files would be read as {encoding}: set PYTHONUTF8=1"):
        check_place(tmp_path, results=tmp_path / "results", encoding=encoding)


def test_braces_in_the_path_of_the_workflow_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Snakemake takes braces in this path for wildcards"):
        check_place(tmp_path / "no{dal}", "/bin/python", tmp_path / "results", "utf-8")
