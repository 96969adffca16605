"""Pruning the FC layer of a head by its nodes' label sets, beside other masks of the same density."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.pruning.andc import Mask, Sets, fc_mask
from nodal.pruning.baselines import degree_mask, magnitude_mask, random_mask
from nodal.pruning.keeping import Masks
from nodal.snp.arrays import as_numbers, same_shape
from nodal.training.loop import fit


def fc_masks(
    sets: Sets, heldout: Sets, weight: NDArray[np.float32], rng: np.random.Generator
) -> dict[str, Mask]:
    """Masks of an FC layer, bool [L, K] each.

    Args:
        sets: Label sets of the nodes, bool [K, L].
        heldout: The same from held-out images.
        weight: The layer's weights [L, K].
        rng: Source of the random masks.

    Raises:
        ValueError: They differ in shape.
    """
    andc, weight = fc_mask(sets), as_numbers("weight", weight, "[labels, nodes]")
    same_shape(sets=andc.T, heldout=np.asarray(heldout), weight_T=weight.T)
    return {
        "andc": andc,
        "andc_heldout": fc_mask(heldout),
        "random": random_mask(andc, rng),
        "degree": degree_mask(andc, rng),
        "magnitude": magnitude_mask(weight, int(andc.sum())),
        "unpruned": np.ones_like(andc),
    }


def prune_layer(layer: nn.Linear, mask: Mask) -> Masks:
    """Set the masked weights of a layer to zero; the result keeps them there."""
    pruned = Masks(layer, {"weight": torch.as_tensor(mask)})
    pruned.apply()
    return pruned


def retrain_layer(
    layer: nn.Linear, pruned: Masks, pooled: Tensor, labels: Tensor, recipe: Mapping[str, Any], seed: int
) -> None:
    """Retrain a pruned FC layer alone, in place, on what it reads: pooled activations [N, K], labels [N]."""

    def batch(indices: Tensor, _: torch.Generator) -> tuple[Tensor, Tensor]:
        return pooled[indices], labels[indices]

    def loss(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = layer(inputs)
        right = (logits.argmax(1) == targets).float().mean()
        return cross_entropy(logits, targets, label_smoothing=recipe["smoothing"]), right

    fit(layer, batch, loss, len(pooled), recipe, seed=seed, after_step=pruned.apply)


def layer_counts(layer: nn.Linear, pooled: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Inputs and correctly classified inputs of each label, int64 [L] each."""
    with torch.no_grad():
        right = labels[layer(pooled).argmax(1) == labels]
    return (
        torch.bincount(labels, minlength=layer.out_features).cpu(),
        torch.bincount(right, minlength=layer.out_features).cpu(),
    )
