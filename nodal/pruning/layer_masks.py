"""The masks of layers inside a network: ANDC, and what it is compared with, layer by layer as dense."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.architecture import Layer
from nodal.files.evidence import Evidence
from nodal.pruning.andc import Mask, Sets, andc_masks
from nodal.pruning.random_masks import degree_mask, random_mask
from nodal.pruning.scores import largest, magnitude, wanda
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp

Masks = dict[str, Mask]  # by name of the weight
# The rule, four scores or draws as dense as it, and the two ends: nothing left, and nothing pruned.
MASKS = ("andc", "random", "degree", "magnitude", "wanda", "taylor", "zeroed", "unpruned")


def label_sets(snp: Snp, threshold: float) -> Sets:
    """The labels in the clusters of every node, bool [nodes, labels]; every rule of clusters has the same."""
    return clusters(snp, [threshold])[0] >= 0


def layer_masks(
    layers: Mapping[str, Layer],
    weights: Mapping[str, NDArray[np.float32]],
    evidence: Evidence,
    thresholds: Mapping[str, float],
    rng: np.random.Generator,
) -> dict[str, Masks]:
    """All masks of these layers, by the names of `MASKS`.

    The weights from a filter to a node, a kernel or behind a flattening one a position, stay or go together.

    Args:
        layers: By name of the weight.
        weights: The trained weights, [out, in, ...].
        evidence: From training images.
        thresholds: Of the label sets at each tap.
        rng: Source of the random masks.

    Returns:
        `andc`; at its density in each layer `random`, `degree` (as many weights at each node), `magnitude`,
        `wanda` (each output keeps equally many) and `taylor`; `zeroed`, `unpruned`. bool [out, in] each.
    """
    sets = {tap: label_sets(snp, thresholds[tap]) for tap, snp in evidence.snp.items() if tap in thresholds}
    found: dict[str, Masks] = {name: {} for name in MASKS}
    for name, andc in andc_masks(layers, sets).items():
        kept, inputs = int(andc.sum()), weights[name].shape[1]
        weight, taylor = (
            values.reshape(*andc.shape, -1) for values in (weights[name], evidence.taylor[name])
        )
        masks = {
            "andc": andc,
            "random": random_mask(andc, rng),
            "degree": degree_mask(andc, rng),
            "magnitude": largest(magnitude(weight), kept),
            "wanda": largest(wanda(weight, evidence.rms[layers[name].source]), kept, each_output=True),
            "taylor": largest(taylor.sum(2), kept),
            "zeroed": np.zeros_like(andc),
            "unpruned": np.ones_like(andc),
        }
        for mask, value in masks.items():
            found[mask][name] = np.repeat(value, inputs // andc.shape[1], axis=1)
    return found
