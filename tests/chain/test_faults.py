"""What goes wrong in long runs: damaged files, a full disk, two workflows at once, kills and interrupts."""

import copy
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chain.workflow import TINY, Workflow


def flip(content: bytes) -> bytes:
    """One bit in every hundred bytes is wrong."""
    damaged = bytearray(content)
    for place in range(50, len(content), 100):
        damaged[place] ^= 0x10
    return bytes(damaged)


def halve(content: bytes) -> bytes:
    return content[: len(content) // 2]


INTERMEDIATES = [
    ("data/tiny-seed0.safetensors", halve, "table1.csv"),
    ("tiny/seed0/backbone.safetensors", flip, "table1.csv"),
    ("tiny/seed0/probe/blocks.safetensors", halve, "table1.csv"),
    ("tiny/seed0/snp/blocks/block2.parquet", flip, "table1.csv"),
    ("tiny/seed0/clusters/blocks/block2.parquet", halve, "table1.csv"),
    ("tiny/seed0/statistics/blocks/block2.parquet", flip, "table1.csv"),
    ("tiny/seed0/pruned2/masks/andc.safetensors", flip, "table3_pruning.csv"),
    ("tiny/seed0/heads/appearances.parquet", flip, "table4.csv"),
]


def readers(workflow: Workflow, path: str) -> list[Path]:
    """What to take away so that the file is read again: everything that is newer."""
    results = workflow.folder / "results"
    changed = (results / path).stat().st_mtime_ns
    newer = [each for each in results.rglob("*") if each.is_file() and each.stat().st_mtime_ns > changed]
    return [each for each in newer if "logs" not in each.parts and "benchmarks" not in each.parts]


@pytest.mark.parametrize(("path", "damage", "read_for"), INTERMEDIATES)
def test_a_damaged_file_is_named_set_aside_and_made_anew(
    again: Workflow, path: str, damage: Callable[[bytes], bytes], read_for: str
) -> None:
    file, table = again.folder / "results" / path, f"results/{read_for}"
    whole, expected = file.read_bytes(), (again.folder / table).read_bytes()
    for newer in readers(again, path):
        newer.unlink()
    before = file.stat().st_mtime_ns
    file.write_bytes(damage(whole))
    os.utime(file, ns=(before, before))  # nothing shows that it has changed

    failed = again.run(table)
    assert failed.returncode != 0
    assert f"results/{path} is damaged" in failed.stderr
    assert f"set aside as {file.name}.damaged" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (again.folder / table).exists()

    done = again.run(table)
    assert done.returncode == 0, done.stderr
    assert (again.folder / table).read_bytes() == expected
    assert file.read_bytes() == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk(finished: Workflow, tmp_path: Path) -> None:
    workflow = Workflow(tmp_path / "w", TINY)
    results = workflow.folder / "results"
    results.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(results)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        failed = workflow.run("results/table1.csv")
        assert failed.returncode != 0
        assert "No space left on device" in failed.stdout + failed.stderr
        assert not list(results.rglob("*.part"))
        subprocess.run(["mount", "-o", "remount,size=100m", str(results)], check=True)
        done = workflow.run("results/table1.csv")
        assert done.returncode == 0, done.stderr
        table = (results / "table1.csv").read_bytes()
    finally:
        subprocess.run(["umount", str(results)], check=True)
    assert table == (finished.folder / "results" / "table1.csv").read_bytes()


def test_two_workflows_in_one_folder(tmp_path: Path) -> None:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"]["epochs"] = 300
    workflow = Workflow(tmp_path / "w", config)
    target = "results/tiny/seed0/backbone.safetensors"
    first = workflow.start_until("results/.state/pretrain_*/network", target)
    second = workflow.run(target)
    assert second.returncode != 0
    assert "locked" in (second.stdout + second.stderr).lower()
    assert first.wait(240) == 0
    assert (workflow.folder / target).exists()


def test_killed_training_resumes_to_the_same_bytes(finished: Workflow, tmp_path: Path) -> None:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"]["epochs"] = 12
    target = "results/tiny/seed0/backbone.safetensors"
    whole, killed = Workflow(tmp_path / "whole", config), Workflow(tmp_path / "killed", config)
    assert whole.run(target).returncode == 0
    killed.end_when("results/.state/pretrain_*/network", signal.SIGKILL, target)
    assert not (killed.folder / target).exists()
    assert killed.run("--unlock").returncode == 0
    done = killed.run(target)
    assert done.returncode == 0, done.stderr
    assert "going on from" in (killed.folder / "results/logs/tiny/seed0/pretrain.log").read_text()
    assert (killed.folder / target).read_bytes() == (whole.folder / target).read_bytes()


def test_an_interrupt_leaves_no_half_written_file(tmp_path: Path) -> None:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"]["epochs"] = 500
    workflow = Workflow(tmp_path / "w", config)
    target = "results/tiny/seed0/backbone.safetensors"
    workflow.end_when("results/.state/pretrain_*/network", signal.SIGINT, target)
    assert not list((workflow.folder / "results").rglob("*.part"))
    assert not (workflow.folder / target).exists()
    assert (workflow.folder / "results/data/tiny-seed0.safetensors").exists()
