"""Where results come from: versions, commit, machine, and what each stage took."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

PACKAGES = ("torch", "torchvision", "numpy", "scipy", "pandas", "pyarrow", "matplotlib", "snakemake")


def stage_times(root: Path) -> list[dict[str, Any]]:
    """Jobs, seconds in all and largest resident set (MiB) of each stage, seeds together, longest first.

    Args:
        root: Folder of Snakemake's benchmark files.
    """
    records = []
    for path in sorted(root.rglob("*.tsv")):
        measured = pd.read_csv(path, sep="\t").iloc[-1]
        records.append(
            {"stage": stage_of(path, root), "seconds": measured["s"], "peak_mib": measured["max_rss"]}
        )
    if not records:
        return []
    groups = pd.DataFrame(records).groupby("stage")
    table = groups.agg(jobs=("seconds", "size"), seconds=("seconds", "sum"), peak_mib=("peak_mib", "max"))
    ordered = table.sort_values("seconds", ascending=False).reset_index()
    return [{str(name): value for name, value in row.items()} for row in ordered.to_dict("records")]


def stage_of(path: Path, root: Path) -> str:
    """The stage that a job's benchmark or log file below `root` belongs to: its place, whichever the seed."""
    return re.sub(r"/seed\d+", "", str(path.relative_to(root).with_suffix("")))


def versions(names: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Versions of Python and of these packages, as far as they are installed."""
    found = {"Python": platform.python_version()}
    for name in names:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def commit(folder: Path) -> str:
    """The commit of a working tree, marked if it is not clean; `unknown` outside git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def processor() -> str:
    """The name of the processor."""
    about = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.*)", about.read_text()) if about.exists() else None
    return found[1] if found else platform.processor()


def machine() -> str:
    """The system and the number of processors, without the host's name."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
