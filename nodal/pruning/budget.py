"""A structural budget: of the nodes of every layer, and of its attention heads, the same share is kept.

What is dropped is what matters least; a node is dropped by masking the weights that read it, so that
`compact` cuts it away. All ways to choose leave networks of the same shape, so what tells them apart is the
choice alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.architectures.architecture import Layer, Tap
from nodal.augment.preparation import Preparation, Prepared
from nodal.models.probe import Probes
from nodal.models.reading import read_only
from nodal.pruning.andc import Mask
from nodal.pruning.attention_parts import attentions
from nodal.pruning.compact import free_flows
from nodal.pruning.evidence import taylor
from nodal.pruning.flow import Reader, flows
from nodal.pruning.layer_masks import label_sets
from nodal.training.evaluation import evaluate, matrices

Scores = Mapping[str, NDArray[np.floating[Any]]]  # what each node matters, [nodes], by tap
CHOICES = ("snp", "importance", "random")


@dataclass(frozen=True)
class Droppable:
    """The nodes at a tap, which can be dropped.

    Attributes:
        tap: Its name.
        together: Nodes that are dropped together: one, or those of an attention head.
        readers: The layers that read them.
    """

    tap: str
    together: int
    readers: tuple[Reader, ...]


def droppable(
    network: nn.Module, taps: Mapping[str, Tap], layers: Mapping[str, Layer], sample: Prepared
) -> list[Droppable]:
    """What can be dropped at these taps: attention heads, and the nodes of layers where `compact` is exact.

    Args:
        network: In evaluation mode.
        taps: Where there is a probe.
        layers: Prunable layers by name of the weight.
        sample: What the network takes, two inputs.

    Raises:
        ValueError: Nothing can be dropped; or the network cannot be exported.
    """
    with torch.no_grad(), read_only(network):
        inside = attentions(network, sample)
        free = free_flows(network, flows(network, sample), inside)
    found = []
    for weight, layer in layers.items():
        name = weight.removesuffix(".weight")
        if layer.source in taps and taps[layer.source].heads > 1 and name.rpartition(".")[0] in inside:
            together = network.get_parameter(weight).shape[1] // taps[layer.source].heads
            found.append(Droppable(layer.source, together, (Reader(name),)))
        elif layer.target in taps and name in free and not free[name].held:
            found.append(Droppable(layer.target, 1, tuple(free[name].readers)))
    if not found:
        raise ValueError(f"no node can be dropped at the taps {', '.join(taps)}")
    return found


def importances(
    network: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    found: Sequence[Droppable],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
    *,
    threshold: float,
    batch: int,
    seed: int,
) -> dict[str, Scores]:
    """What each node matters, by the names of `CHOICES`.

    Args:
        network: The trained network.
        probes: Trained probes on the taps.
        taps: Those of `found`.
        found: What can be dropped.
        inputs: Training inputs [N, ...].
        labels: int64 [N].
        prepare: Preparation of the inputs.
        threshold: Of the clusters in the single-nodal performance (SNP) matrices.
        batch: Inputs whose mean gradient `taylor` squares.
        seed: Of their order, and of the draws.

    Returns:
        `snp`: the field that a node brings to the labels of its clusters, summed: the diagonal of its SNP
        matrix; `importance`: the Taylor scores of all weights that read it, summed; `random`: drawn.
    """
    rng = np.random.default_rng([seed, 26])
    measured = evaluate(network, probes, taps, inputs, labels, prepare)
    snp = matrices(measured, probes)
    weights = list(dict.fromkeys(f"{each.module}.weight" for one in found for each in one.readers))
    gradients = taylor(network, weights, inputs, labels, prepare, batch=batch, seed=seed)
    return {
        "snp": {tap: (at.diagonal * label_sets(at, threshold)).sum(1) for tap, at in snp.items()},
        "importance": {
            one.tap: np.sum(
                [_of_nodes(gradients[f"{each.module}.weight"], each.positions) for each in one.readers], 0
            )
            for one in found
        },
        "random": {tap: rng.random(at.shape[0]) for tap, at in snp.items()},
    }


def budget_masks(
    network: nn.Module, found: Sequence[Droppable], scores: Scores, keep: float
) -> dict[str, Mask]:
    """The masks of what reads the nodes: kept are those of the highest scores, one at least.

    Args:
        network: Whose weights are masked.
        found: What can be dropped.
        scores: Of the nodes; those of a head count together.
        keep: The share that is kept.

    Returns:
        bool [out, in] by name of the weight.
    """
    masks: dict[str, Mask] = {}
    for each in found:
        worth = scores[each.tap].reshape(-1, each.together).sum(1)
        kept = np.zeros(len(worth), bool)
        kept[np.argsort(-worth, kind="stable")[: max(1, round(keep * len(worth)))]] = True
        for reader in each.readers:
            weight = f"{reader.module}.weight"
            columns = kept.repeat(each.together).repeat(reader.positions)
            masks[weight] = np.tile(columns, (len(network.get_parameter(weight)), 1))
    return masks


def _of_nodes(scores: Tensor, positions: int) -> NDArray[np.floating[Any]]:
    """Scores of weights [out, in], summed over what reads each node."""
    return scores.sum(0).unflatten(0, (-1, positions)).sum(1).cpu().numpy()
