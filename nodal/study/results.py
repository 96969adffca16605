"""What a tap tells: the clusters of its nodes, its signal-to-noise ratio, the labels of its heads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nodal.attention.ownership import Counts, is_owned, owners
from nodal.pruning.andc import Sets
from nodal.snp.averages import Averages
from nodal.snp.clusters import Numbers
from nodal.snp.matrix import Snp
from nodal.study import plots

VARIANTS = ("own", "heldout", "shuffled", "rotated")


@dataclass(frozen=True, repr=False)
class Clusters:
    """The clusters of labels of every node of a tap.

    Attributes:
        tap: Name of the tap.
        snp: Factors of the single-nodal performance (SNP) matrices, K nodes and L labels.
        threshold: At which the matrices are clipped.
        numbers: int16 [K, L], number of a label's cluster in order of opening, -1 outside.
        names: Name of each label.
    """

    tap: str
    snp: Snp
    threshold: float
    numbers: Numbers
    names: tuple[str, ...]

    @property
    def sets(self) -> Sets:
        """bool [K, L]: the labels in clusters of each node."""
        return self.numbers >= 0

    def labels(self, node: int) -> list[list[str]]:
        """The clusters of a node, each by the names of its labels."""
        row = self.numbers[node]
        return [
            [self.names[label] for label in np.flatnonzero(row == number)]
            for number in range(int(row.max()) + 1)
        ]

    def frame(self) -> pd.DataFrame:
        """A row a cluster: `node`, `cluster` (its number), `size`, `labels` (their names)."""
        rows = [
            (node, number, len(labels), labels)
            for node in range(len(self.numbers))
            for number, labels in enumerate(self.labels(node))
        ]
        return pd.DataFrame(rows, columns=["node", "cluster", "size", "labels"])

    def plot(self, node: int, axes: Axes | None = None) -> Axes:
        """The clipped matrix of a node, permuted cluster by cluster: clusters blue, noise orange."""
        above = self.snp.matrices([node])[0] > self.threshold
        title = f"{self.tap}, node {node}, above {self.threshold:g}"
        return plots.clipped(above, self.numbers[node], self.names, title, axes)

    def __repr__(self) -> str:
        nodes, count = len(self.numbers), int((self.numbers.max(1) + 1).sum())
        size = f" of {self.sets.sum() / count:.2f} labels" if count else ""
        return f"{self.tap} at {self.threshold:g}: {nodes} nodes, {count / nodes:.2f} clusters a node{size}"


@dataclass(frozen=True, repr=False)
class SignalToNoise:
    """The averages of Tables 1 and 2 for one tap, beside their controls.

    Attributes:
        tap: Name of the tap.
        threshold: At which the matrices are clipped.
        own: By the names of `nodal.snp.signal_to_noise.Summary` and `Snr`.
        heldout: From the held-out inputs.
        shuffled: Every node's weights permuted over the labels.
        rotated: Means over random bases.
    """

    tap: str
    threshold: float
    own: Averages
    heldout: Averages
    shuffled: Averages
    rotated: Averages

    def frame(self) -> pd.DataFrame:
        """A row a variant: own, heldout, shuffled, rotated."""
        return pd.DataFrame({name: getattr(self, name) for name in VARIANTS}).T

    def plot(self, axes: Axes | None = None) -> Axes:
        """The ratio and its controls as bars."""
        return plots.ratios(
            {name: getattr(self, name)["snr"] for name in VARIANTS},
            f"{self.tap}, threshold {self.threshold:g}",
            axes,
        )

    def __repr__(self) -> str:
        shown = self.frame()[["clusters", "size", "diagonal", "noise", "snr"]]
        return f"{self.tap} at {self.threshold:g}\n{shown.to_string(float_format='{:.4g}'.format)}"


@dataclass(frozen=True, repr=False)
class Heads:
    """Which labels belong to which attention head; H heads, L labels.

    Attributes:
        tap: Name of the tap.
        ratio: A label belongs to a head that holds it so many times as often as every other.
        counts: int64 [H, L], nodes of each head in whose clusters each label is.
        null: int64 [draws, H, L], the same of heads whose nodes are dealt at random.
        names: Name of each label.
    """

    tap: str
    ratio: float
    counts: Counts
    null: Counts
    names: tuple[str, ...]

    @property
    def owners(self) -> Counts:
        """int64 [L]: the head, counted from 0, that each label belongs to, -1 for none."""
        return owners(self.counts, self.ratio)

    @property
    def owned(self) -> int:
        """Number of labels that belong to some head."""
        return int(is_owned(self.counts, self.ratio).sum())

    @property
    def null_owned(self) -> NDArray[np.int64]:
        """int64 [draws]: the same of heads of random nodes."""
        return is_owned(self.null, self.ratio).sum(-1, dtype=np.int64)

    @property
    def p(self) -> float:
        """(1 + draws with at least as many owned labels) / (1 + draws)."""
        return float((1 + (self.null_owned >= self.owned).sum()) / (1 + len(self.null)))

    def labels(self, head: int) -> list[str]:
        """The names of the labels of a head, counted from 0."""
        return [self.names[label] for label in np.flatnonzero(self.owners == head)]

    def frame(self) -> pd.DataFrame:
        """A row a label: its name, the head that it belongs to, and how often each head holds it."""
        heads: Sequence[str] = [f"head{head}" for head in range(len(self.counts))]
        table = pd.DataFrame(self.counts.T, columns=pd.Index(heads))
        table.insert(0, "label", list(self.names))
        table.insert(1, "owner", self.owners)
        return table

    def plot(self, axes: Axes | None = None) -> Axes:
        """How often each head holds each label, labels by the head that they belong to."""
        return plots.appearances(self.counts, self.owners, self.names, self._said(), axes)

    def _said(self) -> str:
        return (
            f"{self.tap}: {self.owned} of {len(self.names)} labels belong to one of {len(self.counts)} heads"
            f" (random nodes: {self.null_owned.mean():.1f}, p = {self.p:.3g})"
        )

    def __repr__(self) -> str:
        rows = [f"  head {head}: {', '.join(self.labels(head)) or '-'}" for head in range(len(self.counts))]
        return "\n".join([self._said(), *rows])
