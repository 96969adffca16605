"""What each stage of a finished run took: wall time and peak memory, from Snakemake's benchmark files.

    python -m benchmarks.stages [results/benchmarks]

Stages of several seeds are one line: the sum of the seconds, the largest peak.
"""

import sys
from pathlib import Path

from nodal.provenance import stage_times


def main() -> None:
    """Print the table in Markdown."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "results/benchmarks")
    rows = stage_times(root)
    print("| stage | jobs | seconds | peak memory (MiB) |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row['stage']} | {row['jobs']} | {row['seconds']:.1f} | {row['peak_mib']:.0f} |")
    total, largest = sum(row["seconds"] for row in rows), max(row["peak_mib"] for row in rows)
    print(f"| all | {sum(row['jobs'] for row in rows)} | {total:.1f} | {largest:.0f} |")


if __name__ == "__main__":
    main()
