"""The report: nothing missing, nothing from outside, no overflow, in a real browser where there is one."""

import html
import re
from pathlib import Path

import jinja2
import pandas as pd
import pytest

from nodal.files.clusters import read_clusters
from nodal.report.contexts import claim_context, table_context
from nodal.report.page import SECTIONS
from tests.chain.workflow import ROOT, Workflow
from tests.report.browser import CHROMIUM, looked_at


@pytest.fixture(scope="module")
def page(finished: Workflow) -> str:
    return (finished.folder / "results" / "report.html").read_text(encoding="utf-8")


def test_everything_is_in_the_page(page: str) -> None:
    # Ten figures, and beside them headline, privilege, importance, pruning and unified.
    assert len(re.findall(r'<img src="data:image/webp;base64,', page)) == 15
    assert re.findall(r'(?:src|href)="((?!data:|#)[^"]*)', page) == ["https://arxiv.org/abs/2501.12900"]
    for number in range(1, 6):
        assert f"Table {number}" in page
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(re.findall(r'id="(\w+)"', page))
    assert "{{" not in page


def test_the_tables_of_the_page_are_the_files(page: str, finished: Workflow) -> None:
    table = table_context(finished.folder / "results" / "table2.csv", "")
    text = html.unescape(page)
    for row in table["rows"]:
        assert "".join(f"<td>{cell}</td>" for cell in row) in text


LOOK = """
const broken = [...document.images].filter((image) => !image.complete || !image.naturalWidth).length;
const root = document.documentElement;
return [document.images.length, broken, root.scrollWidth - root.clientWidth].join(" ");
"""


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
@pytest.mark.parametrize(
    "options", [["--window-size=390,2000"], ["--force-dark-mode"]], ids=["phone", "dark"]
)
def test_a_browser_shows_it_without_faults(page: str, tmp_path: Path, options: list[str]) -> None:
    images, broken, overflow = looked_at(page, tmp_path, LOOK, *options).split()
    assert (images, broken) == (str(page.count('src="data:image')), "0")
    assert int(overflow) <= 0


EXPLORE = """
const at = (id) => document.getElementById(`explorer-${id}`);
const choose = (id, value) => { at(id).value = value; at(id).dispatchEvent(new Event("change")); };
const found = [at("tap").selectedOptions[0].textContent, at("node").options.length];
choose("sort", "diagonal");
const counts = [...at("node").options].map((option) => Number(option.textContent.match(/(\\d+) labels/)[1]));
found.push(counts.every((count, i) => !i || count <= counts[i - 1]));
const taps = [...at("tap").options];
choose("tap", taps.findIndex((option) => option.textContent.startsWith("heads")));
choose("label", 1);
found.push(at("holders").querySelectorAll("button").length, at("holders").querySelectorAll("svg").length);
at("inside").click();
found.push(at("matrices").querySelectorAll("svg").length);
return found.join("|");
"""


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
def test_the_explorer_finds_nodes_and_holders_of_a_label(
    page: str, finished: Workflow, tmp_path: Path
) -> None:
    tap, nodes, falling, holders, heads, matrices = looked_at(page, tmp_path, EXPLORE).split("|")
    attention = sorted((finished.folder / "results/tiny/seed0/clusters/heads").glob("*.parquet"))[0]
    holding = (read_clusters(attention, 0.3)[:, 1] >= 0).sum()
    assert (tap, falling, matrices) == ("blocks (sequence): block2", "true", "4")  # each with its legend
    assert (int(nodes), int(holders), heads) == (16, holding, "1")


def test_claims_with_their_counts(tmp_path: Path) -> None:
    rows = {
        "id": ["A", "B"], "statement": "so", "where": "text", "run": "m", "paper": ["0.8", None],
        "ours_mean": [0.7912, None], "ours_sd": [0.01, None], "seeds": 3, "control": ["random", None],
        "control_mean": [0.5, None], "rule": "r", "verdict": ["partly", "not yet run"], "note": [None, "n"],
    }  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "claims.csv", index=False)
    claims, verdicts = claim_context(tmp_path / "claims.csv")
    assert verdicts == {"partly": 1, "not yet run": 1}
    assert (claims[0]["ours"], claims[0]["control"]) == ("0.791 ± 0.01", "random 0.5")
    assert (claims[1]["ours"], claims[1]["control"], claims[1]["note"]) == ("", "", "n")


MARKUP = """</script></td><b onclick="a('b')">&amp; 'quoted' {{ x }} $$"""


def test_names_are_no_markup(tmp_path: Path) -> None:
    """Whatever a run, a data set or a cell of a table is called, it is text in the page."""
    pd.DataFrame({MARKUP: [MARKUP]}).to_csv(tmp_path / "table1.csv", index=False)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "report"), undefined=jinja2.StrictUndefined, autoescape=True
    )
    main = {"name": MARKUP, "data": MARKUP, "settings": {"paper": False, "model": {"family": MARKUP}}}
    page = environment.get_template("report.html.j2").render(
        style="", scripts="", explorer={"index": "", "content": ""}, sections=SECTIONS, runs=[MARKUP],
        main=main, accuracy=MARKUP, run_rows=[{"name": "data", "cells": [MARKUP]}],
        groups={}, verdicts={}, apart={}, opening=[], figures=[],
        tables={MARKUP: [table_context(tmp_path / "table1.csv", MARKUP)]},
        seeds=[0], stages=[], versions={MARKUP: MARKUP}, commit=MARKUP, machine=MARKUP, date="",
        config=MARKUP,
    )  # fmt: skip
    assert "<b onclick" not in page
    assert page.count("</script>") == 3  # the template's own
    assert html.unescape(page).count(MARKUP) >= 8
