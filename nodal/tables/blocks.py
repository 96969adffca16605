"""Tables 1 and 2: clusters and noise, signal and its ratio to noise, block by block, controls beside."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from nodal import paper
from nodal.tables.seeds import by_seed, over_seeds, with_paper
from nodal.tables.summaries import (
    SUFFIX,
    Row,
    TapSummary,
    accuracy_on_test,
    cluster_columns,
    joined,
    probe_accuracy,
    snr_columns,
)


def clusters_by_block(
    summaries: Iterable[TapSummary],
    counts: Mapping[int, pd.DataFrame],
    untrained: Mapping[int, pd.DataFrame],
    printed: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 1: accuracy, clusters and noise, a row a threshold and block; and the numbers of each seed.

    Args:
        summaries: The averages of every block's tap, for every seed, variant and threshold.
        counts: Correct answers of the probes, by seed.
        untrained: Of those on the network before its training.
        printed: Whether the paper's values stand beside.
    """

    def columns(at: TapSummary) -> Row:
        row = cluster_columns(at.summary, SUFFIX[at.variant])
        if at.variant == "untrained":
            return {"accuracy_untrained": accuracy_on_test(untrained[at.seed], at.tap)} | row
        return row if at.variant else probe_accuracy(counts[at.seed], at.tap) | row

    names = ["accuracy", "clusters", "size", "diagonal", "noise"]
    return _by_block(summaries, columns, names, paper.TABLE1 if printed else {})


def snr_by_block(summaries: Iterable[TapSummary], printed: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 2: signal, noise and their ratio (Eqs 1-4), as `clusters_by_block`."""

    def columns(at: TapSummary) -> Row:
        return snr_columns(at.summary, SUFFIX[at.variant])

    names = ["signal", "noise_internal", "noise_external", "snr"]
    return _by_block(summaries, columns, names, paper.TABLE2 if printed else {})


def _by_block(
    summaries: Iterable[TapSummary],
    columns: Callable[[TapSummary], Row],
    names: list[str],
    printed: Mapping[int, tuple[float, ...]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table over seeds; the paper's threshold first, then the others; the last block on top, as printed."""
    found: dict[tuple[float, int, int], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for at in summaries:
        found[at.threshold, at.block, at.seed][at.variant].append(columns(at))
    records = {key: joined(variants) for key, variants in found.items()}
    ordered = sorted(records, key=lambda key: (key[0] != paper.THRESHOLD, key[0], -key[1], key[2]))
    keys = ["threshold", "block"]
    long = by_seed([dict(zip([*keys, "seed"], key, strict=True)) | records[key] for key in ordered], keys)
    beside = {(paper.THRESHOLD, block): values for block, values in printed.items()}
    return with_paper(over_seeds(long, keys), keys, names, beside), long
