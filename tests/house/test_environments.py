"""Each rule has a log and an environment, and each environment holds what its scripts import and no more."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from nodal.workflow.digest import code_files

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
IMPORTED_AS = {"pytorch": "torch", "matplotlib-base": "matplotlib", "pillow": "PIL", "pyyaml": "yaml"}
OURS_OR_PYTHONS = {"nodal", "job", *sys.stdlib_module_names}


def rules() -> Iterator[tuple[str, str]]:
    """Name of the file and text of every rule below `rules/`."""
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for text in re.split(r"^ *rule\b.*:$", path.read_text(), flags=re.MULTILINE)[1:]:
            yield path.name, text


def value(text: str, directive: str, pattern: str) -> str | None:
    """The one value of a directive."""
    found = re.search(rf'^ *{directive}:\n +"\.\./{pattern}"', text, re.MULTILINE)
    return found and found[1]


def code_of(environment: str) -> set[Path]:
    """All of our files that run in an environment; every script imports `job.py`."""
    found = [
        value(text, "script", r"workflow/scripts/(\w+\.py)")
        for _, text in rules()
        if value(text, "conda", r"envs/(\w+)\.yaml") == environment
    ]
    scripts = [SCRIPTS / name for name in [*found, "job.py"] if name]
    return {file for script in scripts for file in code_files(script, ROOT)}


def imported(path: Path) -> set[str]:
    """Packages that a file imports anywhere in it, but for type hints alone: not ours, not Python's."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    nodes = list(ast.walk(tree))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name for name in names if name.partition(".")[0] not in OURS_OR_PYTHONS}


def test_every_rule_has_an_environment_and_a_log() -> None:
    for file, text in rules():
        assert value(text, "conda", r"envs/(\w+)\.yaml") in ("tables", "torch"), f"{file}: {text[:200]}"
        assert re.search(r"^ *log:$", text, re.MULTILINE), f"{file}: {text[:200]}"


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
