"""What a configuration may leave out, and what is refused in a line before any job or by the first."""

import copy
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.chain.workflow import ROOT, TINY, Workflow, edited, set_value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c.update(sedes=[1]), "unknown key 'sedes'"),
        (lambda c: c.update(seeds=[]), "seeds"),
        (
            lambda c: set_value(c, "runs", "tiny", "probes", "blocks", "taps", to=["block3"]),
            "tap 'block3' does not exist; there is block2, block1",
        ),
        (lambda c: set_value(c, "runs", "tiny", "specialisation", "threshold", to=1.5), "threshold"),
    ],
)
def test_bad_configuration_stops_before_any_job(again: Workflow, change, expected: str) -> None:
    edited(change)(again)
    done = again.run("-n")
    assert done.returncode != 0
    assert expected in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_batch_too_large_is_said_in_one_line(again: Workflow) -> None:
    edited(lambda c: set_value(c, "runs", "tiny", "pretrain", "batch", to=500))(again)
    done = again.run("results/tiny/seed0/pretrain.csv")
    assert done.returncode != 0
    assert "batch: 500 is larger than the training split of 400 inputs" in done.stderr
    assert "Traceback" not in done.stderr


def test_results_that_cannot_be_written(tmp_path: Path) -> None:
    workflow = Workflow(tmp_path / "w", TINY)
    (workflow.folder / "results").write_text("a file in the way")
    done = workflow.run("-n")
    assert done.returncode != 0
    assert "results: the folder cannot be made" in done.stdout + done.stderr


def test_a_configuration_that_names_runs_stands_alone(tmp_path: Path) -> None:
    workflow = Workflow(tmp_path / "w", TINY)
    default = workflow.folder / "config" / "config.yaml"
    mine = workflow.folder / "mine.yaml"
    default.rename(mine)
    default.write_text("runs: {unwanted: {}}\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [
        sys.executable, "-m", "snakemake", "-n", "--cores", "1", "-s", f"{workflow.folder}/Snakefile",
        f"--configfile={mine}", "--directory", "my_study", "results/table1.csv",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=elsewhere, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "snp_tiny_blocks" in done.stdout + done.stderr
    assert [path.name for path in elsewhere.iterdir()] == ["my_study"]


TARGET = "results/table1.csv"
MINE = ("--configfile", "config/config.yaml")


@pytest.mark.parametrize(
    ("options", "made", "said"),
    [
        (MINE, False, f"No such file or directory: '{TARGET}'"),
        (MINE, True, "Config file must be given as JSON or YAML with keys at top level."),
        (
            ("--config", "seeds=[0]"),
            False,
            f"Config entries have to be defined as name=value pairs. (Unparsable value: '{TARGET}')",
        ),
    ],
)
def test_a_target_taken_for_a_configuration_ends_as_the_docs_say(
    tmp_path: Path, options: tuple[str, str], made: bool, said: str
) -> None:
    """Snakemake ends before it reads a line of ours, so the page must show what a user sees."""
    workflow = Workflow(tmp_path / "w", TINY)
    assert workflow.planned(*options, "--", TARGET) >= {"table1"}
    if made:
        (workflow.folder / TARGET).write_text("a,b\n1,2\n")
    done = workflow.run("-n", *options, TARGET)
    assert done.returncode == 1
    assert done.stdout.rstrip().endswith(said)
    assert f"- `{said}`" in (ROOT / "config" / "README.md").read_text()


def test_a_path_with_a_space_is_said_before_anything_is_set_up(tmp_path: Path) -> None:
    folder = tmp_path / "sp ace"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    made = subprocess.run(["make", "table3"], cwd=folder, text=True, capture_output=True, check=False)
    assert made.returncode != 0
    assert "holds a space" in made.stderr
    assert [path.name for path in folder.iterdir()] == ["Makefile"]

    workflow = Workflow(tmp_path / "w", TINY)
    (folder / "bin").symlink_to(sys.prefix)
    python = folder / "bin" / "bin" / "python"
    command = [str(python), "-m", "snakemake", "-n", "--cores", "1"]
    done = subprocess.run(command, cwd=workflow.folder, text=True, capture_output=True, check=False)
    assert done.returncode != 0
    assert "whose path holds a space" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_second_run_all_but_table_5_is_made(again: Workflow) -> None:
    edited(lambda c: c.update(tables={"main": "tiny"}))(again)
    (again.folder / "results" / "table5.csv").unlink()
    done = again.run()
    assert done.returncode == 0, done.stdout + done.stderr
    claims = pd.read_csv(again.folder / "results" / "claims.csv")
    assert set(claims.loc[claims["run"].isna(), "verdict"]) <= {"not testable on this run", "not yet run"}
    # The run's own is there, by the name of the run.
    assert not (again.folder / "results" / "table5.csv").exists()
    report = (again.folder / "results" / "report.html").read_text(encoding="utf-8")
    assert 'download="tiny-table5.csv"' in report


def test_the_report_is_of_the_main_run_whatever_the_others_are_called(again: Workflow) -> None:
    small = {"source": "glyphs", "size": 12, "train": 4, "heldout": 2, "test": 2}
    cnn = {
        "dataset": "a_small",
        "model": {"family": "vgg", "widths": [4], "layers": [1], "hidden": [5]},
        "pretrain": {"epochs": 1, "batch": 50},
        "probes": {"blocks": {"epochs": 1, "batch": 50, "pooling": "flatten"}},
    }
    edited(
        lambda c: (
            c["tables"].update(cnn="a_cnn"),
            c["datasets"].update(a_small=small),
            c["runs"].update(a_cnn=cnn),
        )
    )(again)
    done = again.run("--", "results/report.html")
    assert done.returncode == 0, done.stdout + done.stderr
    report = (again.folder / "results" / "report.html").read_text(encoding="utf-8")
    assert (
        "The main run, <b>tiny</b>, is a network of the family cct on tiny-seed0: 100 labels, 16x16" in report
    )


def test_a_data_set_and_a_model_are_enough_for_every_stage(tmp_path: Path) -> None:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"] = {key: TINY["runs"]["tiny"][key] for key in ("dataset", "model")}
    less = Workflow(tmp_path / "less", config)
    full = copy.deepcopy(TINY)
    full["runs"]["tiny"]["pruning"]["also"] = None  # a second pruned block is asked for, never a default
    full = Workflow(tmp_path / "full", full)
    assert less.planned() == full.planned() >= {"table1", "table3", "table5", "fig6", "fig11", "compare"}
