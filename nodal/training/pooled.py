"""What the FC layers of probes read of a split: the taps of a frozen network, pooled, chunk by chunk."""

from collections.abc import Iterator, Mapping
from functools import partial

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

Chunk = tuple[dict[str, Tensor], Tensor]  # what each FC layer reads, [B, ...] a tap, and the labels
AT_ONCE, AT_ONCE_BYTES = 64, 1 << 25  # up to which small chunks are joined


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


def joined(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Small chunks made one: all weights of all FC layers are read for each, however small it is."""
    for first in chunks:
        each, some = sum(pooled[:1].nbytes for pooled in first[0].values()), [first]
        most = min(AT_ONCE, AT_ONCE_BYTES // max(1, each))
        while sum(len(target) for _, target in some) < most and (following := next(chunks, None)):
            some.append(following)
        whole = {name: torch.cat([pooled[name] for pooled, _ in some]) for name in first[0]}
        yield whole, torch.cat([target for _, target in some])


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
