"""Averages over the nodes of many taps, in their own basis and in random ones, on disk."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from nodal.files.parquet import read_frame, write_table

_DEFINITIONS = {
    "network": "trained; untrained: before its training; or rotated_probe: trained, read by a probe that was"
    " trained in a random basis, whose axes are the nodes here",
    "tap": "where the probe reads the network",
    "kind": "what the tap is within its block",
    "block": "its place along the depth, from 1",
    "rotation": "number of the random basis, from 1; 0: the nodes' own",
    "matched": "whether the random basis is cut where its mean diagonal is nearest to that of the nodes",
    "threshold": "threshold of the nodes: an element counts as above where it is > threshold * maximum",
    "used": "threshold that was used in this basis",
    "clusters": "N_c, mean number of clusters a matrix",
    "size": "C_s, mean size of all clusters; nan where there is none",
    "diagonal": "diag, mean number of labels in clusters a matrix",
    "noise": "n, mean number of above-threshold elements outside clusters a matrix",
    "matrices": "N_M",
    "labels": "N_l",
    "fewest": "appearances in clusters of the label that appears least",
    "signal": "Eq 1, with the mean diagonal for C_s N_c",
    "noise_internal": "Eq 2",
    "noise_external": "Eq 3",
    "snr": "Eq 4; infinite without noise, nan without signal and noise",
    "snr_min": "the same for the label with the fewest appearances",
}


def write_rotated(path: str | Path, rows: Iterable[Mapping[str, Any]], header: Mapping[str, Any]) -> None:
    """Write one row a network, tap, threshold and basis; `rows` have all columns."""
    table = pd.DataFrame(list(rows), columns=list(_DEFINITIONS))
    write_table(path, {str(name): table[name].to_numpy() for name in table}, _DEFINITIONS, header)


def read_rotated(path: str | Path) -> pd.DataFrame:
    """The table that `write_rotated` wrote."""
    return read_frame(path)
