"""Training on the cluster through cancelled jobs, lost nodes, time limits and a killed Snakemake."""

import copy
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.chain.slurm.cluster import NODES, Cluster, wait
from tests.chain.slurm.test_slurm import PROFILE
from tests.chain.workflow import TINY, Workflow

pytestmark = pytest.mark.cluster
BACKBONE = "results/tiny/seed0/backbone.safetensors"
LOG = "results/logs/tiny/seed0/pretrain.log"
STATE = "results/.state/pretrain_*/network"
EPOCHS = 1500  # a minute, or less
ENDLESS = 1_000_000


def training_of(epochs: int) -> dict:
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"]["epochs"] = epochs
    return config


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The network of an undisturbed training on this machine."""
    workflow = Workflow(tmp_path_factory.mktemp("whole") / "w", training_of(EPOCHS))
    assert workflow.run(BACKBONE).returncode == 0
    return (workflow.folder / BACKBONE).read_bytes()


@pytest.fixture
def training(cluster: Cluster, tmp_path: Path):
    """A workflow whose training is under way on the cluster, Snakemake's process, and the training's job."""
    started = []

    def start(*more: str, epochs: int = EPOCHS) -> tuple[Workflow, subprocess.Popen[str], dict[str, str]]:
        workflow = Workflow(tmp_path / "w", training_of(epochs))
        process = workflow.start_until(STATE, *PROFILE, *more, "--", BACKBONE)
        started.append(process)
        (job,) = [job for job in cluster.jobs("running") if "pretrain" in job["rule"]]
        time.sleep(3)  # some epochs on
        return workflow, process, job

    yield start
    for process in started:
        process.kill()
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


def test_a_job_that_reaches_its_time_limit_goes_on(training, cluster: Cluster) -> None:
    """A limit is a minute at least, so the training is endless and the test looks at its second attempt."""
    workflow, _, _ = training("--retries", "9", "--set-resources", "pretrain:runtime=1", epochs=ENDLESS)
    wait(lambda: any(job["state"] == "TIMEOUT" for job in cluster.jobs()), "job at its time limit", 240)
    log = workflow.folder / LOG
    wait(lambda: log.exists() and "going on from" in log.read_text(), "second attempt", 240)
    wait(lambda: "epoch" in log.read_text().partition("going on from")[2], "further epoch")
