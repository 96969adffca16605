"""What a study measured at one tap."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nodal.architectures.architecture import Tap
from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances
from nodal.paper import THRESHOLD
from nodal.snp.averages import Averages, averages, mean_averages
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp
from nodal.snp.rotations import ROTATIONS, rotations
from nodal.study.results import Clusters, Heads, SignalToNoise

RULE = "first_fit"


@dataclass(frozen=True, repr=False)
class TapStudy:
    """The single-nodal performance (SNP) of the nodes of one tap.

    Attributes:
        name: Of the tap.
        tap: Where it is.
        snp: Factors of the matrices of K nodes over L labels, from the test inputs.
        heldout: The same from the held-out inputs.
        accuracy: Of the probe, on the test inputs.
        accuracy_heldout: On the held-out inputs.
        names: Name of each label.
        stream: Seed of the study and place of the tap in it: the key of all random draws.
    """

    name: str
    tap: Tap
    snp: Snp
    heldout: Snp
    accuracy: float
    accuracy_heldout: float
    names: tuple[str, ...]
    stream: tuple[int, int]

    def matrix(self, node: int) -> NDArray[np.float32]:
        """The SNP matrix of a node over its maximum, [L, L]; row = input label, column = output label."""
        return self.snp.matrices([node])[0]

    def clusters(self, threshold: float = THRESHOLD, rule: str = RULE) -> Clusters:
        """The clusters of labels of every node.

        Args:
            threshold: In (0, 1).
            rule: `first_fit`, `diagonal`, `max_clique` or `min_cover`; see `nodal.snp.clusters.clusters`.

        Raises:
            ValueError: The threshold is out of range, or there is no such rule.
        """
        numbers = clusters(self.snp, [threshold], rule)[0]
        return Clusters(self.name, self.snp, threshold, numbers, self.names)

    def snr(self, threshold: float = THRESHOLD, rule: str = RULE) -> SignalToNoise:
        """The averages over the nodes and their ratio of signal to noise, beside three controls.

        Args:
            threshold: As of `clusters`.
            rule: As of `clusters`.
        """

        def of(snp: Snp) -> Averages:
            return averages(snp, [threshold], rule)[0]

        shuffled = self.snp.shuffled(np.random.default_rng(self.stream))
        rotated = mean_averages([of(each) for each in rotations(self.snp, ROTATIONS, *self.stream)])
        return SignalToNoise(
            self.name, threshold, of(self.snp), of(self.heldout), of(shuffled), rotated
        )  # fmt: skip

    def heads(
        self, number: int, ratio: float = 2.0, threshold: float = THRESHOLD, draws: int = 1000,
        rule: str = RULE,
    ) -> Heads:  # fmt: skip
        """Which labels belong to which attention head.

        Args:
            number: Of heads; head h has the h-th K / number nodes.
            ratio: A label belongs to a head that holds it so many times as often as every other.
            threshold: As of `clusters`.
            draws: Permutations of the nodes in the null model.
            rule: As of `clusters`.

        Raises:
            ValueError: The heads do not divide the nodes, or the ratio is below 1.
        """
        sets = self.clusters(threshold, rule).sets
        null = null_appearances(sets, number, draws, np.random.default_rng(self.stream))
        return Heads(self.name, ratio, head_appearances(sets, number), null, self.names)

    def plot(self, node: int, threshold: float = THRESHOLD, axes: Axes | None = None) -> Axes:
        """The clipped matrix of a node, permuted cluster by cluster."""
        return self.clusters(threshold).plot(node, axes)

    def __repr__(self) -> str:
        nodes, labels = self.snp.shape
        return (
            f"{self.name}, the {self.tap.side} of {self.tap.module}: {nodes} nodes, {labels} labels;"
            f" probe {self.accuracy:.3f} right, on held-out inputs {self.accuracy_heldout:.3f}"
        )
