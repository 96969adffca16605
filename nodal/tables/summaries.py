"""What tables say of a tap: the averages of Table 1, read off its cluster files, and its probe's accuracy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import pandas as pd

from nodal.files.accuracy import accuracies, accuracy
from nodal.files.clusters import read_clusters, read_noise, where
from nodal.files.rotated import read_rotated
from nodal.snp.signal_to_noise import Summary, signal_to_noise, summarise

Row = dict[str, float]
# Suffix of a column for each variant of the single-nodal performance (SNP) matrices.
SUFFIX = {
    "": "",
    "heldout": "_heldout",
    "shuffled": "_shuffled",
    "rotated": "_rotated",
    "untrained": "_untrained",
}


@dataclass(frozen=True)
class TapSummary:
    """The averages of one tap at one threshold, for one seed and variant."""

    seed: int
    tap: str
    block: int
    variant: str
    threshold: float
    summary: Summary


def tap_summaries(
    clusters: Iterable[str], statistics: Iterable[str], only: Mapping[str, float] | None = None
) -> Iterator[TapSummary]:
    """Summarise every tap at every threshold.

    Args:
        clusters: Cluster files.
        statistics: Statistics files of the same taps, in the same order.
        only: The taps that are wanted, each at this threshold; None: all of them at all thresholds.
    """
    for cluster_path, statistics_path in zip(clusters, statistics, strict=True):
        header = where(cluster_path)
        variant = header["set"].partition("-")[2]
        if only is not None and header["tap"] not in only:
            continue
        for threshold in header["thresholds"] if only is None else [only[header["tap"]]]:
            summary = summarise(
                read_clusters(cluster_path, threshold), read_noise(statistics_path, threshold)
            )
            yield TapSummary(header["seed"], header["tap"], header["block"], variant, threshold, summary)


def rotated_summaries(
    rotated: Iterable[str], only: Mapping[str, float] | None = None
) -> Iterator[TapSummary]:
    """The averages of every tap of the trained network in every random basis.

    Args:
        rotated: Files that `write_rotated` wrote.
        only: As in `tap_summaries`.
    """
    for path in rotated:
        seed, table = where(path)["seed"], read_rotated(path)
        table = table[(table["network"] == "trained") & (table["rotation"] > 0) & ~table["matched"]]
        for row in table.to_dict("records"):
            if only is None or row["threshold"] == only.get(row["tap"]):
                summary = Summary(**{field.name: row[field.name] for field in fields(Summary)})
                yield TapSummary(seed, row["tap"], row["block"], "rotated", row["threshold"], summary)


def joined(variants: Mapping[str, Sequence[Row]]) -> Row:
    """One row of the columns of all variants; of a variant with several rows, of rotations, their mean."""
    row: Row = {}
    for rows in variants.values():
        row |= {name: sum(each[name] for each in rows) / len(rows) for name in rows[0]}
    return row


def cluster_columns(summary: Summary, suffix: str) -> Row:
    """The columns of Tables 1 and 3."""
    return {
        f"clusters{suffix}": summary.clusters,
        f"size{suffix}": summary.size,
        f"diagonal{suffix}": summary.diagonal,
        f"noise{suffix}": summary.noise,
    }


def snr_columns(summary: Summary, suffix: str) -> Row:
    """The columns of Table 2."""
    ratio = signal_to_noise(summary)
    return {
        f"signal{suffix}": ratio.signal,
        f"noise_internal{suffix}": ratio.noise_internal,
        f"noise_external{suffix}": ratio.noise_external,
        f"snr{suffix}": ratio.snr,
        f"snr_min{suffix}": ratio.snr_min,
    }


def probe_accuracy(counts: pd.DataFrame, tap: str) -> Row:
    """Accuracy of the whole probe of a tap, on the test inputs and on the held-out ones."""
    return accuracies(counts, tap=tap, head=0)


def accuracy_on_test(counts: pd.DataFrame, tap: str) -> float:
    """Accuracy of the whole probe of a tap on the test inputs."""
    return accuracy(counts, tap=tap, split="test", head=0)
