"""The tiny workflow on a real SLURM cluster: where its jobs go, and what they give."""

from pathlib import Path

import pandas as pd
import pytest

from tests.chain.slurm.cluster import Cluster
from tests.chain.workflow import TINY, Workflow

pytestmark = pytest.mark.cluster
PROFILE = [
    "--workflow-profile", "profiles/slurm", "--jobs", "8", "--latency-wait", "5",
    "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "5",
]  # fmt: skip
RUNS_THE_NETWORK = (
    "pretrain", "initialise", "probe", "measure_shard", "snp_", "evidence", "retrain", "curve",
    "prune_fc", "fc_curve", "zero_parts", "attention_fields", "train_shipped", "drop", "retrain_dropped",
    "ship", "probe_skips", "measure_skips", "prune_skips", "silence_nodes", "gather_network",
    "prune_network", "prune_budget", "train_variant", "measure_variant", "measure_optimizer",
    "train_assigned", "measure_network", "train_masked",
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


def test_a_pass_is_scattered_over_both_nodes(cluster: Cluster, finished: Workflow, tmp_path: Path) -> None:
    remote = Workflow(tmp_path / "w", TINY)
    table = "results/tiny/table1_seeds.csv"
    done = remote.run(*PROFILE, "--set-scatter", "shards=4", "--", table)
    assert done.returncode == 0, done.stdout + done.stderr
    shards = [job for job in cluster.jobs() if job["rule"].startswith("rule_measure_shard")]
    assert len(shards) == 4
    assert {job["partition"] for job in shards} == {"gpu"}
    assert len({job["node"] for job in shards}) == 2
    own, added = (pd.read_csv(each.folder / table) for each in (finished, remote))
    pd.testing.assert_frame_equal(own, added, rtol=1e-5)
