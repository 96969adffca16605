"""What the documentation says is true: its configurations are valid, its links lead somewhere."""

import re
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from nodal.workflow.settings import checked

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"), *ROOT.glob("*/README.md")])


def test_the_example_of_an_own_configuration_is_valid() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "users.md").read_text(), re.S)
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    update_config(config, yaml.safe_load(text))  # as --configfile does
    settings = checked(config)
    assert settings["runs"]["mine"]["fc_pruning"]["tap"] == "block7"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:docs|tests|config|rules|nodal|profiles|benchmarks|reference|claims)/[\w./-]*\w)`",
        page.read_text(),
    )
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing
