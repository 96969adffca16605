"""What a user sees of a run: on a terminal bars and a line a job, elsewhere lines alone; errors in a line."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.chain.workflow import TINY, Workflow, edited, set_value

TARGET = "results/tiny/seed0/pretrain.csv"


def on_a_terminal(workflow: Workflow, *arguments: str) -> str:
    """All that a run writes on a pseudo-terminal."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=workflow.folder, env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 4096):
            written += part
    except OSError:  # Linux, when the last writer is gone
        pass
    os.close(ours)
    process.wait(60)
    return written.decode()


def test_a_terminal_shows_bars_and_a_line_a_job(tmp_path: Path) -> None:
    written = on_a_terminal(Workflow(tmp_path / "w", TINY), TARGET)
    assert re.search(r"pretrain tiny 0: done in \d+ s; 2 of 2 jobs", written)
    assert "━" in written
    assert re.search(r"\ball +.*0 of 2 jobs", written)
    assert "localrule" not in written
    assert "start-up" not in written  # that is in the log
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")  # the cursor is back


def test_a_terminal_shows_what_is_wrong_and_where_it_stands(tmp_path: Path) -> None:
    workflow = Workflow(tmp_path / "w", TINY)
    edited(lambda c: set_value(c, "runs", "tiny", "pretrain", "batch", to=500))(workflow)
    written = on_a_terminal(workflow, TARGET)
    assert "pretrain tiny 0: ValueError: batch: 500 is larger than the training split of 400" in written
    assert "pretrain tiny 0: failed; results/logs/tiny/seed0/pretrain.log says more" in written
    assert "Traceback" not in written
    assert "CalledProcessError" not in written


def test_elsewhere_there_are_lines(tmp_path: Path) -> None:
    done = Workflow(tmp_path / "w", TINY).run(TARGET)
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if re.search(r"pretrain tiny 0: epoch 1/\d+", line)]
    assert sum("pretrain tiny 0: done in " in line for line in lines) == 1
    assert not [line for line in lines if "\x1b" in line or "localrule" in line]
