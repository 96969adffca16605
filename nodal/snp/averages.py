"""All averages of Tables 1 and 2 by their names, and their mean and spread over several bases."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import signal_to_noise, summarise

Averages = dict[str, float]  # by the names of `Summary` and `Snr`


@dataclass(frozen=True)
class Spread:
    """Of several bases; nan or infinite where that is the value of one of them.

    Attributes:
        mean: Mean of each average (of ratios, too: no ratio of means).
        sd: Standard deviation, with n - 1; nan of a single basis.
    """

    mean: Averages
    sd: Averages


def averages(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Averages]:
    """The averages of a layer's single-nodal performance (SNP) matrices, at every threshold."""
    numbers = clusters(snp, thresholds, rule)
    noise = statistics(numbers, above(snp, thresholds)).noise
    summaries = [summarise(*at) for at in zip(numbers, noise, strict=True)]
    return [asdict(summary) | asdict(signal_to_noise(summary)) for summary in summaries]


def spread(several: Sequence[Averages]) -> Spread:
    """Mean and spread of averages at one threshold, one a rotation.

    Raises:
        ValueError: There is none.
    """
    if not several:
        raise ValueError("several: none where at least one is needed")
    values = np.array([list(each.values()) for each in several], np.float64)
    with np.errstate(invalid="ignore"):  # of infinite ones
        sd = values.std(0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan)
        mean = values.mean(0)
    return Spread(*(dict(zip(several[0], each.tolist(), strict=True)) for each in (mean, sd)))
