"""One frozen pass over a split: what every node contributes, and how right every probe is.

Silencing all FC weights but those of node k leaves the field `pooled_k(x) * W[j, k]` on output j, so
the single-nodal performance (SNP) matrix `M_k[i, j]`, its mean over the inputs of label i, is the
outer product of the node's label means and its weights: one pass gives the matrices of all nodes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.features import Tap, collect
from nodal.training.device import float32
from nodal.training.images_at_once import measured_at_once
from nodal.training.labels import check_labels
from nodal.training.probes import Probe, Probes

# Keys of what was counted, images of each label and correct answers among them, int64 [L] each.
Counted = tuple[dict[str, Any], Tensor, Tensor]


@dataclass(frozen=True)
class Measurement:
    """What one pass over a split says of one tap's probe; K nodes, L labels, G groups of nodes.

    Attributes:
        pooled_mean: float32 [K, L], mean pooled activation of each node over the inputs of each label.
        images: int64 [L], inputs of each label.
        correct: int64 [L], of these, inputs whose largest logit is their label's.
        group_correct: int64 [G, L], the same with the FC restricted to one group (an attention head).
    """

    pooled_mean: Tensor
    images: Tensor
    correct: Tensor
    group_correct: Tensor


def evaluate(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    images: Tensor,
    labels: Tensor,
    prepare: Augment,
    groups: int,
) -> dict[str, Measurement]:
    """Measure all probes in one pass over the split.

    Args:
        model: The frozen network.
        probes: Trained probes by tap.
        taps: Where each probe reads.
        images: uint8 [N, 3, H, W].
        labels: int64 [N]; every label occurs.
        prepare: Normalisation.
        groups: Number of equal, contiguous groups of nodes measured by themselves (the attention heads).

    Returns:
        A measurement a tap.

    Raises:
        TypeError, ValueError: See `check_labels`; or the groups do not divide a tap's nodes.
    """
    widths = {name: probes[name].fc.in_features for name in probes}
    for name, width in widths.items():
        check_labels(labels, images, probes[name].fc.out_features, every=True)
        if groups < 1 or width % groups:
            raise ValueError(f"groups: {groups} do not divide the {width} nodes of the tap {name}")
    counts = torch.bincount(labels)
    sums = {name: _zeros((width, len(counts)), labels, torch.float64) for name, width in widths.items()}
    right = {name: _zeros((groups + 1, len(counts)), labels, torch.int64) for name in probes}
    for chunk, target in pooled_chunks(model, probes, taps, images, labels, prepare):
        for name, pooled in chunk.items():
            sums[name].index_add_(1, target, pooled.T.double())
            for row, logits in enumerate(_restricted_logits(probes[name], pooled, groups)):
                right[name][row] += torch.bincount(target[logits.argmax(1) == target], minlength=len(counts))
    return {
        name: Measurement((sums[name] / counts).float(), counts, right[name][0], right[name][1:])
        for name in probes
    }


def pooled_chunks(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    images: Tensor,
    labels: Tensor,
    prepare: Augment,
) -> Iterator[tuple[dict[str, Tensor], Tensor]]:
    """The pooled activations [B, K] a tap, and the labels, of a split with checked labels, chunk by chunk."""
    model.eval()
    probes.eval()
    count = measured_at_once(model, images, prepare)
    with torch.no_grad(), float32(tf32=False):
        for chunk, target in zip(images.split(count), labels.split(count), strict=True):
            tokens = collect(model, prepare.plain(chunk), taps)
            yield {name: probes[name].pooled(tokens[name]) for name in probes}, target


def pooled_splits(
    model: nn.Module, probes: Probes, taps: Mapping[str, Tap], data: Dataset, prepare: Augment
) -> dict[str, dict[str, Tensor]]:
    """The pooled activations [N, K] by tap and split, of all splits that are loaded."""
    pooled: dict[str, dict[str, Tensor]] = {name: {} for name in probes}
    for split, images in data.images.items():
        for name in probes:
            check_labels(data.labels[split], images, probes[name].fc.out_features)
        chunks = [each for each, _ in pooled_chunks(model, probes, taps, images, data.labels[split], prepare)]
        for name in probes:
            pooled[name][split] = torch.cat([chunk[name] for chunk in chunks])
    return pooled


def predictions(model: nn.Module, images: Tensor, prepare: Augment) -> Tensor:
    """The label with the largest logit for each image, uint8 [N, 3, H, W]: int64 [N]."""
    model.eval()
    count = measured_at_once(model, images, prepare)
    with torch.no_grad(), float32(tf32=False):
        return torch.cat([model(prepare.plain(chunk)).argmax(1) for chunk in images.split(count)])


def label_counts(model: nn.Module, images: Tensor, labels: Tensor, prepare: Augment) -> tuple[Tensor, Tensor]:
    """Images and correctly classified images of each label, int64 [L] each, for a whole network."""
    check_labels(labels, images)
    counts = torch.bincount(labels)
    right = labels[predictions(model, images, prepare) == labels]
    return counts, torch.bincount(right, minlength=len(counts))


def probe_counts(measured: Mapping[str, Mapping[str, Measurement]]) -> list[Counted]:
    """Correct answers by split and tap, of whole probes (head 0) and of each group of nodes."""
    return [
        ({"tap": tap, "split": split, "head": head}, at.images.cpu(), correct.cpu())
        for split, taps in measured.items()
        for tap, at in taps.items()
        for head, correct in enumerate([at.correct, *at.group_correct])
    ]


def split_counts(model: nn.Module, data: Dataset, prepare: Augment) -> list[Counted]:
    """`label_counts` of the held-out and the test split, on the CPU, as `write_accuracy` takes them."""
    counted = []
    for split in ("heldout", "test"):
        images, correct = label_counts(model, data.images[split], data.labels[split], prepare)
        counted.append(({"split": split}, images.cpu(), correct.cpu()))
    return counted


def _restricted_logits(probe: Probe, pooled: Tensor, groups: int) -> Iterator[Tensor]:
    """Logits of the whole probe, then of each group of nodes alone."""
    yield probe.fc(pooled)
    width = pooled.shape[1] // groups
    for start in range(0, width * groups, width):
        nodes = slice(start, start + width)
        yield nn.functional.linear(pooled[:, nodes], probe.fc.weight[:, nodes], probe.fc.bias)


def _zeros(shape: tuple[int, int], like: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.zeros(shape, dtype=dtype, device=like.device)
