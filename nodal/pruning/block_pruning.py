"""Pruning the layers of a block: what masking costs at once, and what retraining the network brings back."""

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import Preparation, preparation
from nodal.data.dataset import Dataset
from nodal.models.front import Front
from nodal.pruning.masked_weights import Masks
from nodal.training.answers import Counted, answers, split_counts
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
    front: Front | None = None,
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
        front: Blocks before the pruned one, which answer in common with those of other masked copies.
    """
    prepare = preparation(data.inputs["test"], normalise)
    density = yield from masked_counts(network, masks, data, prepare, front)
    kept = Masks(network, masks)
    groups = block_groups(network, block, recipe["lr"], recipe["rest_lr"], recipe["weight_decay"])
    pretrain(network, data, normalise, recipe, seed=seed, state=state, groups=groups, after_step=kept.apply)
    for keys, images, correct in split_counts(answers(network, data, prepare), data):
        yield {"stage": "retrained", "density": density, **keys}, images, correct


def masked_counts(
    network: nn.Module,
    masks: Mapping[str, Tensor],
    data: Dataset,
    prepare: Preparation,
    front: Front | None = None,
) -> Generator[Counted, None, float]:
    """Mask a network in place and count its correct answers.

    Args:
        network: The trained network.
        masks: As of `prune_block`.
        data: The splits heldout and test.
        prepare: Preparation of the inputs.
        front: As of `prune_block`.

    Returns:
        The share of the masked layers' weights that is kept.
    """
    Masks(network, masks).apply()
    density = sum(int(mask.sum()) for mask in masks.values()) / sum(mask.numel() for mask in masks.values())
    for keys, images, correct in split_counts(answers(network, data, prepare, front), data):
        yield {"stage": "masked", "density": density, **keys}, images, correct
    return density
