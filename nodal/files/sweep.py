"""Signal and noise of many taps at many thresholds on disk (Fig 5)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from nodal.files.parquet import read_frame, write_table
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, Snr

_DEFINITIONS = {
    "set": "probe set",
    "tap": "where its probe reads the network",
    "kind": "what the tap is within its block",
    "block": "its place along the depth, from 1",
    "variant": "empty: the set's own split; heldout; shuffled: weights permuted over labels; untrained: of"
    " the network before its training; rotated: mean over random bases",
    "threshold": "an element counts as above where it is > threshold * maximum of its matrix",
    "signal": "Eq 1, with the mean diagonal for C_s N_c",
    "noise_internal": "Eq 2",
    "noise_external": "Eq 3",
    "snr": "Eq 4; infinite without noise, nan without signal and noise",
    "snr_min": "the same for the label with the fewest appearances",
}


def write_sweep(
    path: str | Path, swept: Iterable[tuple[Mapping[str, Any], list[Snr]]], header: Mapping[str, Any]
) -> None:
    """Write one row a tap and threshold.

    Args:
        path: The parquet file.
        swept: What a tap is (`set`, `tap`, `kind`, `block`, `variant`), and its ratio at each of
            `SWEPT_THRESHOLDS`.
        header: Run, seed, ...
    """
    frames = [pd.DataFrame(at).assign(**about, threshold=SWEPT_THRESHOLDS) for about, at in swept]
    table = pd.concat(frames, ignore_index=True)
    write_table(path, {name: table[name].to_numpy() for name in _DEFINITIONS}, _DEFINITIONS, header)


def read_sweep(path: str | Path) -> pd.DataFrame:
    """The table that `write_sweep` wrote."""
    return read_frame(path)
