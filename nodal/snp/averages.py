"""All averages of Tables 1 and 2 by their names."""

from collections.abc import Sequence
from dataclasses import asdict

from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import signal_to_noise, summaries

Averages = dict[str, float]  # by the names of `Summary` and `Snr`


def averages(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Averages]:
    """The averages of a layer's single-nodal performance (SNP) matrices, at every threshold."""
    return [
        asdict(summary) | asdict(signal_to_noise(summary)) for summary in summaries(snp, thresholds, rule)
    ]
