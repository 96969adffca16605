"""The study `growing_labels`: what nodes hold of more and more labels, and in narrower and wider networks."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import linregress

from nodal.snp.averages import averages, mean_averages
from nodal.snp.matrix import Snp
from nodal.snp.rotations import ROTATIONS, rotations
from nodal.tables.seeds import by_seed

KEYS = ["width", "labels"]
SAME = "same"  # the run's own width
LIMIT_KEYS = ["network"]
_SHOWN = ("diagonal", "signal", "snr")
_SUFFIX = {"trained": "", "untrained": "_untrained", "rotated": "_rotated"}


def held(snp: Snp, untrained: Snp, threshold: float, rule: str, seed: int) -> dict[str, float]:
    """What the nodes of a network's last block hold, beside the same network untrained, and other axes.

    Args:
        snp: Factors of the single-nodal performance (SNP) matrices.
        untrained: The same of the network before its training.
        threshold: Of the clusters.
        rule: Of the clusters.
        seed: Of the random bases.

    Returns:
        `labels, nodes`; `diagonal`, labels a node; `signal`, nodes a label; `snr`, the ratio of signal to
        noise; all three `_untrained`, and `_rotated`: means over random directions.
    """
    found = {
        "trained": averages(snp, [threshold], rule)[0],
        "untrained": averages(untrained, [threshold], rule)[0],
        "rotated": mean_averages(
            [averages(turned, [threshold], rule)[0] for turned in rotations(snp, ROTATIONS, seed, 0)]
        ),
    }
    nodes, labels = snp.shape[:2]
    return {"labels": labels, "nodes": nodes} | {
        f"{name}{suffix}": found[network][name] for name in _SHOWN for network, suffix in _SUFFIX.items()
    }


def growing_labels(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """The numbers of each seed: a row a width and number of labels, of the run's own width first.

    Args:
        rows: Of each network `width`, `seed`, `accuracy` and `accuracy_heldout` of the network itself,
            `probe_accuracy`, and what `held` gave.
    """
    long = by_seed(rows, KEYS)
    places = long["width"].map({name: place for place, name in enumerate(("same", "half", "twice"))})
    order = long.assign(place=places).sort_values(["place", "labels"], kind="stable").index
    return long.loc[order].reset_index(drop=True)


def limits(long: pd.DataFrame) -> pd.DataFrame:
    """How the nodes that hold a label become fewer, by a power law through the networks of the same width.

    Args:
        long: What `growing_labels` gave.

    Returns:
        A row a network, trained, untrained and along random directions, and seed: `exponent` of the signal
        over the number of labels, and `labels_at_one`, at how many labels one node would be left for each:
        far beyond those that were measured.
    """
    same = long[long["width"] == SAME]
    records = []
    for seed, rows in same.groupby("seed", sort=False):
        for network, suffix in _SUFFIX.items():
            fit = linregress(np.log(rows["labels"]), np.log(rows[f"signal{suffix}"]))
            falls = fit.slope < 0
            at_one = float(np.exp(-fit.intercept / fit.slope)) if falls else float("nan")
            records.append(
                {"network": network, "seed": seed, "exponent": float(fit.slope), "labels_at_one": at_one}
            )
    return by_seed(records, LIMIT_KEYS)
