"""All runs beside each other: accuracy, clusters, signal and noise along each network's relative depth."""

from collections.abc import Mapping

import pandas as pd

from nodal.tables.seeds import at_main_threshold

# What stands in Tables 1 and 2, with its controls where the tables have them.
COLUMNS = ("accuracy", "diagonal", "size", "noise", "snr")


def runs_compared(tables: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """A row a run and block, at the paper's threshold or, where a run has not that one, at its first.

    Args:
        tables: Tables 1 and 2 of each run.

    Returns:
        `run, threshold, block, relative_depth` (block over number of blocks), `seeds`, and the mean and sd of
        accuracy, diagonal, size, noise and SNR, of the controls, too.
    """
    rows = []
    for run, (clusters, signal) in tables.items():
        table = clusters.merge(signal, on=["threshold", "block", "seeds"], validate="one_to_one")
        table = at_main_threshold(table).copy()  # in one piece; pandas warns of a table of many
        table = table.assign(run=run, relative_depth=table["block"] / table["block"].max())
        rows.append(table.sort_values("block"))
    every = pd.concat(rows, ignore_index=True)
    kept = [name for name in every if _measured(str(name))]
    return every[["run", "threshold", "block", "relative_depth", "seeds", *kept]]


def _measured(name: str) -> bool:
    """Whether it is a mean or sd of one of `COLUMNS`, or of one of its controls."""
    base, _, kind = name.rpartition("_")
    return (
        kind in ("mean", "sd")
        and base.split("_")[0] in COLUMNS
        and not base.startswith(("snr_min", "noise_internal", "noise_external"))
    )
