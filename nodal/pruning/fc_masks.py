"""The masks of a probe's FC layer: ANDC, and what it is compared with, as dense."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nodal.pruning.andc import Mask, fc_mask
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.random_masks import degree_mask, random_mask
from nodal.pruning.scores import field, largest, magnitude, wanda
from nodal.snp.matrix import Snp
from nodal.snp.privilege import threshold_of_diagonal
from nodal.snp.rotations import Floats, rotated


def fc_masks(
    train: Snp, others: Mapping[str, Snp], rms: ArrayLike, threshold: float, rng: np.random.Generator
) -> dict[str, Mask]:
    """Masks of an FC layer, bool [L, K] each.

    Args:
        train: Factors of the matrices of the layer's K inputs over its L outputs, from training images.
        others: The same from other splits, by their names.
        rms: [K], root mean square of the inputs over the training images, and their positions.
        threshold: Of the label sets.
        rng: Source of the random masks.

    Returns:
        `andc` of the training images; `andc_{split}` of the others; as dense as `andc`: `random`, `degree`
        (as many weights at each node), `magnitude`, `magnitude_output` (each output keeps equally many),
        `wanda` (each output), `field` (a*w), `field_centred` (a less its mean over labels, each output);
        `zeroed`, `unpruned`.
    """
    andc = fc_mask(label_sets(train, threshold))
    weight = np.moveaxis(train.weight, -1, 0)  # [L, K], or with the positions of a node as of a kernel
    kept = int(andc.sum())
    return {
        "andc": andc,
        **{f"andc_{split}": fc_mask(label_sets(snp, threshold)) for split, snp in others.items()},
        "random": random_mask(andc, rng),
        "degree": degree_mask(andc, rng),
        "magnitude": largest(magnitude(weight), kept),
        "magnitude_output": largest(magnitude(weight), kept, each_output=True),
        "wanda": largest(wanda(weight, rms), kept, each_output=True),
        "field": largest(field(train), kept),
        "field_centred": largest(field(train, centred=True), kept, each_output=True),
        "zeroed": np.zeros_like(andc),
        "unpruned": np.ones_like(andc),
    }


def rotated_mask(train: Snp, q: Floats, kept: int, threshold: float) -> Mask:
    """The ANDC mask of the layer that reads `Q x`, [L, K]: at the threshold where it is as dense.

    Args:
        train: As in `fc_masks`, of the nodes.
        q: Orthogonal [K, K].
        kept: Weights that are to be kept; the mask keeps as many as any threshold allows, nearest to it.
        threshold: Of the nodes' label sets; the nearest one that is as dense is taken.
    """
    turned = rotated(train, q)
    return fc_mask(label_sets(turned, threshold_of_diagonal(turned, kept / len(q), threshold)))
