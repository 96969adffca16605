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


def masks_from_scratch(
    architecture: Architecture, shapes: Shapes, labels: int, chosen: Sequence[str], share: int, seed: int
) -> dict[str, Masks]:
    """The masks of `FROM_SCRATCH` of the chosen weights, bool [out, in] each.

    Args:
        architecture: Of the network.
        shapes: Of its weights, [out, in, ...].
        labels: Number of labels.
        chosen: Names of the weights that are masked: of prunable layers, or the readout's.
        share: Of how many weights one is kept.
        seed: Of the deal and the draw.

    Returns:
        `a_andc`, dealt label sets; `random`, as dense in each layer; `disjoint`, as many groups as `share`,
        of layers whose nodes can be dealt to them.
    """
    total = sum(shapes[name][0] * shapes[name][1] for name in chosen)
    assigned = assigned_network(architecture, shapes, labels, chosen, round(total / share), [seed, 24])
    rng = np.random.default_rng([seed, 25])
    groups = disjoint_masks(architecture, shapes, labels, share)
    return {
        "a_andc": assigned,
        "random": {name: random_mask(mask, rng) for name, mask in assigned.items()},
        "disjoint": {name: groups[name] for name in chosen if name in groups},
    }


def masks_after_training(
    architecture: Architecture,
    weights: Mapping[str, NDArray[np.float32]],
    snp: Mapping[str, Snp],
    chosen: Sequence[str],
    share: int,
) -> dict[str, Masks]:
    """The masks of `AFTER_TRAINING` of the chosen weights, bool [out, in] each.

    Args:
        architecture: Of the network.
        weights: The trained weights, [out, in, ...].
        snp: By tap at the ends of the chosen layers, from training images: their nodes' single-nodal
            performance (SNP); of the readout at the tap of that name.
        chosen: As of `masks_from_scratch`.
        share: As there.

    Returns:
        `andc`, at one threshold of all taps, where it is most nearly as dense; `magnitude`, as dense in each
        layer as that; `unpruned`, no mask at all.
    """
    readout = readout_weight(architecture)
    layers = {name: layer for name, layer in architecture.layers.items() if name in chosen}
    ends = {tap for layer in layers.values() for tap in (layer.source, layer.target)}

    def andc(threshold: float) -> dict[str, Mask]:
        masks = andc_masks(layers, {tap: label_sets(snp[tap], threshold) for tap in ends})
        masks = {
            name: np.repeat(mask, weights[name].shape[1] // mask.shape[1], axis=1)
            for name, mask in masks.items()
        }
        return masks | ({readout: fc_mask(label_sets(snp[READOUT], threshold))} if readout in chosen else {})

    total = sum(weights[name].shape[0] * weights[name].shape[1] for name in chosen)
    own = masks_of_size(lambda at: andc(1 - at), round(total / share))
    return {
        "unpruned": {},
        "andc": own,
        "magnitude": {name: largest(magnitude(weights[name]), int(mask.sum())) for name, mask in own.items()},
    }


def density_of(masks: Masks, shapes: Shapes, chosen: Sequence[str]) -> float:
    """Share of the chosen weights that is kept; all of those without a mask."""
    sizes = {name: shapes[name][0] * shapes[name][1] for name in chosen}
    kept = sum(int(masks[name].sum()) if name in masks else size for name, size in sizes.items())
    return kept / sum(sizes.values())
