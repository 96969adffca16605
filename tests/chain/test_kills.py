"""A whole run that is killed again and again, at random moments: it ends with the same tables."""

import contextlib
import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from tests.chain.workflow import TINY, Workflow

LONGEST = 15  # seconds that a run may live: about a tenth of what a whole one takes


def killed_runs(workflow: Workflow, kills: int, seed: int) -> int:
    """Start the workflow, and kill it and its jobs after a random time, so often; how many were alive."""
    rng, alive = random.Random(seed), 0
    for _ in range(kills):
        process = workflow.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(rng.uniform(1, LONGEST))
        alive += process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
        assert workflow.run("--unlock").returncode == 0
    return alive


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.kills)])
def test_killed_at_random_moments_it_ends_the_same(finished: Workflow, tmp_path: Path, kills: int) -> None:
    workflow = Workflow(tmp_path / "w", TINY)
    assert killed_runs(workflow, kills, seed=kills) >= min(kills, 3)
    done = workflow.run()
    assert done.returncode == 0, done.stdout + done.stderr
    for path in sorted((finished.folder / "results").glob("*.csv")):
        assert path.read_bytes() == (workflow.folder / "results" / path.name).read_bytes(), path.name
