"""Training a whole network: from scratch, or again after pruning."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.augment.mix import Mix
from nodal.augment.pipeline import Augment, Normalisation
from nodal.data.dataset import Dataset
from nodal.training.device import compiles
from nodal.training.images_at_once import images_in_part
from nodal.training.loop import Training, fit
from nodal.training.optimizer import Group


def pretrain(
    network: nn.Module,
    data: Dataset,
    normalise: Normalisation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path | None = None,
    groups: Sequence[Group] | None = None,
    after_step: Callable[[], None] | None = None,
) -> list[dict[str, float]]:
    """Train a network on the `train` split with augmentation and label smoothing.

    Args:
        network: Trained in place.
        data: The data set.
        normalise: How images are normalised.
        recipe: What `fit` takes, and `smoothing`, `augment` and the switch `compile`.
        seed: Seed of the order of the images, of the augmentation and of dropout.
        state: File of the side state.
        groups: Parameter groups with rates of their own.
        after_step: Called after every optimiser step.

    Returns:
        The history; the accuracy is the share of images whose largest target is predicted.
    """
    images, labels = data.images["train"], data.labels["train"]
    pixels = {key: value for key, value in recipe["augment"].items() if key not in ("mixup", "cutmix")}
    augment = Augment(normalise, **pixels)
    mix = Mix(recipe["augment"]["mixup"], recipe["augment"]["cutmix"])

    # Compiled code is bound to training mode, so only the training uses it.
    forward = torch.compile(network) if compiles(recipe["compile"], images.device) else network

    def batch(indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        prepared = augment(images[indices], generator)
        return mix(prepared, labels[indices], len(data.names), recipe["smoothing"], generator)

    def loss(prepared: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = forward(prepared)
        return cross_entropy(logits, targets), (logits.argmax(1) == targets.argmax(1)).float().mean()

    network.train()
    at_once = images_in_part(network, augment.plain(images[:2]))
    training = Training(
        network, batch, loss, len(images), groups=groups, at_once=at_once, after_step=after_step
    )
    history = fit(training, recipe, seed=seed, state=state)
    network.eval()
    return history
