"""Signal and noise as functions of the threshold (Fig 5)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.clusters import above, clusters, statistics
from nodal.snp import Snp
from nodal.snr import Snr, signal_to_noise, summarise

THRESHOLDS: NDArray[np.float64] = np.append(0.005, np.arange(1, 100) / 100)


def sweep(snp: Snp, thresholds: Sequence[float], rule: str) -> list[Snr]:
    """Eqs 1-5 of a layer of single-nodal performance (SNP) matrices at every threshold."""
    numbers = clusters(snp, thresholds, rule)
    noise = statistics(numbers, above(snp, thresholds)).noise
    return [signal_to_noise(summarise(*at)) for at in zip(numbers, noise, strict=True)]
