"""How much of `nodal` each job's digest holds: an edit elsewhere must not rerun it."""

import shutil
from pathlib import Path

import pytest

from nodal.workflow.digest import code_files

ROOT = Path(__file__).parents[2]
# The largest number of files of nodal behind each script: what it imports today, and three more.
AT_MOST = {
    "attention_fields": 48, "claims": 13, "clusters": 14, "compare": 13, "curve": 56, "draw_glyphs": 11,
    "evidence": 40, "fig10": 20, "fig11": 25, "fig11_texts": 11, "fig2": 15, "fig3": 19, "fig4": 21,
    "fig5": 20, "fig6": 21, "fig7": 24, "fig8": 25, "fig9": 26, "gallery": 19, "headline": 12,
    "importance": 15, "initialise": 29, "job": 8, "masks": 20, "measures": 33, "ownership": 26,
    "pretrain": 39, "privilege": 23, "privilege_of_runs": 20, "probe": 40, "provenance": 8, "prune_fc": 60,
    "pruning": 28, "read_folder": 17, "read_languages": 18, "read_texts": 17, "read_torchvision": 15,
    "retrain": 42, "rotate": 18, "snp": 40, "specialise": 23, "sweep": 16, "table1": 21, "table2": 21,
    "table3": 25, "table3_also": 25, "table4": 26, "table5": 23, "take_published": 41,
    "token_attention": 51, "write_report": 14, "zero_parts": 47,
}  # fmt: skip


def sizes(root: Path) -> dict[str, int]:
    """The number of files of nodal behind each script."""
    scripts = (root / "workflow" / "scripts").glob("*.py")
    return {script.stem: len(code_files(script, root)) - 1 for script in scripts}


def too_large(root: Path) -> set[str]:
    """The scripts that hold more than they may."""
    return {name for name, size in sizes(root).items() if size > AT_MOST[name]}


def test_no_digest_holds_more_than_it_may() -> None:
    assert sizes(ROOT).keys() == AT_MOST.keys()
    assert too_large(ROOT) == set()


@pytest.mark.parametrize("facade", ["nodal", "nodal/figures", "nodal/files", "nodal/training"])
def test_an_eager_facade_would_be_seen(tmp_path: Path, facade: str) -> None:
    for part in ("nodal", "workflow"):
        shutil.copytree(ROOT / part, tmp_path / part)
    below = (tmp_path / facade).rglob("[a-z]*.py")
    names = [".".join(path.relative_to(tmp_path).with_suffix("").parts) for path in below]
    with (tmp_path / facade / "__init__.py").open("a") as file:
        file.writelines(f"import {name}\n" for name in names)
    assert too_large(tmp_path)
