"""How much of `nodal` each job's digest holds: an edit elsewhere must not rerun it."""

import shutil
from pathlib import Path

import pytest

from nodal.workflow.code import Code

ROOT = Path(__file__).parents[2]
# The largest number of files of nodal behind each script: what it imports today, and three more.
AT_MOST = {
    "assigned_heads": 31, "assigned_masks": 16, "attention_fields": 49, "choose_labels": 11,
    "choose_rate": 10, "claims": 14, "clusters": 15, "compare": 13, "curve": 56, "draw_glyphs": 11,
    "drop": 67, "evidence": 48, "few_labels": 30, "fewest_parameters": 16, "fig10": 21, "fig11": 26,
    "fig11_texts": 11, "fig2": 16, "fig3": 21, "fig4": 22, "fig5": 21, "fig6": 22, "fig7": 25,
    "fig8": 26, "fig9": 28, "gallery": 21, "gather_network": 50, "growing_labels": 30, "headline": 12,
    "importance": 15, "initialise": 33, "intervals": 21, "job": 8, "latency": 42, "masks": 21,
    "measure_network": 51, "measure_shard": 47, "measure_skips": 55, "measure_variant": 53,
    "measures": 35, "number_of_heads": 31, "optimizers": 30, "ownership": 26, "pretrain": 42,
    "privilege": 24, "privilege_of_runs": 21, "probe": 44, "provenance": 8, "prune_budget": 58,
    "prune_fc": 62, "prune_network": 56, "prune_skips": 58, "pruning": 29, "read_folder": 17,
    "read_languages": 18, "read_texts": 17, "read_torchvision": 15, "retrain": 45, "retrain_dropped": 40,
    "rotate": 19, "ship": 49, "shipping": 16, "silence_nodes": 64, "silencing": 15, "skip": 16,
    "snp": 50, "specialise": 28, "sweep": 17, "table1": 22, "table2": 22, "table3": 26,
    "table3_pruning": 26, "table4": 29, "table5": 26, "take_published": 41, "token_attention": 51,
    "train_assigned": 48, "train_masked": 63, "train_shipped": 50, "unified": 26, "whole_network": 16,
    "write_report": 36, "zero_parts": 50,
}  # fmt: skip


def sizes(root: Path) -> dict[str, int]:
    """The number of files of nodal behind each script."""
    scripts = (root / "workflow" / "scripts").glob("*.py")
    code = Code(root)
    return {script.stem: len(code.files(script)) - 1 for script in scripts}


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
