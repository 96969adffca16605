"""What the FC layers of probes read of a split: the taps of a frozen network, pooled, chunk by chunk."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation
from nodal.data.dataset import Dataset
from nodal.models.features import collect
from nodal.models.probe import Probes
from nodal.training.device import float32
from nodal.training.inputs_at_once import measured_at_once
from nodal.training.labels import check_labels


def pooled_chunks(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
) -> Iterator[tuple[dict[str, Tensor], Tensor]]:
    """What each FC layer reads, [B, ...] a tap, and the labels, of a split with checked ones, in chunks."""
    model.eval()
    probes.eval()
    count = measured_at_once(model, inputs, prepare)
    with torch.no_grad(), float32(tf32=False):
        for chunk, target in zip(inputs.split(count), labels.split(count), strict=True):
            tokens = collect(model, prepare.plain(chunk), taps)
            mask = prepare.mask(chunk)
            yield {name: probes[name].pooled(tokens[name], mask) for name in probes}, target


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
