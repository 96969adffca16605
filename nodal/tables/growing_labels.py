"""The study `growing_labels`: what nodes hold of more and more labels, and in narrower and wider networks."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import linregress

from nodal.snp.averages import mean_averages
from nodal.snp.rotations import ROTATIONS, rotations
from nodal.tables.measured import Counting, Measured, averages_beside
from nodal.tables.seeds import by_seed

KEYS = ["width", "labels"]
SAME = "same"  # the run's own width
LIMIT_KEYS = ["network"]
_SUFFIX = {"trained": "", "untrained": "_untrained", "rotated": "_rotated"}


def held(measured: Measured, tap: str, counting: Counting, seed: int) -> dict[str, float]:
    """What the nodes of a network's last block hold, beside the same network untrained, and other axes.

    Args:
        measured: The probes on the network.
        tap: That of the last block.
        counting: Of clusters.
        seed: Of the random bases.

    Returns:
        `labels, nodes`; `probe_accuracy` on test images; the averages of Tables 1 and 2, of which `signal` is
        how many nodes hold a label; these `_untrained`, too, and `_rotated`, means over random directions.
    """
    snp = measured.snp[f"trained/{tap}"]
    turned = [averages_beside({"": each}, counting) for each in rotations(snp, ROTATIONS, seed, 0)]
    return {
        "labels": snp.shape[1],
        "nodes": snp.shape[0],
        "probe_accuracy": measured.answers(tap)["accuracy"],
        **measured.averages(tap, counting),
        **{f"{name}_rotated": value for name, value in mean_averages(turned).items()},
    }


def growing_labels(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """The numbers of each seed: a row a width and number of labels, of the run's own width first.

    Args:
        rows: Of each network `width`, `seed`, `accuracy` and `accuracy_heldout` of the network itself, and
            what `held` gave.
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
        over the number of labels, and `labels_at_one`, at how many labels one node would be left for each;
        nan where signal rises.
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
