"""How long Snakemake takes to plan, and how many jobs it plans, as runs and seeds grow.

    python -m benchmarks.graph

Plans (`-n`), in a copy without results, every stage of every seed up to the statistics of probe sets, the
retrained masks and the heads. The tables, figures and the report add a number that does not grow.
"""

import copy
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.chain.workflow import TINY, Workflow

PER_SEED = ("sweep.parquet", "pruned2/accuracy.parquet", "heads/appearances.parquet", "fc_pruning.parquet")


def plan(runs: int, seeds: int, folder: Path) -> tuple[float, int]:
    """Seconds of the plan of so many runs and seeds, the better of two, and its jobs."""
    config = copy.deepcopy(TINY)
    config["seeds"] = list(range(seeds))
    (first, settings) = next(iter(config["runs"].items()))
    names = [first, *(f"run{number}" for number in range(1, runs))]
    config["runs"] |= dict.fromkeys(names, settings)
    workflow = Workflow(folder, config)
    targets = [
        f"results/{name}/seed{seed}/{file}" for name in names for seed in range(seeds) for file in PER_SEED
    ]
    command = [sys.executable, "-m", "snakemake", "-n", "--cores", "1", *targets]
    times = []
    for _ in range(2):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=workflow.folder, capture_output=True, text=True, check=True)
        times.append(time.perf_counter() - start)
    (jobs, *_) = re.findall(r"^total\s+(\d+)", done.stdout + done.stderr, re.M)
    return min(times), int(jobs)


def main() -> None:
    """Print the table in Markdown."""
    print(
        "| runs | seeds | jobs | seconds to plan | ms a job, beyond one run and seed |\n|---|---|---|---|---|"
    )
    first: tuple[float, int] | None = None
    for runs, seeds in ((1, 1), (1, 10), (10, 10)):
        with tempfile.TemporaryDirectory() as folder:
            seconds, jobs = plan(runs, seeds, Path(folder) / "w")
        more = f"{1000 * (seconds - first[0]) / (jobs - first[1]):.0f}" if first else ""
        first = first or (seconds, jobs)
        print(f"| {runs} | {seeds} | {jobs} | {seconds:.1f} | {more} |", flush=True)


if __name__ == "__main__":
    main()
