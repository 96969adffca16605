"""The untrained network as a control: the weights of its seed, batch statistics estimated on training images.

With the statistics of a fresh batch norm, mean 0 and variance 1, signals die out on their way.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn

from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import Prepared, preparation
from nodal.data.dataset import Dataset
from nodal.models.build import build
from nodal.models.features import forward

_BATCH = 100


def untrained_network(
    model: Mapping[str, Any], data: Dataset, normalise: Normalisation, seed: int
) -> nn.Module:
    """The network with which a training of this seed begins, in evaluation mode.

    Args:
        model: Settings of the network.
        data: Of which the train split gives the batch statistics.
        normalise: How images are normalised.
        seed: Of the training.
    """
    torch.manual_seed(seed)
    network = build(model, data)
    inputs = data.inputs["train"]
    prepare = preparation(inputs, normalise)
    # In random order, as stored inputs are sorted by label; without a short rest, which would weigh as much.
    order = torch.randperm(len(inputs)).split(_BATCH)
    batches = [part for part in order if len(part) == len(order[0])]
    settle_batch_norm(network, (prepare.plain(inputs[part.to(inputs.device)]) for part in batches))
    return network


@torch.no_grad()
def settle_batch_norm(model: nn.Module, batches: Iterable[Prepared]) -> None:
    """Replace the running statistics of all batch norms by their mean over the batches, each counted alike.

    `torch.optim.swa_utils.update_bn` would put dropout and stochastic depth into training, too; here all but
    the batch norms is in evaluation mode, as when it is measured. A network without running statistics is
    left as it is: no batch is taken, no pass run.

    Args:
        model: The network; it is left in evaluation mode.
        batches: Training inputs, prepared, on the network's device; passed through it once.

    Raises:
        ValueError: There are no batches.
    """
    model.eval()
    norms = [
        each
        for each in model.modules()
        if isinstance(each, nn.modules.batchnorm._BatchNorm) and each.track_running_stats
    ]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's word for a plain mean over the batches
        norm.train()
    passes = 0
    for batch in batches:
        forward(model, batch)
        passes += 1
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.eval()
    if not passes:
        raise ValueError("batches: none where at least one is needed to estimate batch statistics")
