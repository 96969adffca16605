"""Made-up measurements of networks that studies trained."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nodal.snp.matrix import Snp
from nodal.tables.measured import Measured

LABELS = 4


def factors(seed: int, nodes: int = 8) -> Snp:
    """Random factors."""
    rng = np.random.default_rng(seed)
    return Snp(*rng.normal(size=(2, nodes, LABELS)))


def measured(taps: Sequence[str], seed: int = 0, right: int = 6) -> Measured:
    """At each tap random factors; so many of ten answers right, two fewer held out, half untrained."""
    snp = {
        f"{network}/{tap}": factors(seed + 10 * place + 100 * (network == "untrained"))
        for place, tap in enumerate(taps)
        for network in ("trained", "untrained")
    }
    counts = [
        {"network": network, "tap": tap, "split": split, "head": 0, "label": label, "images": 10,
         "correct": (right - 2 * (split == "heldout")) // (1 + (network == "untrained"))}
        for network in ("trained", "untrained") for tap in taps for split in ("test", "heldout")
        for label in range(LABELS)
    ]  # fmt: skip
    return Measured(snp, pd.DataFrame(counts))
