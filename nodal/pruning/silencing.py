"""Silencing nodes of a probe: the orders, what is still answered, what ratio is left, what training brings.

A node is silent where the weights of the probe's FC layer from it are zero; the network stays as it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nodal.models.probe import Probe
from nodal.pruning.fc_pruning import SideBySide, copy_counts, retrain_copies
from nodal.pruning.layer_masks import label_sets
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.selectivity import class_selectivity
from nodal.snp.signal_to_noise import Summary, signal_to_noise

Order = NDArray[np.int64]  # nodes; the first one is silenced first
Floats = NDArray[np.float64]


def silencing_orders(snp: Snp, threshold: float) -> dict[str, Order]:
    """Orders in which nodes are silenced, int64 [K] each, from training images.

    Args:
        snp: The nodes' factors of their single-nodal performance (SNP) matrices.
        threshold: Of the label sets.

    Returns:
        `diagonal`: fewest labels in clusters first, so nodes without a diagonal before all others, of equals
        the one of the smallest maximum; `maximum`: smallest maximum of the matrix first; `selectivity`: least
        selective first.
    """
    labels_held = label_sets(snp, threshold).sum(1)
    return {
        "diagonal": np.lexsort((snp.maximum, labels_held)),
        "maximum": np.argsort(snp.maximum, kind="stable"),
        "selectivity": np.argsort(class_selectivity(snp.pooled_mean), kind="stable"),
    }


@torch.no_grad()
def silenced_accuracy(probe: Probe, pooled: Tensor, labels: Tensor, order: Order) -> Floats:
    """Share of correct answers where the first 0, 1, ..., K nodes of an order are silent, float64 [K + 1].

    Args:
        probe: K nodes.
        pooled: What its FC layer reads, [N, K] or [N, K * positions].
        labels: int64 [N].
        order: The nodes.
    """
    inputs, weight = (
        each.double().unflatten(1, (probe.nodes, probe.positions)) for each in (pooled, probe.fc.weight)
    )
    fields = inputs.new_zeros(len(inputs), len(weight))
    if probe.fc.bias is not None:
        fields += probe.fc.bias
    right = np.empty(len(order) + 1)
    right[-1] = float((fields.argmax(1) == labels).double().mean())
    for place in range(len(order) - 1, -1, -1):  # from silence on, one node more at a time
        node = order[place]
        fields += inputs[:, node] @ weight[:, node].T
        right[place] = float((fields.argmax(1) == labels).double().mean())
    return right


def ratios_left(snp: Snp, threshold: float, order: Order) -> Floats:
    """SNR (Eq 4) of the other nodes where the first 0, 1, ..., K - 1 of an order are silent, float64 [K]."""
    numbers = clusters(snp, [threshold])
    counts = statistics(numbers, above(snp, [threshold]))
    of_nodes = np.stack([counts.clusters[0], counts.diagonal[0], counts.noise[0]], 1)[order]
    left = np.cumsum(of_nodes[::-1], 0, dtype=np.float64)[::-1]
    ratios = np.empty(len(order))
    for silent, (number, diagonal, noise) in enumerate(left.tolist()):
        nodes, size = len(order) - silent, diagonal / number if number else float("nan")
        summary = Summary(number / nodes, size, diagonal / nodes, noise / nodes, nodes, snp.shape[1], 0.0)
        ratios[silent] = signal_to_noise(summary).snr
    return ratios


def retrained(
    probe: Probe,
    pooled: Mapping[str, Tensor],
    labels: Mapping[str, Tensor],
    chosen: Mapping[Any, Order],
    recipe: Mapping[str, Any],
    seed: int,
) -> Iterator[tuple[Any, dict[str, float]]]:
    """What training some weights of the FC layer again brings, side by side, each as if it were alone.

    Args:
        probe: Left as it is.
        pooled: What its FC layer reads, of the splits train and test.
        labels: int64 [N] of each.
        chosen: Nodes, by any key.
        recipe: What `fit` takes, and `smoothing`.
        seed: Of the order of the inputs.

    Returns:
        By key the accuracy on test images: `masked`, the nodes are silent; `rest`, they are, and the weights
        of all others are trained again; `those`, none is silent, and theirs alone are trained again.
    """
    device = probe.fc.weight.device
    copies = SideBySide(probe.fc, 2 * len(chosen)).to(device)
    weights = [copies.get_parameter(f"layers.{number}.weight") for number in range(2 * len(chosen))]
    trained = []
    for silent, nodes in zip(weights[::2], chosen.values(), strict=True):
        own = torch.zeros(probe.nodes, dtype=torch.bool, device=device)
        own[torch.from_numpy(nodes).to(device)] = True
        own = own.repeat_interleave(probe.positions)
        with torch.no_grad():
            silent[:, own] = 0
        trained += [~own, own]
    starts = [weight.detach().clone() for weight in weights]

    @torch.no_grad()
    def hold() -> None:
        for weight, start, columns in zip(weights, starts, trained, strict=True):
            weight[:, ~columns] = start[:, ~columns]

    def accuracies() -> list[float]:
        counted = copy_counts(copies, pooled["test"], labels["test"])
        return [int(right.sum()) / int(images.sum()) for images, right in counted]

    before = accuracies()
    retrain_copies(copies, hold, pooled["train"], labels["train"], recipe, seed)
    after = accuracies()
    for number, key in enumerate(chosen):
        rest, those = 2 * number, 2 * number + 1
        yield key, {"masked": before[rest], "rest": after[rest], "those": after[those]}
