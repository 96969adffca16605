"""One set of versions: the lock, the project, and the conda environments agree."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
# Packages that conda calls otherwise.
PYPI_NAME = {"pytorch": "torch", "matplotlib-base": "matplotlib", "huggingface_hub": "huggingface-hub"}


def pins(path: Path) -> list[tuple[str, str]]:
    """Name and version of every package of a lock file; each must bear a hash."""
    text = path.read_text().replace("\\\n", " ")
    found = []
    for line in filter(str.strip, text.splitlines()):
        match = re.match(r"([a-z0-9-]+)==([^\s;]+)(?: ;[^-]*)?.* --hash=sha256:[0-9a-f]{64}", line)
        assert match, f"{path.name}: {line[:80]}"
        found.append((match[1], match[2]))
    return found


LOCK = dict(pins(ROOT / "envs" / "requirements.lock"))


@pytest.mark.parametrize("name", ["requirements.lock", "installer.lock"])
def test_each_package_is_locked_once(name: str) -> None:
    names = [package for package, _ in pins(ROOT / "envs" / name)]
    assert names
    assert len(names) == len(set(names))


def test_what_the_project_asks_for_admits_the_locked_versions() -> None:
    groups = (
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    )
    asked = [Requirement(each) for group in groups for each in group]
    assert len({each.name for each in asked}) == len(asked)
    for each in [*asked, *map(Requirement, PROJECT["build-system"]["requires"])]:
        assert each.specifier, f"{each}: no version is too old for it"
        assert each.specifier.contains(LOCK[each.name]), each


def test_the_locked_versions_are_those_that_run() -> None:
    project = PROJECT["project"]
    for each in map(Requirement, project["dependencies"] + project["optional-dependencies"]["workflow"]):
        assert version(each.name).partition("+")[0] == LOCK[each.name], each


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_conda_environments_have_the_locked_versions(path: Path) -> None:
    environment = yaml.safe_load(path.read_text())
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    packages = [re.split(r"\s*=+\s*", each) for each in environment["dependencies"]]
    found = {PYPI_NAME.get(name, name): pin for name, pin in packages}
    assert len(found) == len(packages)
    assert PROJECT["project"]["requires-python"] == f">={found.pop('python')}"
    assert found == {name: LOCK.get(name) for name in found}


def test_there_are_conda_environments() -> None:
    assert [path.name for path in ENVIRONMENTS] == ["tables.yaml", "torch.yaml"]


def test_no_lock_or_configuration_names_a_host() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = (
        listed.stdout.split("\0")
        if listed.returncode == 0
        else [str(p.relative_to(ROOT)) for p in ENVIRONMENTS]
    )
    settings = [n for n in names if n.endswith((".lock", ".toml", ".yaml", ".yml", ".cfg", ".ini"))]
    assert settings
    for name in settings:
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            assert "://" not in line, f"{name}:{number}"
