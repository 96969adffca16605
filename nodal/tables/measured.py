"""What probes say of a network that a study trained, and of the same network before its training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, is_owned
from nodal.files.accuracy import accuracies, accuracy, read_accuracy
from nodal.files.evidence import read_evidence
from nodal.snp.averages import averages
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp

Row = dict[str, float]
_SUFFIX = {"trained": "", "untrained": "_untrained"}
_AVERAGES = ("clusters", "size", "diagonal", "noise", "signal", "snr")


@dataclass(frozen=True)
class Counting:
    """How clusters are made, and which labels an attention head owns.

    Attributes:
        threshold: Of the clusters.
        rule: How labels are grouped into clusters.
        ratio: A label belongs to a head that holds it at least so many times as often as any other.
        draws: Permutations of nodes to heads in the null.
    """

    threshold: float
    rule: str
    ratio: float = 2.0
    draws: int = 1000


@dataclass(frozen=True)
class Measured:
    """The probes of one set on a network, trained and untrained.

    Attributes:
        snp: Factors of the single-nodal performance (SNP) matrices, by `trained/{tap}` and `untrained/{tap}`.
        counts: Correct answers by `network`, `tap`, `split`, `head` and label.
    """

    snp: Mapping[str, Snp]
    counts: pd.DataFrame

    @staticmethod
    def read(snp: str | Path, counts: str | Path) -> "Measured":
        """From the files of one network."""
        return Measured(read_evidence(snp).snp, read_accuracy(counts))

    def answers(self, tap: str) -> Row:
        """Accuracy of the tap's probe, on test images and on held-out ones, and on the untrained network."""
        of_tap = {"tap": tap, "head": 0}
        return {
            **accuracies(self.counts, network="trained", **of_tap),
            "accuracy_untrained": accuracy(self.counts, network="untrained", split="test", **of_tap),
        }

    def averages(self, tap: str, counting: Counting) -> Row:
        """The averages of Tables 1 and 2 over the nodes of the tap, and `_untrained`."""
        return averages_beside(
            {suffix: self.snp[f"{name}/{tap}"] for name, suffix in _SUFFIX.items()}, counting
        )

    def sets(self, tap: str, counting: Counting, network: str = "trained") -> NDArray[np.bool_]:
        """The labels in the clusters of each node, bool [K, L]."""
        return clusters(self.snp[f"{network}/{tap}"], [counting.threshold], counting.rule)[0] >= 0

    def owned(self, tap: str, heads: int, counting: Counting, rng: np.random.Generator) -> Row:
        """Labels that belong to an attention head, beside those of random heads and of the untrained network.

        Returns:
            `owned`; `owned_null`, mean over draws that deal nodes to heads at random; `excess`, the first
            less the second as a share of the labels; `owned_untrained`. All nan for a single head.
        """
        if heads == 1:
            return dict.fromkeys(("owned", "owned_null", "excess", "owned_untrained"), float("nan"))
        sets = self.sets(tap, counting)
        null = is_owned(null_appearances(sets, heads, counting.draws, rng), counting.ratio).sum(-1)
        own, untrained = (
            int(is_owned(head_appearances(each, heads), counting.ratio).sum())
            for each in (sets, self.sets(tap, counting, "untrained"))
        )
        return {
            "owned": own,
            "owned_null": float(null.mean()),
            "excess": float((own - null.mean()) / sets.shape[1]),
            "owned_untrained": untrained,
        }


def averages_beside(snp: Mapping[str, Snp], counting: Counting) -> Row:
    """The averages of several layers' matrices side by side, by the suffixes of their columns."""
    row: Row = {}
    for suffix, each in snp.items():
        (at,) = averages(each, [counting.threshold], counting.rule)
        row |= {f"{name}{suffix}": at[name] for name in _AVERAGES}
    return row
