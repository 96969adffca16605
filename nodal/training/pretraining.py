"""Training a whole network: from scratch, or again after pruning."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.augment.mix import Mix
from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import Prepared, preparation
from nodal.data.dataset import Dataset
from nodal.models.features import forward, logits
from nodal.training.device import compiles
from nodal.training.inputs_at_once import inputs_in_part
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
    before_pass: Callable[[Tensor], None] | None = None,
    after_step: Callable[[], None] | None = None,
) -> list[dict[str, float]]:
    """Train a network on the `train` split with augmentation and label smoothing.

    Args:
        network: Trained in place.
        data: The data set.
        normalise: How images are normalised.
        recipe: What `fit` takes, and `smoothing`, `augment` and the switch `compile`.
        seed: Seed of the order of the inputs, of the augmentation and of dropout.
        state: File of the side state.
        groups: Parameter groups with rates of their own.
        before_pass: Called with the targets [B, labels] of what is passed next.
        after_step: Called after every optimiser step.

    Returns:
        The history; the accuracy is the share of inputs whose largest target is predicted.
    """
    inputs, labels = data.inputs["train"], data.labels["train"]
    prepare = preparation(inputs, normalise, recipe["augment"])
    mix = Mix(recipe["augment"]["mixup"], recipe["augment"]["cutmix"])

    # Compiled code is bound to training mode, so only the training uses it.
    compiled = torch.compile(network) if compiles(recipe["compile"], inputs.device) else network

    def read(indices: Tensor) -> tuple[Tensor, Tensor]:
        return inputs[indices], labels[indices]

    def batch(some: tuple[Tensor, Tensor], generator: torch.Generator) -> tuple[Prepared, Tensor]:
        return mix(prepare(some[0], generator), some[1], len(data.names), recipe["smoothing"], generator)

    def loss(prepared: Prepared, targets: Tensor) -> tuple[Tensor, Tensor]:
        if before_pass is not None:
            before_pass(targets)
        found = logits(forward(compiled, prepared))
        return cross_entropy(found, targets), (found.argmax(1) == targets.argmax(1)).float().mean()

    network.train()
    at_once = inputs_in_part(network, prepare.plain(inputs[:2]))
    training = Training(
        network, batch, loss, len(inputs), groups=groups, at_once=at_once, after_step=after_step, read=read
    )
    history = fit(training, recipe, seed=seed, state=state)
    network.eval()
    return history
