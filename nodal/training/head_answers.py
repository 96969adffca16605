"""Right answers of a probe, of each attention head's nodes alone, and of random groups in their place."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation
from nodal.models.probe import Probe, Probes
from nodal.training.answers import Counted
from nodal.training.pooled import pooled_chunks


def restricted_logits(
    probe: Probe, pooled: Tensor, heads: int, order: Tensor | None = None
) -> Iterator[Tensor]:
    """Logits of the whole probe, then of the nodes of each head alone, or of groups in another order.

    Args:
        probe: The probe.
        pooled: What its FC layer reads, [B, K * P].
        heads: H equal groups of its nodes.
        order: int64 [K], the nodes in the order in which consecutive ones are a group; None: their own.

    Yields:
        1 + H times [B, L].
    """
    yield probe.fc(pooled)
    if order is not None:  # of nodes; what the FC layer reads of them, all their positions
        order = (order[:, None] * probe.positions + torch.arange(probe.positions).to(order)).flatten()
    for head in range(heads):
        width = pooled.shape[1] // heads
        nodes: slice | Tensor = slice(head * width, (head + 1) * width)
        nodes = nodes if order is None else order[nodes]
        yield nn.functional.linear(pooled[:, nodes], probe.fc.weight[:, nodes], probe.fc.bias)


def add_right(right: Tensor, logits: Iterable[Tensor], labels: Tensor) -> None:
    """Count right answers by label.

    Args:
        right: int64 [R, L]; what is found is added to it.
        logits: R of them, [B, L].
        labels: int64 [B].
    """
    for row, found in zip(right, logits, strict=True):
        row += torch.bincount(labels[found.argmax(1) == labels], minlength=len(row))


def group_answers(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
    orders: Mapping[str, NDArray[np.int64]],
) -> dict[str, Tensor]:
    """Right answers where random groups of nodes stand in for the attention heads.

    Args:
        model: The frozen network.
        probes: Trained probes by tap.
        taps: Where each probe reads.
        inputs: [N, ...], of a split or a part of it, whose right answers add up.
        labels: int64 [N].
        prepare: Preparation of the inputs.
        orders: By tap: int64 [G, K], nodes in the order in which consecutive ones are a group.

    Returns:
        By tap: int64 [G, 1 + H, L], of the whole probe and of each of its groups.
    """
    right = {
        name: labels.new_zeros((len(each), 1 + taps[name].heads, probes[name].fc.out_features))
        for name, each in orders.items()
    }
    for chunk, target in pooled_chunks(model, probes, taps, inputs, labels, prepare):
        for name, each in orders.items():
            for grouping, order in zip(right[name], torch.from_numpy(each).to(target.device), strict=True):
                found = restricted_logits(probes[name], chunk[name], taps[name].heads, order)
                add_right(grouping, found, target)
    return right


def group_counts(right: Mapping[str, Tensor], images: Tensor) -> list[Counted]:
    """The same of the test split as `write_accuracy` takes it; `images` are its inputs of each label, [L]."""
    return [
        ({"tap": tap, "split": "test", "grouping": grouping, "head": head}, images.cpu(), correct.cpu())
        for tap, groupings in right.items()
        for grouping, heads in enumerate(groupings, 1)
        for head, correct in enumerate(heads)
    ]
