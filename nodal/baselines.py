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
        By name: `random` (same density), `degree` (same number of weights at each node), `magnitude` (the
        largest weights, same density), `assigned` (A-ANDC, see `assigned_mask`), `zeroed` (nothing left),
        `unpruned`.
    """
    return {
        "random": {name: random_mask(mask, rng) for name, mask in andc.items()},
        "degree": {name: degree_mask(mask, rng) for name, mask in andc.items()},
        "magnitude": {name: magnitude_mask(weights[name], int(mask.sum())) for name, mask in andc.items()},
        "assigned": {
            name: assigned_mask(mask, sets[layers[name][1]], sets[layers[name][0]], rng)
            for name, mask in andc.items()
        },
        "zeroed": {name: np.zeros_like(mask) for name, mask in andc.items()},
        "unpruned": {name: np.ones_like(mask) for name, mask in andc.items()},
    }


def assigned_mask(mask: Mask, out_sets: Sets, in_sets: Sets, rng: np.random.Generator) -> Mask:
    """A-ANDC: the mask of label sets dealt out at random and evenly, before any look at the data.

    Evenly dealt sets of the same sizes would give another density; both sides are dealt larger or smaller
    by one factor, found by bisection, for a density as close as whole labels allow.

    Args:
        mask: The ANDC mask whose density is wanted, bool [K_out, K_in].
        out_sets: Its label sets of the output nodes, bool [K_out, L].
        in_sets: Of the input nodes, bool [K_in, L].
        rng: Source of the deal.
    """
    low, high, best = 0.0, 4.0, np.zeros_like(mask)
    for _ in range(16):
        factor = (low + high) / 2
        dealt = andc_mask(
            *(
                assigned_sets(len(each), each.shape[1], min(round(factor * each.sum()), each.size), rng)
                for each in (out_sets, in_sets)
            )
        )
        if abs(dealt.sum() - mask.sum()) < abs(best.sum() - mask.sum()):
            best = dealt
        low, high = (factor, high) if dealt.sum() < mask.sum() else (low, factor)
    return best
