"""Masks of the layers that end in a skip connection: of label sets measured with the skip, and without it."""

from collections.abc import Mapping

import numpy as np

from nodal.architectures.architecture import Layer
from nodal.pruning.andc import Mask, Sets, andc_mask
from nodal.pruning.layer_masks import Masks, label_sets
from nodal.pruning.of_size import masks_of_size
from nodal.pruning.random_masks import random_mask
from nodal.snp.matrix import Snp

MASKS = ("with", "without", "without_equal", "random", "zeroed", "unpruned")


def skip_masks(
    layers: Mapping[str, Layer],
    alone: Mapping[str, str],
    snp: Mapping[str, Snp],
    thresholds: Mapping[str, float],
    rng: np.random.Generator,
) -> dict[str, Masks]:
    """All masks of these layers, by the names of `MASKS`.

    Args:
        layers: By name of the weight; each ends at a tap behind a skip.
        alone: The tap of the branch alone, by the name of the tap behind its sum.
        snp: From training images, of the taps at the ends of the layers and of those of `alone`.
        thresholds: Of the label sets at the ends of the layers; the tap without the skip has that of the tap
            with it.
        rng: Source of the random masks.

    Returns:
        `with` and `without` the skip at the same threshold; `without_equal`, at the threshold where it is as
        dense as `with`, or nearest to that; `random`, as dense; `zeroed`, `unpruned`. bool [out, in] each.
    """
    found: dict[str, Masks] = {name: {} for name in MASKS}
    for weight, layer in layers.items():
        source = label_sets(snp[layer.source], thresholds[layer.source])
        threshold, without = thresholds[layer.target], snp[alone[layer.target]]
        own = andc_mask(label_sets(snp[layer.target], threshold), source)
        masks = {
            "with": own,
            "without": andc_mask(label_sets(without, threshold), source),
            "without_equal": mask_of_density(without, source, int(own.sum())),
            "random": random_mask(own, rng),
            "zeroed": np.zeros_like(own),
            "unpruned": np.ones_like(own),
        }
        for name, mask in masks.items():
            found[name][weight] = mask
    return found


def mask_of_density(target: Snp, source: Sets, kept: int) -> Mask:
    """The ANDC mask at the threshold of the target's nodes where most nearly so many weights are kept.

    Sets shrink as the threshold rises, and with them the mask.
    """
    return masks_of_size(lambda at: {"": andc_mask(label_sets(target, 1 - at), source)}, kept)[""]
