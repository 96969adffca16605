"""What Snakemake does with our environment files under `--sdm conda`, shown with a test double of `conda`.

The packages of its channel are empty, but for a Python that is the one of the tests and writes down what it
is given. So this shows which environments are made, when, and for which jobs; not that they can be resolved.
"""

import io
import json
import re
import shutil
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.chain.test_workflow import AFTER_CLUSTERS, CLUSTERS, MASKED, ROTATIONS
from tests.chain.workflow import ROOT, TINY, Workflow

PROGRAMS = {
    "conda": f'exec {sys.executable} {ROOT}/tests/chain/conda_double.py "$(dirname "$0")/.." "$@"',
    "activate": 'export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"',
}
PYTHON = f'#!/bin/sh\necho "$@" >> "$CONDA_PREFIX/ran"\nexec {sys.executable} "$@"\n'
CONDA = ("--sdm", "conda")


def pins(environment: str) -> frozenset[str]:
    """`name-version` of the packages that an environment file asks for."""
    asked = yaml.safe_load((ROOT / "envs" / f"{environment}.yaml").read_text())["dependencies"]
    return frozenset(each.replace(" =", "-") for each in asked)


TABLES, TORCH = pins("tables"), pins("torch")
NUMPY = next(pin for pin in TABLES if pin.startswith("numpy-"))


def make_channel(folder: Path, wanted: Iterable[str]) -> None:
    """Write noarch packages and their index."""
    folder.mkdir(parents=True)
    packages = {}
    for pin in wanted:
        name, _, version = pin.rpartition("-")
        about = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": []}
        packages[f"{pin}-0.tar.bz2"] = about = about | {"noarch": "generic", "subdir": "noarch"}
        programs = {"bin/python": PYTHON} if name == "python" else {}
        paths = [{"_path": path, "path_type": "hardlink"} for path in programs]
        says = {"index": about, "paths": {"paths": paths, "paths_version": 1}}
        files = programs | {f"info/{kind}.json": json.dumps(content) for kind, content in says.items()}
        with tarfile.open(folder / f"{pin}-0.tar.bz2", "w:bz2") as package:
            for path, text in files.items():
                member = tarfile.TarInfo(path)
                member.size, member.mode = len(text), 0o755
                package.addfile(member, io.BytesIO(text.encode()))
    (folder / "repodata.json").write_text(json.dumps({"info": {"subdir": "noarch"}, "packages": packages}))


@pytest.fixture(scope="module")
def conda(finished: Workflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflow]:
    """A copy of the finished workflow, its results accepted as made with conda; the double is on the path."""
    folder = tmp_path_factory.mktemp("conda")
    make_channel(folder / "channel" / "noarch", TABLES | TORCH | {"numpy-99.0"})
    (folder / "bin").mkdir()
    for name, text in PROGRAMS.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / "bin" / name).chmod(0o755)
    copy = Workflow(folder / "workflow", TINY)
    for part in ("results", ".snakemake"):
        shutil.copytree(finished.folder / part, copy.folder / part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder / "bin"), prepend=":")
        run(copy, "--touch")
        yield copy


def run(workflow: Workflow, *arguments: str) -> None:
    """Run with conda to a good end."""
    done = workflow.run(*CONDA, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def environments(workflow: Workflow) -> dict[frozenset[str], Path]:
    """The environments that were made, by the packages in them."""
    found = (workflow.folder / ".snakemake" / "conda").glob("*/conda-meta")
    return {frozenset(path.stem[:-2] for path in meta.glob("*.json")): meta.parent for meta in found}


def scripts_run(environment: Path) -> set[str]:
    """Names of the scripts that the Python of an environment was given."""
    return set(re.findall(r"/scripts/\w+\.(\w+)\.py$", (environment / "ran").read_text(), re.MULTILINE))


def test_one_environment_is_made_for_each_file(conda: Workflow) -> None:
    run(conda, "--conda-create-envs-only")
    assert set(environments(conda)) == {TABLES, TORCH}


def test_scripts_run_in_the_environment_of_their_rule(conda: Workflow) -> None:
    for target in ("results/tiny/table2.csv", "results/data/tiny-seed0.safetensors"):
        run(conda, "--rerun-triggers", "mtime", "--force", "--", target)
    assert scripts_run(environments(conda)[TABLES]) == {"table2"}
    assert scripts_run(environments(conda)[TORCH]) == {"draw_glyphs"}


def test_an_edited_environment_is_made_anew_and_its_rules_rerun(conda: Workflow) -> None:
    run(conda, "--touch")
    assert conda.planned(*CONDA) == set()
    conda.edit("envs/tables.yaml", NUMPY.replace("-", " ="), "numpy =99.1")
    assert conda.planned(*CONDA) == CLUSTERS | ROTATIONS | AFTER_CLUSTERS - MASKED | {"importance"}
    done = conda.run(*CONDA, "--", "results/table2.csv")
    assert done.returncode != 0
    assert "No candidates were found for numpy 99.1" in done.stdout + done.stderr
    assert "Activating" not in done.stderr
    conda.edit("envs/tables.yaml", "99.1", "99.0")
    run(conda, "--", "results/table2.csv")
    made = environments(conda)[TABLES - {NUMPY} | {"numpy-99.0"}]
    assert scripts_run(made) == {"clusters", "rotate", "table2"}
