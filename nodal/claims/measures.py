"""What claims of the paper need beyond its tables: one number a seed each, some with a control's number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.architectures.cct import tap_block
from nodal.attention.ownership import Counts, owned_labels
from nodal.attention.superclasses import expected_occupation, filled_columns, occupation
from nodal.snp.clusters import Numbers
from nodal.snp.label_shares import chance_appearances, cluster_fields, label_appearances
from nodal.snp.matrix import Snp

Measures = dict[str, float]
PLATEAU = (1.5, 2.5)  # ratios between which the paper finds the number of owned labels constant
SEEN = 0.5  # a correlation of field and image that one sees


def layer_measures(snp: Snp, numbers: Numbers) -> Measures:
    """How evenly a layer's clusters serve the labels, and how much stronger they are than the rest.

    Returns:
        `appearance_evenness`: sd over the labels of appearances in clusters, over that of random labels.
        `field_evenness`: sd over mean, over the labels, of the fields from inside the clusters.
        `contrast`: mean element inside the clusters over the mean absolute element outside.
    """
    fields = cluster_fields(snp, numbers)
    sums, elements = np.zeros((2, 2))  # inside and outside the clusters, node by node
    for node in np.flatnonzero(snp.maximum > 0):
        matrix, number = snp.matrices([node])[0], numbers[node]
        together = (number[:, None] == number) & (number >= 0)
        sums += matrix[together].sum(dtype=np.float64), np.abs(matrix[~together]).sum(dtype=np.float64)
        elements += together.sum(), (~together).sum()
    return {
        "appearance_evenness": _ratio(label_appearances(numbers).std(), chance_appearances(numbers).sd),
        "field_evenness": _ratio(fields.std(), fields.mean()),
        "contrast": _ratio(_ratio(sums[0], elements[0]), _ratio(sums[1], elements[1])),
    }


def sweep_measures(sweep: pd.DataFrame, threshold: float) -> Measures:
    """What the sweep over thresholds says of a probe set's own matrices.

    Args:
        sweep: Rows of one set and variant: `tap, threshold, snr, snr_min`.
        threshold: The threshold to compare with.

    Returns:
        `snr_growth`: largest finite ratio of the last tap over that at `threshold`; `best_threshold`: where
        SNR_min of the last tap is largest; `best_threshold_range`: of the best ones of all taps.
    """
    best = {}
    for tap, rows in sweep.groupby("tap"):
        worst = np.where(np.isfinite(rows["snr_min"]), rows["snr_min"], -np.inf)
        best[tap] = float(rows["threshold"].to_numpy()[worst.argmax()])
    last = max(best, key=lambda tap: tap_block(str(tap)))
    rows = sweep[sweep["tap"] == last]
    here = rows.loc[rows["threshold"] == threshold, "snr"].to_numpy()
    finite = rows.loc[np.isfinite(rows["snr"]), "snr"]
    return {
        "snr_growth": _ratio(finite.max(), here[0]) if len(here) else float("nan"),
        "best_threshold": best[last],
        "best_threshold_range": max(best.values()) - min(best.values()),
    }


def head_measures(counts: Counts, owner: NDArray[np.int64], superclass: Counts) -> Measures:
    """How labels of one tap belong to attention heads.

    Returns:
        `ratio_plateau`: see the function; `whole_superclasses`: those owned whole by a head, over the
        expectation for as many random labels.
    """
    filled, whole = filled_columns(superclass), float("nan")
    if filled:
        by_head = owner == np.arange(len(counts))[:, None]
        expected = sum(
            expected_occupation(int(mine.sum()), int(superclass.max()) + 1, len(filled))[-1]
            for mine in by_head
        )
        whole = _ratio(float(occupation(by_head, superclass)[:, -1].sum()), expected)
    return {"ratio_plateau": float(ratio_plateau(counts)), "whole_superclasses": whole}


def ratio_plateau(counts: Counts) -> NDArray[np.float64]:
    """Smallest over largest number of owned labels for ratios in `PLATEAU`, nan without any.

    Args:
        counts: Appearances [..., H, L]; the answer is float64 [...].
    """
    owned = owned_labels(counts, np.linspace(*PLATEAU, 21).tolist())
    largest = owned.max(-1)
    return np.where(largest > 0, owned.min(-1) / np.maximum(largest, 1), np.nan)


def owned_accuracy(accuracy: NDArray[np.float64], owned: Mapping[str, NDArray[np.bool_]]) -> Measures:
    """Mean accuracy [L] of owned labels less that of the rest, for each set: `owned_accuracy_{name}`."""
    return {
        f"owned_accuracy_{name}": float(accuracy[own].mean() - accuracy[~own].mean())
        if 0 < own.sum() < len(own)
        else float("nan")
        for name, own in owned.items()
    }


def field_similarity(table: pd.DataFrame) -> tuple[float, float]:
    """Share of fields of owners that look like their image, and like another image of the label (`SEEN`)."""
    own = table[(table["network"] == "backbone") & (table["head"] == table["owner"]) & (table["owner"] > 0)]
    shares = [float((own[name].dropna().abs() > SEEN).mean()) for name in ("similarity", "similarity_other")]
    return shares[0], shares[1]


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
