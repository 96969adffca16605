"""Clusters of single-nodal performance (SNP) matrices on disk, and the counts that follow from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodal.files.parquet import read_table, write_table
from nodal.snp.clusters import Numbers, Statistics

_CLUSTER = {
    "threshold": "an element counts as above where it is > threshold * maximum of its matrix",
    "node": "index of the node in its layer",
    "cluster": "number of the cluster of this node, in order of opening",
    "label": "a label of that cluster",
}
_STATISTICS = {
    "threshold": _CLUSTER["threshold"],
    "node": _CLUSTER["node"],
    "clusters": "number of clusters of the matrix",
    "diagonal": "number of labels in clusters",
    "above": "number of elements above threshold",
    "noise": "of these, elements outside the clusters' squares",
}


def write_clusters(
    path: str | Path, numbers: Numbers, thresholds: Sequence[float], header: Mapping[str, Any]
) -> None:
    """Write cluster numbers [T, K, L] as one row per (threshold, node, label) that is in a cluster."""
    row, node, label = np.nonzero(numbers >= 0)
    columns = {
        "threshold": np.asarray(thresholds, np.float32)[row],
        "node": node.astype(np.int32),
        "cluster": numbers[row, node, label].astype(np.int32),
        "label": label.astype(np.int32),
    }
    shape = {"thresholds": list(thresholds), "nodes": numbers.shape[1], "label_count": numbers.shape[2]}
    write_table(path, columns, _CLUSTER, {**header, **shape})


def read_clusters(path: str | Path, threshold: float) -> Numbers:
    """Cluster numbers [K, L] at one threshold, -1 outside.

    Raises:
        ValueError: The file has no such threshold.
    """
    table, header = read_table(path)
    if threshold not in header["thresholds"]:
        raise ValueError(f"{path} has no threshold {threshold}, only {header['thresholds']}")
    chosen = table["threshold"].to_numpy() == np.float32(threshold)
    node, label, cluster = (table[name].to_numpy()[chosen] for name in ("node", "label", "cluster"))
    numbers = np.full((header["nodes"], header["label_count"]), -1, np.int16)
    numbers[node, label] = cluster
    return numbers


def where(path: str | Path) -> dict[str, Any]:
    """What the file says of its tap: `set`, `tap`, `kind`, `block`, `heads`, `seed`, `thresholds`, ..."""
    return read_table(path, [])[1]


def write_statistics(
    path: str | Path, statistics: Statistics, thresholds: Sequence[float], header: Mapping[str, Any]
) -> None:
    """Write the counts [T, K] as one row per (threshold, node)."""
    _, nodes = statistics.noise.shape
    columns: dict[str, NDArray[Any]] = {
        "threshold": np.repeat(np.asarray(thresholds, np.float32), nodes),
        "node": np.tile(np.arange(nodes, dtype=np.int32), len(thresholds)),
    }
    columns |= {
        name: getattr(statistics, name).ravel() for name in ("clusters", "diagonal", "above", "noise")
    }
    write_table(path, columns, _STATISTICS, {**header, "thresholds": list(thresholds)})


def read_counts(path: str | Path) -> dict[float, NDArray[np.int64]]:
    """By threshold, as it was given: clusters, labels in them and noise of every node, int64 [K, 3]."""
    names = ["clusters", "diagonal", "noise"]
    table, header = read_table(path, ["threshold", *names])
    thresholds = table["threshold"].to_numpy()
    counts = np.stack([table[name].to_numpy() for name in names], axis=1).astype(np.int64)
    return {each: counts[thresholds == np.float32(each)] for each in sorted(header["thresholds"])}


def read_noise(path: str | Path, threshold: float) -> NDArray[np.int32]:
    """Above-threshold elements outside the clusters of every node, int32 [K], at one threshold."""
    table, _ = read_table(path, ["threshold", "noise"])
    return np.asarray(table["noise"].to_numpy()[table["threshold"].to_numpy() == np.float32(threshold)])
