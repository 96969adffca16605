"""What claims of the paper need beyond its tables: a number a seed, and its control's where it has one."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal import paper
from nodal.attention.ownership import Counts, owned_labels
from nodal.attention.superclasses import expected_occupation, filled_columns, occupation
from nodal.snp.clusters import Numbers
from nodal.snp.label_shares import chance_appearances, cluster_fields, label_appearances
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import limit_of_ratio, signal_to_noise, summarise

# By name: the number and its control's, nan without one.
Measures = dict[str, tuple[float, float]]
SEEN = 0.5  # a correlation of field and image that one sees


def beside(own: Mapping[str, float], control: Mapping[str, float]) -> Measures:
    """Numbers of a network beside the same ones of its control."""
    return {name: (value, control[name]) for name, value in own.items()}


def layer_measures(snp: Snp, numbers: Numbers, noise: NDArray[np.int32]) -> dict[str, float]:
    """How evenly a layer's clusters serve the labels, and how much they stand out, at one threshold.

    Args:
        snp: The matrices.
        numbers: [K, L], cluster of each label.
        noise: [K], elements above threshold outside the clusters.

    Returns:
        `appearance_evenness`: sd over the labels of appearances in clusters, over that of random labels.
        `field_evenness`: sd over mean, over the labels, of the fields from inside the clusters.
        `contrast`: mean element inside the clusters over the mean absolute element outside.
        `snr_growth`: limit of signal over noise as the threshold goes to 1, over its value at this one.
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
        "snr_growth": _ratio(limit_of_ratio(snp), signal_to_noise(summarise(numbers, noise)).snr),
    }


def sweep_measures(sweep: pd.DataFrame) -> dict[str, float]:
    """What the sweep over thresholds says of the matrices of a probe set.

    Args:
        sweep: Rows of one set and variant: `block, tap, threshold, snr_min`.

    Returns:
        `best_threshold`: where SNR_min of the last tap is largest; `best_threshold_range`: of all taps' best.
        Both are nan where a tap has an SNR_min at no threshold.
    """
    best = {}
    for tap, rows in sweep.groupby(["block", "tap"]):
        worst = np.where(np.isfinite(rows["snr_min"]), rows["snr_min"], -np.inf)
        at = rows["threshold"].to_numpy()[worst.argmax()]
        best[tap] = float(at) if np.isfinite(worst).any() else math.nan
    return {"best_threshold": best[max(best)], "best_threshold_range": float(np.ptp(list(best.values())))}


def head_measures(counts: Counts, null: Counts, owner: NDArray[np.int64], superclass: Counts) -> Measures:
    """How labels of one tap belong to attention heads.

    Args:
        counts: Appearances [H, L].
        null: The same with nodes dealt out at random, [draws, H, L].
        owner: [L], the head of each label, -1 for none.
        superclass: [L], of each label.

    Returns:
        `ratio_plateau`: see the function; `whole_superclasses`: how many are owned whole by a head, beside
        the expectation for as many random labels.
    """
    filled, whole, expected = filled_columns(superclass), math.nan, math.nan
    if filled:
        by_head = owner == np.arange(len(counts))[:, None]
        whole = float(occupation(by_head, superclass)[:, -1].sum())
        expected = sum(
            float(expected_occupation(int(mine.sum()), int(superclass.max()) + 1, len(filled))[-1])
            for mine in by_head
        )
    plateau = float(ratio_plateau(counts)), float(np.nanmean(ratio_plateau(null)))
    return {"ratio_plateau": plateau, "whole_superclasses": (whole, expected)}


def ratio_plateau(counts: Counts) -> NDArray[np.float64]:
    """Smallest over largest number of owned labels for ratios in `paper.PLATEAU`, nan without any.

    Args:
        counts: Appearances [..., H, L]; the answer is float64 [...].
    """
    owned = owned_labels(counts, np.linspace(*paper.PLATEAU, 21))
    largest = owned.max(-1)
    return np.where(largest > 0, owned.min(-1) / np.maximum(largest, 1), np.nan)


def field_similarity(table: pd.DataFrame) -> Measures:
    """`field_similarity`: share of owners' fields that look like their image (`SEEN`), or another."""
    own = table[(table["network"] == "backbone") & (table["head"] == table["owner"]) & (table["owner"] > 0)]
    shares = [float((own[name].dropna().abs() > SEEN).mean()) for name in ("similarity", "similarity_other")]
    return {"field_similarity": (shares[0], shares[1])}


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan
