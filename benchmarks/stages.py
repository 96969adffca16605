"""Where the seconds of a finished run went: the work of each stage, starting its jobs, Snakemake itself.

    python -m benchmarks.stages [results/table3.csv]

Wall time and peak memory come from Snakemake's benchmark files, the CPU time that a job needs to start (the
interpreter and its imports) from its log, Snakemake's own time from asking again for what is there. Stages
of several seeds are one line: the sum of the seconds, the largest peak. The jobs' seconds are summed over
jobs that ran side by side.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from nodal.workflow.provenance import stage_of, stage_times

BENCHMARKS, LOGS = Path("results/benchmarks"), Path("results/logs")


def start_up() -> pd.Series:
    """CPU seconds of starting the jobs of each stage, summed."""
    seconds: dict[str, float] = {}
    for path in LOGS.rglob("*.log"):
        found = re.search(r"start-up: ([\d.]+) s", path.read_text())
        stage = stage_of(path, LOGS)
        seconds[stage] = seconds.get(stage, 0.0) + float(found[1] if found else "nan")
    return pd.Series(seconds, dtype=float)


def again(target: str) -> float:
    """Seconds of asking Snakemake for what is there already."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", target],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "Nothing to be done" not in done.stdout + done.stderr:
        raise SystemExit(f"{target} is not up to date: make it first")
    return time.perf_counter() - begin


def main() -> None:
    """Print the table in Markdown."""
    nothing = again(sys.argv[1] if len(sys.argv) > 1 else "results/table3.csv")
    table = pd.DataFrame(stage_times(BENCHMARKS)).set_index("stage")
    table["start"] = start_up()
    print("| stage | jobs | seconds | of them start-up | peak memory (MiB) |\n|---|---|---|---|---|")
    for stage, row in table.iterrows():
        print(f"| {stage} | {row.jobs:.0f} | {row.seconds:.1f} | {row.start:.1f} | {row.peak_mib:.0f} |")
    total = table[["jobs", "seconds", "start"]].sum()
    print(
        f"| all | {total.jobs:.0f} | {total.seconds:.1f} | {total.start:.1f} | {table.peak_mib.max():.0f} |"
    )
    share = 100 * (total.start + nothing) / (total.seconds + nothing)
    print(f"\nAsking again for what is there: {nothing:.1f} s; start-up and that: {share:.1f} % of all.")


if __name__ == "__main__":
    main()
