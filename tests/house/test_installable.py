"""The library installs as a package: whole, without Snakemake, and light until something is asked of it."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.house.test_environments import IMPORTED_AS, imported

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LIBRARY, WORKFLOW, FAMILIES, TEXT, EXPORT = (
    {IMPORTED_AS.get(each.name, each.name) for each in map(Requirement, asked)}
    for asked in (
        PROJECT["dependencies"],
        *(PROJECT["optional-dependencies"][extra] for extra in ("workflow", "families", "text", "export")),
    )
)
COMES_WITH_FAMILIES = {"huggingface_hub"}


def files(folder: Path) -> set[str]:
    """All files below a folder, by their relative paths, but for Python's own caches."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel, and nothing else, is installed."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    offline = ["--no-index", "--no-deps"]
    subprocess.run(
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, ROOT], cwd=wheels, check=True
    )
    subprocess.run([*pip, "install", *offline, "--target", target, *wheels.iterdir()], cwd=wheels, check=True)
    return target


def run(program: str, installed: Path) -> str:
    """What a program prints that finds the installed library, and not the one of the repository."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_wheel_holds_all_of_the_library_and_nothing_else(installed: Path) -> None:
    assert "py.typed" in files(ROOT / "nodal")
    assert files(installed / "nodal") == files(ROOT / "nodal")
    assert {path.name for path in installed.iterdir()} == {"nodal", f"nodal-{PROJECT['version']}.dist-info"}


def test_importing_the_library_loads_nothing_but_what_makes_it_lazy(installed: Path) -> None:
    program = "import sys; before = set(sys.modules); import nodal; print(*set(sys.modules) - before)"
    loaded = {name.partition(".")[0] for name in run(program, installed).split()}
    assert loaded - set(sys.stdlib_module_names) == {"nodal", "lazy_loader"}


def test_the_library_measures_without_snakemake_and_torch(installed: Path) -> None:
    program = f"""
import sys
sys.modules |= dict.fromkeys({sorted(WORKFLOW | {"torch", "torchvision"})})  # None: cannot be imported
import numpy as np
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp
print(sys.modules["nodal"].__file__)
print(*clusters(Snp(np.array([[1.0, 0.5, 0.0]]), np.array([[1.0, 1.0, 0.0]])), [0.4])[0][0])
"""
    assert run(program, installed).split() == [str(installed / "nodal" / "__init__.py"), "0", "0", "-1"]


def packages(paths: Iterable[Path]) -> set[str]:
    """Packages that files import: not ours, not Python's, nor the part of pydantic that comes with it."""
    return {name.partition(".")[0] for path in paths for name in imported(path)} - {"pydantic_core"}


def test_the_project_asks_for_what_is_imported_and_no_more() -> None:
    # They need the extra.
    ours = {*(ROOT / "nodal" / "report").rglob("*.py"), ROOT / "nodal" / "workflow" / "terminal.py"}
    extras = FAMILIES | COMES_WITH_FAMILIES | TEXT | EXPORT
    assert packages(set((ROOT / "nodal").rglob("*.py")) - ours) == LIBRARY | extras
    runners = {"snakemake", "snakemake-executor-plugin-slurm"}
    assert packages(ours | set((ROOT / "workflow").rglob("*.py"))) - LIBRARY - extras == WORKFLOW - runners


def test_the_version_is_the_same_everywhere_and_nowhere_in_the_library(installed: Path) -> None:
    version = PROJECT["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version
    releases = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert releases[0] == version
    asked = "from importlib.metadata import version; print(version('nodal'))"
    assert run(asked, installed) == version
    # There it would be part of every digest.
    assert not [path for path in (ROOT / "nodal").rglob("*.py") if f'"{version}"' in path.read_text()]
