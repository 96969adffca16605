"""All benchmarks of speed, on one thread and on two, written to docs/performance.md.

    python -m benchmarks.performance [--threads 1 2] [--only clustering ...]

Every benchmark runs in a process of its own, one at a time; its docstring and what it prints make its
section. The text of docs/performance-notes.md, written by hand, comes last. With `--only`, the page is
printed instead of written.
"""

import argparse
import ast
import datetime
import os
import subprocess
import sys
from pathlib import Path

import torch

from nodal.workflow.provenance import commit, machine, processor, versions

ROOT = Path(__file__).parents[1]
PAGE, NOTES = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance-notes.md"
BENCHMARKS = (
    "snp_matrices",
    "probing",
    "training_against",
    "clustering",
    "head_chance",
    "growth",
    "shipping",
)
INTRODUCTION = """# Performance

Written by `make bench`; what was changed for speed is at the end. Seconds depend on the machine and on what
else it does: compare the ratios. Ways that are compared take turns in one process, each several times;
"best (median)" are seconds over these. Deviations are the largest differences of the results."""


def about() -> str:
    """The machine, the versions, the date and the commit."""
    lines = {
        "machine": machine(),
        "processor": processor(),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "load when it began (1, 5, 15 minutes)": ", ".join(f"{load:.1f}" for load in os.getloadavg()),
        "versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
        "date": f"{datetime.date.today():%Y-%m-%d}",
        "commit": commit(ROOT),
    }
    return "\n".join(f"- {name}: {value}" for name, value in lines.items())


def section(name: str, threads: list[int]) -> str:
    """A benchmark's heading, explanation and tables."""
    source = ROOT / "benchmarks" / f"{name}.py"
    title, usage, *text = (ast.get_docstring(ast.parse(source.read_text())) or "").split("\n\n")
    parts = [f"## {title.rstrip('.')}", f"`{usage.strip()}`", *text]
    for count in threads:
        print(f"{name}, {count} thread(s)", file=sys.stderr, flush=True)
        environment = os.environ | {"OMP_NUM_THREADS": str(count)}
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        load = f"Load when it ended (1 minute): {os.getloadavg()[0]:.1f}."
        parts += [f"### {count} thread{'s' * (count > 1)}", done.stdout.strip(), load]
    return "\n\n".join(parts)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS)
    options = parser.parse_args()
    parts = [INTRODUCTION, about()]
    parts += [section(name, options.threads) for name in options.only or BENCHMARKS]
    page = "\n\n".join([*parts, NOTES.read_text()])
    if options.only:
        print(page)
    else:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
