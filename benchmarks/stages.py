"""What each stage of a finished run took: wall time and peak memory, from Snakemake's benchmark files.

    python -m benchmarks.stages [results/benchmarks]

Stages of several seeds are one line: the sum of the seconds, the largest peak.
"""

import re
import sys
from pathlib import Path

import pandas as pd


def stages(root: Path) -> pd.DataFrame:
    """A row a stage: jobs, seconds in all, the largest resident set in MiB."""
    records = []
    for path in sorted(root.rglob("*.tsv")):
        measured = pd.read_csv(path, sep="\t").iloc[-1]
        stage = re.sub(r"/seed\d+", "", str(path.relative_to(root).with_suffix("")))
        records.append({"stage": stage, "seconds": measured["s"], "peak_mib": measured["max_rss"]})
    groups = pd.DataFrame(records).groupby("stage")
    table = groups.agg(jobs=("seconds", "size"), seconds=("seconds", "sum"), peak_mib=("peak_mib", "max"))
    return table.sort_values("seconds", ascending=False).reset_index()


def main() -> None:
    """Print the table in Markdown."""
    table = stages(Path(sys.argv[1] if len(sys.argv) > 1 else "results/benchmarks"))
    print("| stage | jobs | seconds | peak memory (MiB) |\n|---|---|---|---|")
    for row in table.itertuples():
        print(f"| {row.stage} | {row.jobs} | {row.seconds:.1f} | {row.peak_mib:.0f} |")
    print(f"| all | {table['jobs'].sum()} | {table['seconds'].sum():.1f} | {table['peak_mib'].max():.0f} |")


if __name__ == "__main__":
    main()
