"""One frozen pass over a split: what every node contributes, and how right every probe is.

Silencing all FC weights but those of node k leaves the field `pooled_k(x) * W[j, k]` on output j, so
the single-nodal performance (SNP) matrix `M_k[i, j]`, its mean over the inputs of label i, is the
outer product of the node's label means and its weights: one pass gives the matrices of all nodes.
Where a probe reads P positions apart, it is the sum of P such products.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation
from nodal.data.dataset import Dataset
from nodal.models.features import collect
from nodal.models.probe import Probe, Probes
from nodal.snp.matrix import Snp
from nodal.training.answers import Counted
from nodal.training.device import float32
from nodal.training.inputs_at_once import measured_at_once
from nodal.training.labels import check_labels

Chunk = tuple[dict[str, Tensor], Tensor]  # what each FC layer reads, [B, ...] a tap, and the labels
AT_ONCE, AT_ONCE_BYTES = 64, 1 << 25  # up to which small chunks are joined


@dataclass(frozen=True)
class Measurement:
    """What one pass over a split says of one tap's probe; K nodes, L labels, H attention heads.

    Attributes:
        pooled_mean: float32 [K, L], mean pooled activation of each node over the inputs of each label;
            [K, P, L], at each position, where a probe reads P of them apart.
        images: int64 [L], inputs of each label.
        correct: int64 [L], of these, inputs whose largest logit is their label's.
        head_correct: int64 [H, L], the same with the FC restricted to the nodes of one attention head; none
            where the tap has no attention heads.
    """

    pooled_mean: Tensor
    images: Tensor
    correct: Tensor
    head_correct: Tensor


def evaluate(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
) -> dict[str, Measurement]:
    """Measure all probes in one pass over the split.

    Args:
        model: The frozen network.
        probes: Trained probes by tap.
        taps: Where each probe reads.
        inputs: [N, ...].
        labels: int64 [N]; every label occurs.
        prepare: Preparation of the inputs.

    Returns:
        A measurement a tap.

    Raises:
        TypeError, ValueError: See `check_labels`; or the attention heads do not divide a tap's nodes.
    """
    widths = {name: probes[name].fc.in_features for name in probes}
    for name in probes:
        check_labels(labels, inputs, probes[name].fc.out_features, every=True)
        heads_of, nodes = taps[name].heads, probes[name].nodes
        if nodes % heads_of:
            raise ValueError(f"heads: {heads_of} do not divide the {nodes} nodes of the tap {name}")
    counts = torch.bincount(labels)
    sums = {name: _zeros((width, len(counts)), labels, torch.float64) for name, width in widths.items()}
    heads = {name: taps[name].heads if taps[name].heads > 1 else 0 for name in probes}
    right = {name: _zeros((heads[name] + 1, len(counts)), labels, torch.int64) for name in probes}
    for chunk, target in _joined(pooled_chunks(model, probes, taps, inputs, labels, prepare)):
        for name, pooled in chunk.items():
            sums[name].index_add_(1, target, pooled.T.double())
            for row, found in enumerate(_restricted_logits(probes[name], pooled, heads[name])):
                right[name][row] += torch.bincount(target[found.argmax(1) == target], minlength=len(counts))
    return {
        name: Measurement(probe.apart((sums[name] / counts).float()), counts, right[name][0], right[name][1:])
        for name, probe in ((name, probes[name]) for name in probes)
    }


def pooled_chunks(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
) -> Iterator[Chunk]:
    """What each FC layer reads, [B, ...] a tap, and the labels, of a split with checked ones, in chunks."""
    model.eval()
    probes.eval()
    count = measured_at_once(model, inputs, prepare)
    with torch.no_grad(), float32(tf32=False):
        for chunk, target in zip(inputs.split(count), labels.split(count), strict=True):
            pooled = partial(_pooled, probes, prepare.mask(chunk))
            yield collect(model, prepare.plain(chunk), {name: taps[name] for name in probes}, pooled), target


def _pooled(probes: Probes, mask: Tensor | None, tap: str, tokens: Tensor) -> Tensor:
    return probes[tap].pooled(tokens, mask)


def _joined(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Small chunks made one: all weights of all FC layers are read for each, however small it is."""
    for first in chunks:
        each, some = sum(pooled[:1].nbytes for pooled in first[0].values()), [first]
        most = min(AT_ONCE, AT_ONCE_BYTES // max(1, each))
        while sum(len(target) for _, target in some) < most and (following := next(chunks, None)):
            some.append(following)
        joined = {name: torch.cat([pooled[name] for pooled, _ in some]) for name in first[0]}
        yield joined, torch.cat([target for _, target in some])


def pooled_splits(
    model: nn.Module, probes: Probes, taps: Mapping[str, Tap], data: Dataset, prepare: Preparation
) -> dict[str, dict[str, Tensor]]:
    """What each probe's FC layer reads, [N, ...], by tap and split, of all splits that are loaded."""
    pooled: dict[str, dict[str, Tensor]] = {name: {} for name in probes}
    for split, inputs in data.inputs.items():
        for name in probes:
            check_labels(data.labels[split], inputs, probes[name].fc.out_features)
        chunks = [each for each, _ in pooled_chunks(model, probes, taps, inputs, data.labels[split], prepare)]
        for name in probes:
            pooled[name][split] = torch.cat([chunk[name] for chunk in chunks])
    return pooled


def group_counts(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    data: Dataset,
    prepare: Preparation,
    orders: Mapping[str, NDArray[np.int64]],
) -> list[Counted]:
    """Correct test answers where random groups of nodes stand in for the attention heads.

    Args:
        model: The frozen network.
        probes: Trained probes by tap.
        taps: Where each probe reads.
        data: Of which the test split is used.
        prepare: Preparation of the inputs.
        orders: By tap: int64 [G, K], nodes in the order in which consecutive ones are a group.
    """
    inputs, labels = data.inputs["test"], data.labels["test"]
    counts = torch.bincount(labels)
    heads = {name: taps[name].heads for name in orders}
    right = {
        (name, grouping, head): _zeros((len(counts),), labels, torch.int64)
        for name, each in orders.items()
        for grouping in range(1, len(each) + 1)
        for head in range(heads[name] + 1)
    }
    for chunk, target in pooled_chunks(model, probes, taps, inputs, labels, prepare):
        for name, each in orders.items():
            for grouping, order in enumerate(torch.from_numpy(each).to(target.device), 1):
                found = _restricted_logits(probes[name], chunk[name], heads[name], order)
                for head, logit in enumerate(found):
                    correct = target[logit.argmax(1) == target]
                    right[name, grouping, head] += torch.bincount(correct, minlength=len(counts))
    return [
        ({"tap": tap, "split": "test", "grouping": grouping, "head": head}, counts.cpu(), correct.cpu())
        for (tap, grouping, head), correct in right.items()
    ]


def matrices(measured: Mapping[str, Measurement], probes: Probes) -> dict[str, Snp]:
    """The factors of the nodes' SNP matrices at each tap: the means over labels and the probe's weights."""
    return {tap: Snp(at.pooled_mean.cpu().numpy(), probes[tap].weights()) for tap, at in measured.items()}


def probe_counts(measured: Mapping[str, Mapping[str, Measurement]]) -> list[Counted]:
    """Correct answers by split and tap, of whole probes (head 0) and of each attention head."""
    return [
        ({"tap": tap, "split": split, "head": head}, at.images.cpu(), correct.cpu())
        for split, taps in measured.items()
        for tap, at in taps.items()
        for head, correct in enumerate([at.correct, *at.head_correct])
    ]


def _restricted_logits(
    probe: Probe, pooled: Tensor, heads: int, order: Tensor | None = None
) -> Iterator[Tensor]:
    """Logits of the whole probe, then of the nodes of each head alone, or of groups in another order."""
    yield probe.fc(pooled)
    if order is not None:  # of nodes; what the FC layer reads of them, all their positions
        order = (order[:, None] * probe.positions + torch.arange(probe.positions).to(order)).flatten()
    for head in range(heads):
        width = pooled.shape[1] // heads
        nodes: slice | Tensor = slice(head * width, (head + 1) * width)
        nodes = nodes if order is None else order[nodes]
        yield nn.functional.linear(pooled[:, nodes], probe.fc.weight[:, nodes], probe.fc.bias)


def _zeros(shape: tuple[int, ...], like: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.zeros(shape, dtype=dtype, device=like.device)
