"""Pruning the layers of a block: what masking costs at once, and what retraining the network brings back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.pruning.masked_weights import Masks
from nodal.training.evaluation import Counted, split_counts
from nodal.training.optimizer import block_groups
from nodal.training.pretraining import pretrain


def prune_block(
    network: nn.Module,
    masks: Mapping[str, Tensor],
    block: str,
    data: Dataset,
    normalise: Normalisation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path,
) -> Iterator[Counted]:
    """Mask a network in place, count its correct answers, retrain it, and count again.

    Args:
        network: The trained network.
        masks: Weights that are kept, bool [out, in] by name of the parameter.
        block: Dotted name of the pruned block, which is trained at a rate of its own.
        data: The data set, all splits.
        normalise: How images are normalised.
        recipe: What `pretrain` takes, and `rest_lr`, the rate of all but the block.
        seed: Seed of the retraining.
        state: File of the retraining's side state.
    """
    kept, prepare = Masks(network, masks), preparation(data.inputs["test"], normalise)
    kept.apply()
    weights = sum(mask.numel() for mask in masks.values())
    density = {"density": sum(int(mask.sum()) for mask in masks.values()) / weights}
    for keys, images, correct in split_counts(network, data, prepare):
        yield {"stage": "masked", **density, **keys}, images, correct
    groups = block_groups(network, block, recipe["lr"], recipe["rest_lr"], recipe["weight_decay"])
    pretrain(network, data, normalise, recipe, seed=seed, state=state, groups=groups, after_step=kept.apply)
    for keys, images, correct in split_counts(network, data, prepare):
        yield {"stage": "retrained", **density, **keys}, images, correct
