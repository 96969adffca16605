"""What the studies measure in one seed, on disk: a row a thing measured, columns as of each study."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd

from nodal.files.parquet import read_frame, write_table

_DEFINITIONS = {
    "network": "trained, or untrained: before its training",
    "block": "its place along the depth, from 1",
    "branch": "attention or feed-forward: what the skip passes by",
    "skip": "whether the tap lies behind the sum with the skip: with; or holds the branch alone: without",
    "tap": "where the probe reads the network",
    "skip_size": "root mean square of what the skip carries, over images, positions and nodes",
    "branch_size": "the same of what the branch adds to it",
    "threshold": "an element counts as above where it is > threshold * maximum of its matrix",
    "clusters": "N_c, mean number of clusters a matrix",
    "size": "C_s, mean size of all clusters; nan where there is none",
    "diagonal": "diag, mean number of labels in clusters a matrix",
    "noise": "n, mean number of above-threshold elements outside clusters a matrix",
    "snr": "Eq 4; infinite without noise, nan without signal and noise",
    "order": "in which order nodes are silenced",
    "draw": "number of the random order, from 1; 0: of an order that is not random",
    "nodes": "number of nodes of the tap",
    "empty": "number of nodes of the tap without a diagonal on training images",
    "silenced": "number of nodes that are silenced, or trained again",
    "accuracy": "share of correct answers to test images",
    "accuracy_heldout": "the same of held-out images",
    "layers": "linear1: these layers alone; all: every prunable one; budget: each at a threshold of its own",
    "blocks": "how many blocks are pruned, from the last one on",
    "budget": "held-out accuracy that may be lost before retraining; nan where there is no such limit",
    "mask": "how the kept weights were chosen",
    "density": "share of the weights of the masked layers that is kept",
    "network_density": "share of the weights of all prunable layers that is kept",
    "masked": "accuracy on test images right after masking or silencing",
    "masked_heldout": "the same of held-out images",
    "retrained": "accuracy on test images after the masked network was trained again",
    "retrained_heldout": "the same of held-out images",
    "width": "same: the run's own; three_quarters of it",
    "pruned": "fc: the network's own last layer; block: the layers of the last block; network: all of them",
    "share": "of how many weights of the pruned layers one is kept",
    "parameters": "of the whole network, those that are not zero",
    "rest": "accuracy on test images after the weights of all other nodes were trained again",
    "factor": "the learning rate over that with which the search began",
    "rate": "learning rate",
    "chosen": "whether this rate is the best one on held-out images",
    "those": "accuracy on test images where the weights of these nodes alone were trained again",
}


def write_rows(path: str | Path, rows: Iterable[Mapping[str, Any]], header: Mapping[str, Any]) -> None:
    """Write the rows, all of the same columns."""
    table = pd.DataFrame(list(rows))
    write_table(path, {str(name): table[name].to_numpy() for name in table}, _DEFINITIONS, header)


def read_rows(path: str | Path) -> pd.DataFrame:
    """The table that `write_rows` wrote."""
    return read_frame(path)


def read_rows_of_seeds(paths: Iterable[str | Path], seeds: Sequence[int]) -> pd.DataFrame:
    """The rows of many files below each other with their `seed`; files come seed by seed, again and again."""
    rows = [read_rows(path).assign(seed=seed) for path, seed in zip(paths, cycle(seeds), strict=False)]
    return pd.concat(rows, ignore_index=True)
