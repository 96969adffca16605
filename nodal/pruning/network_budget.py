"""A threshold for every layer of a network, from a budget of the held-out accuracy that masks may cost."""

import copy
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from torch import nn

from nodal.architectures.architecture import Layer
from nodal.augment.preparation import Preparation
from nodal.data.dataset import Dataset
from nodal.pruning.andc import Mask, andc_masks
from nodal.pruning.greedy import Steps, furthest, greedy_path
from nodal.pruning.layer_masks import Masks as OfLayers
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.masked_weights import Masks
from nodal.pruning.network_pruning import accuracies
from nodal.snp.matrix import Snp

# Of each layer, by name of the weight, the masks that it can have, each sparser than the one before it.
Ladders = dict[str, list[Mask]]
# Held-out accuracy under masks, without retraining.
Left = Callable[[Mapping[str, Mask]], float]


def ladders(layers: Mapping[str, Layer], snp: Mapping[str, Snp], thresholds: Sequence[float]) -> Ladders:
    """The whole of each layer, then its ANDC mask at each threshold of both its ends.

    Args:
        layers: By name of the weight.
        snp: Of the taps at their ends, from training images.
        thresholds: Rising.
    """
    masks = [
        andc_masks(layers, {tap: label_sets(each, at) for tap, each in snp.items()}) for at in thresholds
    ]
    return {name: [np.ones_like(masks[0][name]), *(at[name] for at in masks)] for name in layers}


def taken(of_layers: Ladders, steps: Steps) -> OfLayers:
    """The masks so many steps up each layer's ladder."""
    return {name: of_layers[name][step] for name, step in steps.items()}


def budget_path(of_layers: Ladders, together: Mapping[str, int], left: Left) -> list[Steps]:
    """The ascent of all ladders: the step that loses least for a weight, by what each layer alone loses.

    Args:
        of_layers: The ladders.
        together: Weights that one element of a layer's mask stands for: those of a filter behind a
            flattening.
        left: Accuracy under masks.
    """
    whole = left({})
    losses = {name: [whole - left({name: mask}) for mask in ladder[1:]] for name, ladder in of_layers.items()}
    removed = {
        name: [int((~mask).sum()) * together[name] for mask in ladder[1:]]
        for name, ladder in of_layers.items()
    }
    return greedy_path(losses, removed)


def masks_within(budget: float, path: Sequence[Steps], of_layers: Ladders, left: Left) -> OfLayers:
    """The masks of the last state of a path that loses no more than this, all layers together."""
    least = left({}) - budget
    return taken(of_layers, furthest(path, lambda steps: left(taken(of_layers, steps)) >= least))


def heldout_left(
    network: nn.Module, data: Dataset, prepare: Preparation, together: Mapping[str, int]
) -> Left:
    """What measures the held-out accuracy of a network, which stays as it is, under masks."""
    heldout = Dataset({"heldout": data.inputs["heldout"]}, {"heldout": data.labels["heldout"]}, data.names)

    def left(masks: Mapping[str, Mask]) -> float:
        masked = copy.deepcopy(network)
        wide = {name: np.repeat(mask, together[name], axis=1) for name, mask in masks.items()}
        Masks(masked, wide).apply()
        return accuracies(masked, heldout, prepare, "masked")["masked_heldout"]

    return left
