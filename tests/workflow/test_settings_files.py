"""What is said of the configuration elsewhere fits the models; what merging hides in a file is found."""

import json
import re
from pathlib import Path

import pytest

from nodal.workflow.settings import checked
from nodal.workflow.settings.__main__ import schema
from tests.chain.workflow import ROOT, TINY


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    assert (ROOT / "config" / "schema.json").read_text() == f"{schema()}\n", (
        "python -m nodal.workflow.settings > config/schema.json"
    )


def test_every_key_is_explained() -> None:
    definitions = json.loads(schema())
    keys = {
        key for each in [definitions, *definitions["$defs"].values()] for key in each.get("properties", ())
    }
    code = " ".join(re.findall(r"`([^`]+)`", (ROOT / "config" / "README.md").read_text()))
    assert keys - set(re.findall(r"\w+", code)) == set()


def test_editors_find_the_schema() -> None:
    lines = (ROOT / "config" / "config.yaml").read_text().splitlines()
    assert "# yaml-language-server: $schema=schema.json" in lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seeds: [0]\nruns: {}\nseeds: [1]\n", "seeds stands twice, in lines 1 and 3"),
        (
            "runs:\n  a: {model: {width: 4,\n    width: 8}}\n",
            "runs.a.model.width stands twice, in lines 2 and 3",
        ),
        ("a:\n  - {b: 1, b: 2}\n", "a.b stands twice, in lines 2 and 2"),
    ],
)
def test_a_key_that_stands_twice_in_a_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}: {said}')}$"):
        checked(TINY, [ROOT / "tests" / "tiny.yaml", path])


def test_a_merged_mapping_and_json_hold_no_key_twice(tmp_path: Path) -> None:
    merged, tabs, empty = tmp_path / "merged.yaml", tmp_path / "tabs.json", tmp_path / "empty.yaml"
    merged.write_text("a: &a {b: 1}\nc: {<<: *a, b: 2}\n")
    tabs.write_text('{\n\t"a": {"b": 1}\n}')
    empty.write_text("")
    assert checked(TINY, [merged, tabs, empty]) == checked(TINY)
