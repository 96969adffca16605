"""What to drop as a whole, nodes of a tap or attention heads, in order of what they are worth."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.architectures.architecture import Architecture
from nodal.augment.preparation import Preparation
from nodal.models.features import forward, logits
from nodal.pruning.andc import Mask

Scores = dict[str, NDArray[np.float64]]


def readers(architecture: Architecture, tap: str) -> list[str]:
    """The weights whose columns are the nodes of a tap."""
    return [weight for weight, layer in architecture.layers.items() if layer.source == tap]


def structural_masks(
    architecture: Architecture, scores: Mapping[str, NDArray[np.float64]], widths: Mapping[str, int],
    outs: Mapping[str, int], kept: float,
) -> dict[str, Mask]:  # fmt: skip
    """Masks that take away what is worth least: whole columns, bool [out, in] by the weight's name.

    Args:
        architecture: Of the network.
        scores: By tap, of its nodes or of its heads: contiguous, equal groups of nodes. Those of taps with
            heads are ranked together, those of any other tap among themselves.
        widths: Nodes of each tap.
        outs: Outputs of each weight.
        kept: Share of the nodes and of the heads that is kept.
    """
    heads = [tap for tap in scores if architecture.tap(tap).heads > 1]
    pools = [heads, *([tap] for tap in scores if tap not in heads)]
    masks = {}
    for pool in filter(None, pools):
        ranks = np.concatenate([scores[tap] for tap in pool]).argsort(kind="stable").argsort(kind="stable")
        stay = ranks >= round((1 - kept) * len(ranks))
        for tap, mine in zip(
            pool, np.split(stay, np.cumsum([len(scores[tap]) for tap in pool])[:-1]), strict=True
        ):
            nodes = np.repeat(mine, widths[tap] // len(mine))
            masks |= {name: np.tile(nodes, (outs[name], 1)) for name in readers(architecture, tap)}
    return masks


def worth(
    network: nn.Module, architecture: Architecture, units: Mapping[str, int], inputs: Tensor, labels: Tensor,
    prepare: Preparation, batch: int,
) -> Scores:  # fmt: skip
    """First-order importance of nodes or heads: the change of the loss if they were gone, squared.

    The sum over batches of the square of the sum of weight times gradient over all that reads the unit
    (Molchanov et al., arXiv 1906.10771), in evaluation mode.

    Args:
        network: The trained network.
        architecture: Of it.
        units: Number of contiguous, equal groups of the nodes of each tap.
        inputs: Training inputs [N, ...].
        labels: int64 [N].
        prepare: Preparation of the inputs.
        batch: Inputs at once.
    """
    network.eval()
    weights = {tap: [network.get_parameter(name) for name in readers(architecture, tap)] for tap in units}
    total = {tap: torch.zeros(count, dtype=torch.float64) for tap, count in units.items()}
    for chunk, target in zip(inputs.split(batch), labels.split(batch), strict=True):
        loss = cross_entropy(logits(forward(network, prepare.plain(chunk))), target)
        flat = [weight for each in weights.values() for weight in each]
        found = dict(zip(map(id, flat), torch.autograd.grad(loss, flat), strict=True))
        for tap, each in weights.items():
            change = sum((weight * found[id(weight)]).detach().flatten(2).sum((0, 2)) if weight.ndim > 2
                         else (weight * found[id(weight)]).detach().sum(0) for weight in each)  # fmt: skip
            assert isinstance(change, Tensor)
            total[tap] += change.double().unflatten(0, (units[tap], -1)).sum(1).square().cpu()
    return {tap: each.numpy() for tap, each in total.items()}


def specialised(sets: Mapping[str, NDArray[np.bool_]], units: Mapping[str, int]) -> Scores:
    """Labels in the clusters of nodes or heads: what their single-nodal performance (SNP) says they know.

    Args:
        sets: Label sets by tap, bool [K, L].
        units: As of `worth`.
    """
    return {
        tap: sets[tap].sum(1).reshape(count, -1).sum(1).astype(np.float64) for tap, count in units.items()
    }


def at_random(units: Mapping[str, int], rng: np.random.Generator) -> Scores:
    """Scores that mean nothing."""
    return {tap: rng.random(count) for tap, count in units.items()}
