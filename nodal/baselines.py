"""The masks an ANDC mask is compared with, layer by layer at its own density."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nodal.andc import Mask, Sets, andc_mask, assigned_sets, degree_mask, magnitude_mask, random_mask

# Of a layer: the kinds of its input tap and its output tap.
Ends = tuple[str, str]


def andc_masks(layers: Mapping[str, Ends], sets: Mapping[str, Sets]) -> dict[str, Mask]:
    """The ANDC mask of every layer from the label sets of its two taps."""
    return {name: andc_mask(sets[out], sets[into]) for name, (into, out) in layers.items()}


def comparison_masks(
    andc: Mapping[str, Mask],
    weights: Mapping[str, NDArray[np.float32]],
    layers: Mapping[str, Ends],
    sets: Mapping[str, Sets],
    rng: np.random.Generator,
) -> dict[str, dict[str, Mask]]:
    """Other masks of the same layers.

    Args:
        andc: The ANDC masks, bool [out, in] a layer.
        weights: The trained weights of the layers.
        layers: The taps at their ends.
        sets: Label sets by kind of tap, bool [K, L].
        rng: Source of the random masks.

    Returns:
        By name: `random` (same density), `degree` (same number of weights at every node), `magnitude` (the
        largest weights, same density), `assigned` (label sets of the same total size, dealt out at random
        and evenly before any look at the data: A-ANDC), `zeroed` (nothing left), `unpruned`.
    """
    dealt = {
        kind: assigned_sets(each.shape[0], each.shape[1], int(each.sum()), rng) for kind, each in sets.items()
    }
    return {
        "random": {name: random_mask(mask, rng) for name, mask in andc.items()},
        "degree": {name: degree_mask(mask, rng) for name, mask in andc.items()},
        "magnitude": {name: magnitude_mask(weights[name], int(mask.sum())) for name, mask in andc.items()},
        "assigned": andc_masks(layers, dealt),
        "zeroed": {name: np.zeros_like(mask) for name, mask in andc.items()},
        "unpruned": {name: np.ones_like(mask) for name, mask in andc.items()},
    }
