"""What tables say of a tap: the averages of Table 1, read off its cluster files, and its probe's accuracy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from nodal.files.accuracy import accuracy
from nodal.files.clusters import read_clusters, read_noise, where
from nodal.snp.signal_to_noise import Summary, signal_to_noise, summarise

Row = dict[str, float]
# Suffix of a column for each variant of the single-nodal performance (SNP) matrices.
SUFFIX = {"": "", "heldout": "_heldout", "shuffled": "_shuffled"}


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
    """Accuracy of the whole probe of a tap, on the test images and on the held-out ones."""
    return {
        "accuracy": accuracy(counts, tap=tap, split="test", head=0),
        "accuracy_heldout": accuracy(counts, tap=tap, split="heldout", head=0),
    }
