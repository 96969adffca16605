"""What a study measured, tap by tap, and what that prunes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from nodal.architectures.architecture import Layer
from nodal.paper import THRESHOLD
from nodal.pruning.andc import Mask, andc_masks, fc_mask
from nodal.pruning.masked_weights import Masks
from nodal.study.tap_study import RULE, TapStudy


@dataclass(frozen=True, repr=False)
class Study(Mapping[str, TapStudy]):
    """What a study measured, by tap.

    Attributes:
        taps: By name.
        layers: Layers that can be pruned as both their ends are taps of the study, by name of the weight.
        readout: Name of the weight of the network's own last layer, and the taps whose nodes it reads.
    """

    taps: Mapping[str, TapStudy]
    layers: Mapping[str, Layer]
    readout: tuple[str, tuple[str, ...]]

    def __getitem__(self, tap: str) -> TapStudy:
        """What was measured at a tap.

        Raises:
            KeyError: There is no such tap.
        """
        if tap not in self.taps:
            raise KeyError(f"no tap {tap!r} in this study; there is {', '.join(self.taps)}")
        return self.taps[tap]

    def __iter__(self) -> Iterator[str]:
        return iter(self.taps)

    def __len__(self) -> int:
        return len(self.taps)

    @property
    def accuracies(self) -> pd.DataFrame:
        """Share of right answers of each tap's probe: `test`, `heldout`."""
        rows = {name: (each.accuracy, each.accuracy_heldout) for name, each in self.items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["test", "heldout"])

    def table(self, threshold: float = THRESHOLD, rule: str = RULE) -> pd.DataFrame:
        """A row a tap: the probe's accuracy, the averages of Tables 1 and 2, and the controls' ratios.

        Args:
            threshold: In (0, 1).
            rule: How labels are grouped.
        """
        rows = {}
        for name, each in self.items():
            found = each.snr(threshold, rule)
            ratios = {
                f"snr_{control}": getattr(found, control)["snr"]
                for control in ("heldout", "shuffled", "rotated")
            }
            accuracy = {"accuracy": each.accuracy, "accuracy_heldout": each.accuracy_heldout}
            rows[name] = accuracy | found.own | ratios
        return pd.DataFrame.from_dict(rows, orient="index")

    def masks(self, tap: str, threshold: float = THRESHOLD, rule: str = RULE) -> dict[str, Mask]:
        """The ANDC (applied nodal diagonal connections) masks of the weights that a tap's nodes join.

        Args:
            tap: Name of the tap.
            threshold: Of the clusters, the same at both ends of a layer.
            rule: Of the clusters.

        Returns:
            bool [out, in] by name of the weight, of a convolution one a kernel: of each layer that joins the
            tap to another tap of the study, and of the network's last layer, where it reads the tap's nodes.

        Raises:
            KeyError: There is no such tap.
            ValueError: There is no such weight.
        """
        layers = {
            weight: layer
            for weight, layer in self.layers.items()
            if self[tap].name in (layer.source, layer.target)
        }
        ends = {end for layer in layers.values() for end in (layer.source, layer.target)} | {tap}
        sets = {name: self[name].clusters(threshold, rule).sets for name in ends}
        masks = andc_masks(layers, sets)
        weight, read = self.readout
        if tap in read:
            masks[weight] = fc_mask(sets[tap])
        if not masks:
            raise ValueError(
                f"masks: the study has no tap at the other end of a layer at {tap!r}, and the network's last"
                " layer does not read its nodes: measure both ends of a layer, nodal.describe lists them"
            )
        return masks

    def __repr__(self) -> str:
        return "\n".join(["Study of", *(f"  {each!r}" for each in self.values())])


def prune(model: nn.Module, masks: Mapping[str, NDArray[np.bool_]]) -> Masks:
    """Set masked weights of a network to zero, in place.

    Args:
        model: The network.
        masks: Weights that are kept, bool by the name of the weight, as `Study.masks` gives them.

    Returns:
        The masks on this network: call `apply()` on it after each step of a retraining.

    Raises:
        TypeError, ValueError: A mask is not bool, or fits no weight.
    """
    kept = Masks(model, masks)
    kept.apply()
    return kept
