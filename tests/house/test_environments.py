"""Each rule has a log and an environment, and each environment holds what its scripts import and no more."""

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
import yaml
from snakemake.api import SnakemakeApi
from snakemake.rules import Rule
from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings

from nodal.workflow.code import Code

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
IMPORTED_AS = {
    "pytorch": "torch", "matplotlib-base": "matplotlib", "pillow": "PIL", "pyyaml": "yaml",
    "lazy-loader": "lazy_loader",
}  # fmt: skip
LATE = ("import_module", "_imported")  # imports of what not every job needs
OURS_OR_PYTHONS = {"nodal", "job", *sys.stdlib_module_names}


@functools.cache
def rules() -> list[Rule]:
    """All rules that do something, as Snakemake knows them: inherited from another or made in a loop, too."""
    quiet = OutputSettings(quiet={Quietness.ALL})
    with mock.patch.dict(os.environ), SnakemakeApi(quiet) as api:  # a Snakefile sets variables for its jobs
        loaded = api.workflow(ResourceSettings(), snakefile=ROOT / "Snakefile", workdir=ROOT)
        return [rule for rule in loaded._workflow.rules if not rule.norun]


def script_of(rule: Rule) -> Path:
    """The script that a rule runs."""
    params = SimpleNamespace(script=rule.params.get("script"))
    return SCRIPTS / Path(rule.script.format(params=params)).name


def environment_of(rule: Rule) -> str:
    """The name of a rule's environment file."""
    return Path(str(rule.conda_env)).stem


def code_of(environment: str) -> set[Path]:
    """All of our files that run in an environment; every script imports `job.py`."""
    scripts = {script_of(rule) for rule in rules() if rule.script and environment_of(rule) == environment}
    code = Code(ROOT)
    return {file for script in scripts | {SCRIPTS / "job.py"} for file in code.files(script)}


def imported(path: Path) -> set[str]:
    """Packages that a file imports anywhere in it, but for type hints alone: not ours, not Python's."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    nodes = list(ast.walk(tree))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    names |= {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in LATE
        and isinstance(node.args[0], ast.Constant)
    }
    return {name for name in names if name.partition(".")[0] not in OURS_OR_PYTHONS}


def test_every_rule_has_an_environment_and_a_log() -> None:
    for rule in rules():
        assert environment_of(rule) in ("tables", "torch"), rule.name
        assert rule.log, rule.name


def test_every_script_belongs_to_a_rule() -> None:
    scripts = {script_of(rule) for rule in rules() if rule.script}
    assert scripts | {SCRIPTS / "job.py"} == set(SCRIPTS.glob("*.py"))


def test_every_rule_carries_the_digest_of_the_script_that_it_runs() -> None:
    code = Code(ROOT)
    for rule in rules():
        if rule.script:
            assert rule.params.code == code.digest(script_of(rule)), rule.name


@pytest.mark.parametrize("environment", ["tables", "torch"])
def test_an_environment_holds_what_its_scripts_import_and_no_more(environment: str) -> None:
    packages = yaml.safe_load((ROOT / "envs" / f"{environment}.yaml").read_text())["dependencies"]
    names = {each.partition(" ")[0] for each in packages} - {"python"}
    modules = {name.partition(".")[0] for file in code_of(environment) for name in imported(file)}
    assert modules == {IMPORTED_AS.get(name, name) for name in names}


def test_jobs_that_count_average_and_draw_import_no_torch() -> None:
    files = code_of("tables")
    library = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in files
        if SCRIPTS not in file.parents
    }
    modules = sorted(library | {name for file in files for name in imported(file)})
    program = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
