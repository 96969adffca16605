"""The tiny workflow on a real SLURM cluster: where its jobs go, and what they give."""

from pathlib import Path

import pytest

from tests.chain.slurm.cluster import Cluster
from tests.chain.workflow import TINY, Workflow

pytestmark = pytest.mark.cluster
PROFILE = [
    "--workflow-profile", "profiles/slurm", "--jobs", "8", "--latency-wait", "5",
    "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "5",
]  # fmt: skip
RUNS_THE_NETWORK = (
    "pretrain", "initialise", "probe", "snp_", "evidence", "retrain", "curve", "prune_fc", "fc_curve",
    "zero_parts", "attention_fields", "train_shipped", "drop", "retrain_dropped", "ship", "probe_skips",
    "measure_skips", "prune_skips", "silence_nodes", "gather_network", "prune_network", "prune_budget",
    "train_variant", "measure_variant", "measure_optimizer", "train_assigned", "measure_network",
    "train_masked",
)  # fmt: skip


def test_jobs_go_where_they_belong_and_give_the_same_bytes(
    cluster: Cluster, finished: Workflow, tmp_path: Path
) -> None:
    remote = Workflow(tmp_path / "w", TINY)
    done = remote.run(*PROFILE)
    assert done.returncode == 0, done.stdout + done.stderr
    jobs = {job["rule"].removeprefix("rule_"): job["partition"] for job in cluster.jobs()}
    assert set(jobs.values()) == {"gpu", "cpu"}
    for rule, partition in jobs.items():
        assert partition == ("gpu" if rule.startswith(RUNS_THE_NETWORK) else "cpu"), rule
    tables = sorted((finished.folder / "results").glob("*.csv"))
    assert tables
    for path in tables:
        assert path.read_bytes() == (remote.folder / "results" / path.name).read_bytes(), path.name
