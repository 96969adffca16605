"""Pruning the FC layer of a probe by its nodes' label sets, beside other masks as dense (P1-P3)."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.pruning.andc import Mask, Sets, fc_mask
from nodal.pruning.baselines import degree_mask, magnitude_mask, random_mask
from nodal.pruning.masked_weights import Masks
from nodal.snp.arrays import as_numbers, same_shape
from nodal.training.evaluation import Counted
from nodal.training.loop import Training, fit


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


def prune_fc(
    layer: nn.Linear,
    mask: Mask,
    pooled: Mapping[str, Tensor],
    labels: Mapping[str, Tensor],
    recipe: Mapping[str, Any],
    seed: int,
) -> Iterator[Counted]:
    """Mask a copy of an FC layer, count its correct answers, retrain it alone, and count again.

    Args:
        layer: FC layer [L, K]; left as it is.
        mask: Weights that are kept, bool [L, K].
        pooled: What the layer reads, [N, K], of the splits train, heldout and test.
        labels: int64 [N] of each split.
        recipe: What `fit` takes, and `smoothing`.
        seed: Seed of the retraining.
    """
    pruned = copy.deepcopy(layer)
    kept = Masks(pruned, {"weight": torch.as_tensor(mask)})
    kept.apply()
    for stage in ("masked", "retrained"):
        if stage == "retrained":
            _retrain(pruned, kept, pooled["train"], labels["train"], recipe, seed)
        for split in ("heldout", "test"):
            yield {"stage": stage, "split": split}, *_counts(pruned, pooled[split], labels[split])


def _retrain(
    layer: nn.Linear, kept: Masks, pooled: Tensor, labels: Tensor, recipe: Mapping[str, Any], seed: int
) -> None:
    def batch(indices: Tensor, _: torch.Generator) -> tuple[Tensor, Tensor]:
        return pooled[indices], labels[indices]

    def loss(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = layer(inputs)
        right = (logits.argmax(1) == targets).float().mean()
        return cross_entropy(logits, targets, label_smoothing=recipe["smoothing"]), right

    fit(Training(layer, batch, loss, len(pooled), after_step=kept.apply), recipe, seed=seed)


def _counts(layer: nn.Linear, pooled: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Inputs and correctly classified inputs of each label, int64 [L] each."""
    with torch.no_grad():
        right = labels[layer(pooled).argmax(1) == labels]
    return (
        torch.bincount(labels, minlength=layer.out_features).cpu(),
        torch.bincount(right, minlength=layer.out_features).cpu(),
    )
