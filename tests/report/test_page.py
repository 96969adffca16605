"""The report: nothing missing, nothing from outside, no overflow, in a real browser where there is one."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import jinja2
import pandas as pd
import pytest

from nodal.report.page import SECTIONS, claim_context, table_context
from tests.chain.workflow import ROOT, Workflow

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
PROBE = """
<script>addEventListener("load", () => {
  const broken = [...document.images].filter(image => !image.complete || !image.naturalWidth).length;
  const root = document.documentElement;
  document.title = ["checked", document.images.length, broken, root.scrollWidth - root.clientWidth].join(" ");
});</script>
"""


@pytest.fixture(scope="module")
def page(finished: Workflow) -> str:
    return (finished.folder / "results" / "report.html").read_text(encoding="utf-8")


def test_everything_is_in_the_page(page: str) -> None:
    assert (
        len(re.findall(r'<img src="data:image/png;base64,', page)) == 12
    )  # ten figures and the two that open it
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    for number in range(1, 6):
        assert f"Table {number}" in page
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(re.findall(r'id="(\w+)"', page))
    assert "{{" not in page


def test_the_tables_of_the_page_are_the_files(page: str, finished: Workflow) -> None:
    table = table_context(finished.folder / "results" / "table2.csv", "")
    text = html.unescape(page)
    for row in table["rows"]:
        assert "".join(f"<td>{cell}</td>" for cell in row) in text


@pytest.mark.skipif(BROWSER is None, reason="there is no chromium")
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_shows_it_without_faults(page: str, tmp_path: Path, width: int) -> None:
    (tmp_path / "report.html").write_text(page.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    command = [
        str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        f"--window-size={width},2000", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=5000", "--dump-dom", f"file://{tmp_path / 'report.html'}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    checked, images, broken, overflow = re.findall(r"<title>(.*?)</title>", done.stdout)[0].split()
    assert (checked, images, broken) == ("checked", "12", "0")
    assert int(overflow) <= 0
    assert "CONSOLE" not in done.stderr


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
    main = {"name": MARKUP, "settings": {"paper": False}}
    page = environment.get_template("report.html.j2").render(
        style="", sections=SECTIONS, main=main, runs=[main], run_rows=[{"name": "data", "cells": [MARKUP]}],
        claims=[], verdicts={}, apart={}, opening=[], figures=[],
        tables=[table_context(tmp_path / "table1.csv", MARKUP)],
        seeds=[0], stages=[], versions={MARKUP: MARKUP}, commit=MARKUP, machine=MARKUP, date="",
        config=MARKUP,
    )  # fmt: skip
    assert "<b onclick" not in page
    assert "</script>" not in page
    assert html.unescape(page).count(MARKUP) >= 8
