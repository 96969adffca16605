"""Pruning layers of several blocks at once: the masks, what they cost, and what retraining brings back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nodal.architectures.architecture import Layer
from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import Preparation, preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import Evidence
from nodal.pruning.andc import Mask
from nodal.pruning.layer_masks import Masks as OfLayers
from nodal.pruning.layer_masks import masks_beside
from nodal.pruning.masked_weights import Masks
from nodal.pruning.scores import Scores, largest, magnitude
from nodal.training.answers import answers, split_counts
from nodal.training.pretraining import pretrain

# `magnitude_global` keeps as many weights in all layers together, the others as many in each layer.
MASKS = ("andc", "random", "magnitude", "magnitude_global", "wanda", "taylor")


def network_masks(
    andc: OfLayers,
    layers: Mapping[str, Layer],
    weights: Mapping[str, NDArray[np.float32]],
    evidence: Evidence,
    rng: np.random.Generator,
) -> dict[str, OfLayers]:
    """The masks of `MASKS` of all layers that have an ANDC mask, bool [out, in]; as of `masks_beside`."""
    found = masks_beside(andc, layers, weights, evidence, rng)
    kept = sum(int(mask.sum()) for mask in found["andc"].values())
    found["magnitude_global"] = largest_of_all({name: magnitude(weights[name]) for name in andc}, kept)
    return {name: found[name] for name in MASKS}


def largest_of_all(scores: Mapping[str, Scores], kept: int) -> dict[str, Mask]:
    """Keep the weights of the largest scores over all layers together.

    Args:
        scores: [out, in] by name of the weight.
        kept: How many are kept in all.
    """
    row = largest(np.concatenate([each.ravel() for each in scores.values()])[None], kept)[0]
    ends = np.cumsum([each.size for each in scores.values()])[:-1]
    return {
        name: part.reshape(scores[name].shape) for name, part in zip(scores, np.split(row, ends), strict=True)
    }


def densities(masks: OfLayers, weights: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
    """Shares of the weights that are kept, of convolutions of the kernels.

    Args:
        masks: Of some layers.
        weights: Of all prunable layers.

    Returns:
        `density`, of the masked layers; `network_density`, of all prunable ones.
    """
    kept, size = (sum(int(number(mask)) for mask in masks.values()) for number in (np.sum, np.size))
    total = sum(each.shape[0] * each.shape[1] for each in weights.values())
    return {"density": kept / size, "network_density": (total - size + kept) / total}


def prune_network(
    network: nn.Module,
    masks: Mapping[str, Mask],
    data: Dataset,
    normalise: Normalisation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path,
) -> dict[str, float]:
    """Mask a network in place, count its correct answers, retrain all of it at one rate, and count again.

    Args:
        network: The trained network.
        masks: Weights that are kept, by name of the parameter; empty where nothing is pruned.
        data: The data set, all splits.
        normalise: How images are normalised.
        recipe: What `pretrain` takes.
        seed: Seed of the retraining.
        state: File of its side state.

    Returns:
        Accuracy on test images `masked` and `retrained`; with `_heldout`, on held-out ones.
    """
    prepare = preparation(data.inputs["test"], normalise)
    kept = Masks(network, {name: torch.from_numpy(mask) for name, mask in masks.items()})
    kept.apply()
    found = accuracies(network, data, prepare, "masked")
    pretrain(network, data, normalise, recipe, seed=seed, state=state, after_step=kept.apply)
    return found | accuracies(network, data, prepare, "retrained")


def accuracies(network: nn.Module, data: Dataset, prepare: Preparation, name: str) -> dict[str, float]:
    """Shares of correct answers on test images, `name`, and on held-out ones, `{name}_heldout`."""
    suffix = {"test": "", "heldout": "_heldout"}
    return {
        f"{name}{suffix[keys['split']]}": int(correct.sum()) / int(images.sum())
        for keys, images, correct in split_counts(answers(network, data, prepare), data)
    }
