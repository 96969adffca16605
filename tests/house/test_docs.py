"""What the documentation says is true: its configurations are valid, its links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from nodal.workflow.settings import checked

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"), *ROOT.glob("*/README.md")])


def test_the_examples_of_an_own_configuration_are_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the networks are described below `results/`
    data, networks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "users.md").read_text(), re.S)
    assert checked(yaml.safe_load(data))["runs"]["mine"]["fc_pruning"]["tap"] == "block7"
    (tmp_path / "mine.py").write_bytes((ROOT / "examples" / "own_encoder.py").read_bytes())
    runs = checked(yaml.safe_load(networks))["runs"]
    assert {name: run["fc_pruning"]["tap"] for name, run in runs.items()} == {
        "resnet": "block8", "vit": "block12", "mine": "block2",
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:docs|tests|config|rules|nodal|profiles|benchmarks|reference|claims)/[\w./-]*\w)`",
        page.read_text(),
    )
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_targets_are_never_taken_for_configurations(page: Path) -> None:
    """`--configfile a b` takes b for a configuration too, `--configfile=a b` does not."""
    text = page.read_text()
    assert not re.findall(r"^ .*--configfile \S+\.yaml (?!--)", text, re.M)


def test_make_shows_only_what_it_has_made() -> None:
    recipe = (ROOT / "Makefile").read_text().split("\ntable3:")[1].split("\n\n")[0]
    run, show = (set(re.findall(r"results/\S+\.csv", line)) for line in recipe.splitlines()[1:3])
    assert show
    assert show <= run


def test_the_site_has_no_broken_link(tmp_path: Path) -> None:
    """Strict: a warning ends it, as of a page or an anchor that is not there, or a missing docstring."""
    house = [sys.executable, "docs/house.py"]
    subprocess.run(house, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    site = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(site, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "api.html").read_text()
    assert "signal_to_noise" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:js|css|woff2?)"', page)
