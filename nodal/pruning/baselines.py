"""The masks an ANDC mask is compared with, layer by layer at its own density."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.architecture import Layer
from nodal.pruning.andc import Mask, Sets, andc_mask
from nodal.snp.arrays import as_flags, as_numbers, count, same_shape


def comparison_masks(
    andc: Mapping[str, Mask],
    weights: Mapping[str, NDArray[np.float32]],
    layers: Mapping[str, Layer],
    sets: Mapping[str, Sets],
    rng: np.random.Generator,
) -> dict[str, dict[str, Mask]]:
    """Other masks of the same layers.

    Args:
        andc: The ANDC masks, bool [out, in] a layer.
        weights: The trained weights of the layers, [out, in, ...].
        layers: What says which taps are at their ends.
        sets: Label sets by tap, bool [K, L].
        rng: Source of the random masks.

    Returns:
        By name: `random` (same density), `degree` (same number of weights at each node), `magnitude` (the
        largest weights, same density), `assigned` (A-ANDC, see `assigned_mask`), `zeroed` (nothing left),
        `unpruned`.
    """
    weights = {name: kernel_norms(np.asarray(weights[name])) for name in andc}
    for name, mask in andc.items():
        same_shape(**{f"weight of {name}": np.asarray(weights[name]), "its mask": np.asarray(mask)})
    return {
        "random": {name: random_mask(mask, rng) for name, mask in andc.items()},
        "degree": {name: degree_mask(mask, rng) for name, mask in andc.items()},
        "magnitude": {name: magnitude_mask(weights[name], int(mask.sum())) for name, mask in andc.items()},
        "assigned": {
            name: assigned_mask(mask, sets[layers[name].target], sets[layers[name].source], rng)
            for name, mask in andc.items()
        },
        "zeroed": {name: np.zeros_like(mask) for name, mask in andc.items()},
        "unpruned": {name: np.ones_like(mask) for name, mask in andc.items()},
    }


def kernel_norms(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights [out, in] as they are; of a convolution [out, in, ...] the norm of each kernel.

    A kernel is kept or dropped as a whole.
    """
    if weight.ndim == 2:
        return weight
    norms: NDArray[np.float32] = np.sqrt(np.square(weight).sum(axis=tuple(range(2, weight.ndim))))
    return norms


def assigned_mask(mask: Mask, out_sets: Sets, in_sets: Sets, rng: np.random.Generator) -> Mask:
    """A-ANDC: the mask of label sets dealt out at random and evenly, before any look at the data.

    Evenly dealt sets of the same sizes would give another density; both sides are dealt larger or smaller
    by one factor, found by bisection, for a density as close as whole labels allow.

    Args:
        mask: The ANDC mask whose density is wanted, bool [K_out, K_in].
        out_sets: Its label sets of the output nodes, bool [K_out, L].
        in_sets: Of the input nodes, bool [K_in, L].
        rng: Source of the deal.

    Raises:
        ValueError: The mask is not of these nodes.
    """
    mask = as_flags("mask", mask, "[out, in]")
    if mask.shape != (len(out_sets), len(in_sets)):
        raise ValueError(f"mask {list(mask.shape)}: the sets are of {len(out_sets)} and {len(in_sets)} nodes")
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


def random_mask(mask: Mask, rng: np.random.Generator) -> Mask:
    """As many kept weights as `mask` has, anywhere."""
    mask = as_flags("mask", mask, "[out, in]")
    return rng.permuted(mask.ravel()).reshape(mask.shape)


def degree_mask(mask: Mask, rng: np.random.Generator, rounds: int = 10) -> Mask:
    """A random mask in which every node, on both sides, keeps as many weights as in `mask`.

    Curveball trades (Strona et al., Nat. Commun. 5, 4114): two rows pool the columns that only one of
    them has and share them out again at random.

    Args:
        mask: bool [K_out, K_in].
        rng: Source of the trades.
        rounds: Trades a row; each round pairs all rows at random.
    """
    mixed = as_flags("mask", mask, "[out, in]").copy()
    for _ in range(count("rounds", rounds)):
        order = rng.permutation(len(mixed))
        for one, other in zip(order[::2], order[1::2], strict=False):
            differ = np.flatnonzero(mixed[one] != mixed[other])
            shared_out = rng.permuted(mixed[one, differ])
            mixed[one, differ] = shared_out
            mixed[other, differ] = ~shared_out
    return mixed


def magnitude_mask(weight: NDArray[np.float32], kept: int) -> Mask:
    """Keep the `kept` weights of largest magnitude (the first of equals).

    Raises:
        ValueError: There are fewer weights.
    """
    weight = as_numbers("weight", weight, "[out, in]")
    if not 0 <= kept <= weight.size:
        raise ValueError(
            f"kept: {kept} where a number from 0 to {weight.size}, that of the weights, is needed"
        )
    order = np.argsort(-np.abs(weight), axis=None, kind="stable")
    mask = np.zeros(weight.size, bool)
    mask[order[:kept]] = True
    return mask.reshape(weight.shape)


def assigned_sets(nodes: int, labels: int, total: int, rng: np.random.Generator) -> Sets:
    """Pre-assigned label sets (the paper's A-ANDC), bool [nodes, labels] with `total` elements.

    Sizes differ by at most one, and so do the numbers of nodes that hold each label.

    Raises:
        ValueError: More elements than the sets can hold, or fewer than none.
    """
    if not 0 <= total <= count("nodes", nodes) * count("labels", labels):
        raise ValueError(f"total: {nodes} sets of {labels} labels cannot hold {total}")
    sizes = np.full(nodes, total // nodes)
    sizes[: total % nodes] += 1
    rng.shuffle(sizes)
    left = np.full(labels, total // labels)
    left[rng.permutation(labels)[: total % labels]] += 1
    sets = np.zeros((nodes, labels), bool)
    # Each node takes the labels most in need of holders, ties at random (Gale-Ryser's greedy, which never
    # fails); the larger sets first.
    for node in np.argsort(-sizes, kind="stable"):
        chosen = np.lexsort((rng.random(labels), -left))[: sizes[node]]
        sets[node, chosen] = True
        left[chosen] -= 1
    return sets
