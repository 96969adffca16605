"""Training on the cluster through cancelled jobs, lost nodes, time limits and a killed Snakemake."""

import copy
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.slurm.cluster import NODES, Cluster, wait
from tests.slurm.test_slurm import PROFILE
from tests.workflow import TINY, Workflow

pytestmark = pytest.mark.cluster
BACKBONE = "results/tiny/seed0/backbone.safetensors"
LOG = "results/logs/tiny/seed0/pretrain.log"
STATE = "results/.state/pretrain_*/network"
EPOCHS = 1500  # more than a minute


def long_training() -> dict:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"]["epochs"] = EPOCHS
    return config


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The network of an undisturbed training on this machine."""
    workflow = Workflow(tmp_path_factory.mktemp("whole") / "w", long_training())
    assert workflow.run(BACKBONE).returncode == 0
    return (workflow.folder / BACKBONE).read_bytes()


@pytest.fixture
def training(cluster: Cluster, tmp_path: Path):
    """A workflow whose training is under way on the cluster, Snakemake's process, and the training's job."""
    workflow = Workflow(tmp_path / "w", long_training())

    def start(*more: str) -> tuple[Workflow, subprocess.Popen[str], dict[str, str]]:
        process = workflow.start_until(STATE, *PROFILE, *more, "--", BACKBONE)
        (job,) = [job for job in cluster.jobs("running") if "pretrain" in job["rule"]]
        time.sleep(3)  # some epochs on
        return workflow, process, job

    yield start
    subprocess.run(["scancel", "-u", "root"], check=False)
    wait(lambda: set(cluster.states().values()) == {"idle"}, "idle nodes", 120)


def assert_resumed(workflow: Workflow, expected: bytes) -> None:
    assert "going on from" in (workflow.folder / LOG).read_text()
    assert (workflow.folder / BACKBONE).read_bytes() == expected


def test_a_cancelled_job_is_tried_again_and_goes_on(training, undisturbed: bytes) -> None:
    workflow, process, job = training()
    subprocess.run(["scancel", job["id"]], check=True)
    assert process.wait(500) == 0, (workflow.folder / "started.log").read_text()
    assert_resumed(workflow, undisturbed)


def test_a_lost_node_moves_the_job_to_the_other(training, cluster: Cluster, undisturbed: bytes) -> None:
    workflow, process, job = training()
    cluster.kill_node(job["node"])
    try:
        (other,) = set(NODES) - {job["node"]}
        wait(lambda: any(each["node"] == other for each in cluster.jobs("running")), "job on the other", 240)
        assert process.wait(500) == 0, (workflow.folder / "started.log").read_text()
    finally:
        cluster.start_node(job["node"])
    assert_resumed(workflow, undisturbed)


def test_a_killed_snakemake_is_started_again(training, undisturbed: bytes) -> None:
    """Its job runs on meanwhile, beside the new one: both write whole files, and the same."""
    workflow, process, _ = training()
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert workflow.run("--unlock").returncode == 0
    done = workflow.run(*PROFILE, "--", BACKBONE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (workflow.folder / BACKBONE).read_bytes() == undisturbed


def test_a_job_that_reaches_its_time_limit_goes_on(training, cluster: Cluster, undisturbed: bytes) -> None:
    workflow, process, _ = training("--retries", "9", "--set-resources", "pretrain:runtime=1")
    wait(lambda: any(job["state"] == "TIMEOUT" for job in cluster.jobs()), "job at its time limit", 240)
    assert process.wait(580) == 0, (workflow.folder / "started.log").read_text()
    assert_resumed(workflow, undisturbed)
