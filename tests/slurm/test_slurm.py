"""The tiny workflow on a real SLURM cluster: where its jobs go, what they give, and what they survive."""

from pathlib import Path

import yaml

from tests.slurm.cluster import Cluster
from tests.workflow import Workflow

TINY = yaml.safe_load((Path(__file__).parents[1] / "tiny.yaml").read_text())
PROFILE = [
    "--workflow-profile", "profiles/slurm", "--jobs", "8", "--latency-wait", "5",
    "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "5",
]  # fmt: skip
ON_GPU = ("pretrain", "probe", "snp_", "retrain", "prune_fc", "attention_fields")
TABLES = [f"results/table{n}.csv" for n in range(1, 6)]
BACKBONE = "results/tiny/seed0/backbone.safetensors"


def test_the_whole_workflow_and_where_its_jobs_go(cluster: Cluster, tmp_path: Path) -> None:
    local, remote = Workflow(tmp_path / "local", TINY), Workflow(tmp_path / "remote", TINY)
    assert local.run(*TABLES).returncode == 0
    done = remote.run(*PROFILE, "--", *TABLES)
    assert done.returncode == 0, done.stdout + done.stderr
    rules = {job["rule"]: job["partition"] for job in cluster.jobs()}
    print(rules)
    tables = sorted((local.folder / "results").glob("*.csv"))
    assert tables
    for path in tables:
        assert path.read_bytes() == (remote.folder / "results" / path.name).read_bytes(), path.name
