"""Pruning the FC layer of a probe by many masks at once: what each costs, and what retraining brings back."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.models.probe import Probe
from nodal.pruning.andc import Mask
from nodal.pruning.fc_masks import fc_masks, rotated_mask
from nodal.pruning.masked_weights import Masks
from nodal.snp.matrix import Snp
from nodal.snp.rotations import Floats, haar
from nodal.training.answers import Counted
from nodal.training.loop import Training, fit

Key = tuple[float, str]  # threshold and name of a mask


class SideBySide(nn.Module):
    """Copies of one FC layer that read the same inputs, in one product.

    Args:
        layer: FC layer [L, K]; left as it is.
        copies: How many, M.
    """

    def __init__(self, layer: nn.Linear, copies: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(copy.deepcopy(layer) for _ in range(copies))

    def forward(self, inputs: Tensor) -> Tensor:
        """[B, K] -> [B, M, L]."""
        weight, bias = (
            [getattr(layer, name) for layer in self.layers if getattr(layer, name) is not None]
            for name in ("weight", "bias")
        )
        found = nn.functional.linear(inputs, torch.cat(weight), torch.cat(bias) if bias else None)
        return found.unflatten(1, (len(self.layers), -1))


def prune_fc(
    probe: Probe,
    pooled: Mapping[str, Tensor],
    labels: Mapping[str, Tensor],
    thresholds: Sequence[float],
    recipe: Mapping[str, Any],
    seed: int,
) -> Iterator[Counted]:
    """Prune an FC layer by all masks at all thresholds, all chosen on training images.

    Args:
        probe: The probe, K nodes; left as it is. All positions of a node that it reads apart share a mask.
        pooled: What its FC layer reads, [N, K] or [N, K * positions], of the splits train, heldout and test.
        labels: int64 [N] of each split.
        thresholds: Of the label sets.
        recipe: What `fit` takes, and `smoothing`.
        seed: Of the random masks, of the rotation and of the retraining.

    Returns:
        Counts with the keys `threshold`, `mask` (see `fc_masks`; and `andc_rotated`), `density`, `stage`,
        `split`.
    """
    rng = np.random.default_rng([seed, 2])
    snp = {split: label_means(probe, pooled[split], labels[split]) for split in pooled}
    train = snp.pop("train")
    squares = probe.apart(pooled["train"].double().square().mean(0)).reshape(probe.nodes, -1)
    rms = squares.mean(1).sqrt().cpu().numpy()
    q = haar(probe.nodes, rng)
    native: dict[tuple[float, str], Mask] = {}
    rotated: dict[tuple[float, str], Mask] = {}
    for threshold in thresholds:
        masks = fc_masks(train, snp, rms, threshold, rng)
        native |= {(threshold, name): mask for name, mask in masks.items()}
        kept = int(masks["andc"].sum())
        rotated[threshold, "andc_rotated"] = rotated_mask(train, q, kept, threshold)
    for masked, fc, read in ((native, probe.fc, pooled), (rotated, *turned(probe.fc, pooled, q))):
        apart = {key: np.repeat(mask, probe.positions, axis=1) for key, mask in masked.items()}
        for (threshold, name), density, counted in _prune(fc, apart, read, labels, recipe, seed):
            keys, images, correct = counted
            yield {"threshold": threshold, "mask": name, "density": density, **keys}, images, correct


def label_means(probe: Probe, pooled: Tensor, labels: Tensor) -> Snp:
    """The factors of what a probe's FC layer reads: mean inputs of each label, and weights."""
    names = probe.fc.out_features
    sums = pooled.new_zeros((names, pooled.shape[1]), dtype=torch.float64)
    means = sums.index_add_(0, labels, pooled.double()) / torch.bincount(labels, minlength=names)[:, None]
    return Snp(probe.apart(means.T.float()).cpu().numpy(), probe.weights())


def _prune(
    layer: nn.Linear,
    masks: Mapping[Key, Mask],
    pooled: Mapping[str, Tensor],
    labels: Mapping[str, Tensor],
    recipe: Mapping[str, Any],
    seed: int,
) -> Iterator[tuple[Key, float, Counted]]:
    """Mask copies of an FC layer, count their correct answers, retrain each alone, and count again.

    All are retrained in one pass over the same batches: each has its own loss, so its own gradient, clipped
    by itself.

    Returns:
        The key of the mask, its density, and what was counted.
    """
    copies = SideBySide(layer, len(masks)).to(layer.weight.device)
    kept = Masks(
        copies,
        {f"layers.{number}.weight": torch.from_numpy(mask) for number, mask in enumerate(masks.values())},
    )
    kept.apply()
    for stage in ("masked", "retrained"):
        if stage == "retrained":
            _retrain(copies, kept, pooled["train"], labels["train"], recipe, seed)
        for split in ("heldout", "test"):
            counted = _counts(copies, pooled[split], labels[split])
            for (key, mask), counts in zip(masks.items(), counted, strict=True):
                yield key, float(mask.mean()), ({"stage": stage, "split": split}, *counts)


@torch.no_grad()
def turned(layer: nn.Linear, pooled: Mapping[str, Tensor], q: Floats) -> tuple[nn.Linear, dict[str, Tensor]]:
    """The same layer on inputs in another basis, and these inputs: `w Q^T` reads `Q x`, at every position."""
    basis = torch.as_tensor(q, device=layer.weight.device)

    def turn(values: Tensor) -> Tensor:
        apart = values.double().unflatten(1, (len(basis), -1))
        return torch.einsum("jk,nkp->njp", basis, apart).flatten(1).float()

    other = copy.deepcopy(layer)
    other.weight.copy_(turn(layer.weight))
    return other, {split: turn(values) for split, values in pooled.items()}


def _retrain(
    copies: SideBySide, kept: Masks, pooled: Tensor, labels: Tensor, recipe: Mapping[str, Any], seed: int
) -> None:
    def batch(indices: Tensor, _: torch.Generator) -> tuple[Tensor, Tensor]:
        return pooled[indices], labels[indices]

    def loss(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = copies(inputs)
        right = (logits.argmax(2) == targets[:, None]).float().mean()
        of_each = cross_entropy(
            logits.transpose(1, 2),
            targets[:, None].expand(logits.shape[:2]),
            label_smoothing=recipe["smoothing"],
        )
        return of_each * logits.shape[1], right

    parts = list(copies.layers)
    fit(Training(copies, batch, loss, len(pooled), parts=parts, after_step=kept.apply), recipe, seed=seed)


def _counts(copies: SideBySide, pooled: Tensor, labels: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Of each copy, inputs and correctly classified inputs of each label, int64 [L] each."""
    for layer in copies.layers:
        with torch.no_grad():
            found = layer(pooled)
        images, right = (
            torch.bincount(each, minlength=found.shape[1]).cpu()
            for each in (labels, labels[found.argmax(1) == labels])
        )
        yield images, right
