"""All averages of Tables 1 and 2 by their names."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import signal_to_noise, summaries

Averages = dict[str, float]  # by the names of `Summary` and `Snr`


def averages(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Averages]:
    """The averages of a layer's single-nodal performance (SNP) matrices, at every threshold."""
    return [
        asdict(summary) | asdict(signal_to_noise(summary)) for summary in summaries(snp, thresholds, rule)
    ]


def mean_averages(several: Sequence[Averages]) -> Averages:
    """The mean of averages at one threshold, one a random basis; of ratios, too: no ratio of means.

    Nan or infinite where that is the value of one of them.
    """
    return {name: float(np.mean([each[name] for each in several])) for name in several[0]}
