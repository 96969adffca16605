"""How long networks take to answer, on disk: times of one machine, and which."""

from pathlib import Path
from typing import Any

import pandas as pd

from nodal.files.parquet import read_table, write_table

_DEFINITIONS = {
    "batch": "inputs that are answered at once",
    "network": "the dense network, or what became of it",
    "runtime": "what runs it",
    "milliseconds": "median of the processor's time for a batch, on the threads that the header names",
    "speed": "median, over the turns, of the dense network's time in this runtime over this one's",
}


def write_latency(path: str | Path, found: pd.DataFrame, header: dict[str, Any]) -> None:
    """Write a row a batch size, network and runtime; the header names the machine."""
    write_table(path, {name: found[name].to_numpy() for name in _DEFINITIONS}, _DEFINITIONS, header)


def read_latency(path: str | Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table that `write_latency` wrote, and its header."""
    table, header = read_table(path)
    return table.to_pandas(), header
