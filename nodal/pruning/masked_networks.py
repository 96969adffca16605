"""Ways to keep the same number of weights of a network: label sets dealt or measured, size, or chance.

Those in `FROM_SCRATCH` look at no trained network, so one can be trained with them from its first step; those
in `AFTER_TRAINING` need one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.architecture import READOUT, Architecture
from nodal.pruning.andc import Mask, andc_masks, fc_mask
from nodal.pruning.dealt import Shapes, assigned_network, readout_weight
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.layer_masks import Masks, label_sets
from nodal.pruning.of_size import masks_of_size
from nodal.pruning.random_masks import random_mask
from nodal.pruning.scores import largest, magnitude
from nodal.snp.matrix import Snp

FROM_SCRATCH = ("a_andc", "random", "disjoint")
AFTER_TRAINING = ("andc", "magnitude", "unpruned")


def mask_from_scratch(
    name: str,
    architecture: Architecture,
    shapes: Shapes,
    labels: int,
    chosen: Sequence[str],
    share: int,
    seed: int,
) -> Masks:
    """A mask of `FROM_SCRATCH` of the chosen weights, bool [out, in] each.

    Args:
        name: `a_andc`: dealt label sets; `random`: as dense in each layer; `disjoint`: as many groups as
            `share`, of layers whose nodes can be dealt to them.
        architecture: Of the network.
        shapes: Of its weights, [out, in, ...].
        labels: Number of labels.
        chosen: Names of the weights that are masked: of prunable layers, or the readout's.
        share: Of how many weights one is kept.
        seed: Of the deal and the draw.
    """
    if name == "disjoint":
        groups = disjoint_masks(architecture, shapes, labels, share)
        return {weight: groups[weight] for weight in chosen if weight in groups}
    kept = round(sum(_sizes(shapes, chosen).values()) / share)
    assigned = assigned_network(architecture, shapes, labels, chosen, kept, [seed, 24])
    if name == "a_andc":
        return assigned
    rng = np.random.default_rng([seed, 25])
    return {weight: random_mask(mask, rng) for weight, mask in assigned.items()}


def mask_after_training(
    name: str,
    architecture: Architecture,
    weights: Mapping[str, NDArray[np.float32]],
    snp: Mapping[str, Snp],
    chosen: Sequence[str],
    share: int,
) -> Masks:
    """A mask of `AFTER_TRAINING` of the chosen weights, bool [out, in] each.

    Args:
        name: `andc`: at one threshold of all taps, where it is most nearly as dense; `magnitude`: as dense in
            each layer as that; `unpruned`: no mask at all.
        architecture: Of the network.
        weights: The trained weights, [out, in, ...].
        snp: By tap at the ends of the chosen layers, from training images: their nodes' single-nodal
            performance (SNP); of the readout at the tap of that name.
        chosen: As of `mask_from_scratch`.
        share: As there.
    """
    if name == "unpruned":
        return {}
    readout = readout_weight(architecture)
    layers = {weight: layer for weight, layer in architecture.layers.items() if weight in chosen}
    ends = {tap for layer in layers.values() for tap in (layer.source, layer.target)}

    def andc(threshold: float) -> dict[str, Mask]:
        masks = andc_masks(layers, {tap: label_sets(snp[tap], threshold) for tap in ends})
        masks = {
            weight: np.repeat(mask, weights[weight].shape[1] // mask.shape[1], axis=1)
            for weight, mask in masks.items()
        }
        return masks | ({readout: fc_mask(label_sets(snp[READOUT], threshold))} if readout in chosen else {})

    shapes = {weight: weights[weight].shape for weight in chosen}
    own = masks_of_size(lambda at: andc(1 - at), round(sum(_sizes(shapes, chosen).values()) / share))
    if name == "andc":
        return own
    return {weight: largest(magnitude(weights[weight]), int(mask.sum())) for weight, mask in own.items()}


def density_of(masks: Masks, shapes: Shapes, chosen: Sequence[str]) -> float:
    """Share of the chosen weights that is kept; all of those without a mask."""
    sizes = _sizes(shapes, chosen)
    kept = sum(int(masks[name].sum()) if name in masks else size for name, size in sizes.items())
    return kept / sum(sizes.values())


def _sizes(shapes: Shapes, chosen: Sequence[str]) -> dict[str, int]:
    """Number of weights, of convolutions of kernels."""
    return {name: shapes[name][0] * shapes[name][1] for name in chosen}
