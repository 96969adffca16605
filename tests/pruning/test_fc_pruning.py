"""Pruning an FC layer by many masks at once: as each alone, and from training images only."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from nodal.models.probe import Probe
from nodal.pruning.fc_pruning import SideBySide, label_means, prune_fc, turned
from nodal.snp.rotations import haar
from tests.conftest import RECIPE

LABELS, NODES = 5, 8
RETRAIN: dict[str, Any] = RECIPE | {"epochs": 2, "batch": 20, "weight_decay": 0.1, "clip": 0.05}
RNG = torch.Generator().manual_seed(0)
POOLED = {
    split: torch.randn(100, NODES, generator=RNG) + torch.eye(LABELS, NODES).repeat(20, 1) * 2
    for split in ("train", "heldout", "test")
}
TARGETS = {split: torch.arange(100) % LABELS for split in POOLED}


def probe(bias: bool = False, positions: int = 1) -> Probe:
    torch.manual_seed(1)
    pooling = "mean" if positions == 1 else "flatten"
    return Probe(NODES // positions, LABELS, bias=bias, pooling=pooling, positions=positions)


def by_hand(fc: nn.Linear, mask: torch.Tensor) -> nn.Linear:
    """One layer retrained alone under its mask: AdamW, clipped, in the order that `fit` draws."""
    alone = copy.deepcopy(fc)
    groups = [{"params": [alone.weight], "weight_decay": 0.1}]
    if alone.bias is not None:
        groups.append({"params": [alone.bias], "weight_decay": 0.0})
    optimizer = torch.optim.AdamW(groups, lr=RETRAIN["lr"], betas=(0.9, RETRAIN["beta2"]))
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        alone.weight.mul_(mask)
    for _ in range(RETRAIN["epochs"]):
        for batch in torch.randperm(100, generator=generator).split(20):
            optimizer.zero_grad()
            found = alone(POOLED["train"][batch])
            cross_entropy(found, TARGETS["train"][batch], label_smoothing=RETRAIN["smoothing"]).backward()
            nn.utils.clip_grad_norm_(alone.parameters(), RETRAIN["clip"])
            optimizer.step()
            with torch.no_grad():
                alone.weight.mul_(mask)
    return alone


@pytest.mark.parametrize(("bias", "positions"), [(False, 1), (True, 1), (True, 2)])
def test_each_mask_is_judged_as_if_it_were_alone(bias: bool, positions: int) -> None:
    whole = probe(bias, positions)
    fc, before = whole.fc, copy.deepcopy(whole.state_dict())
    rows = list(prune_fc(whole, POOLED, TARGETS, [0.2, 0.5], RETRAIN, seed=4))
    torch.testing.assert_close(whole.state_dict(), before, rtol=0, atol=0)
    found = {
        tuple(keys[name] for name in ("threshold", "mask", "stage", "split")): correct
        for keys, _, correct in rows
    }
    assert len(found) == len(rows)
    snp = label_means(whole, POOLED["train"], TARGETS["train"])
    for threshold in (0.2, 0.5):
        matrices = snp.fields()
        kept = torch.tensor(
            [
                [bool(matrix[label, label] > np.float32(threshold) * matrix.max()) for matrix in matrices]
                for label in range(LABELS)
            ]
        ).repeat_interleave(positions, 1)
        for split, inputs in POOLED.items():
            if split == "train":
                continue
            for stage, judged in (("masked", None), ("retrained", by_hand(fc, kept))):
                weight = fc.weight.detach() * kept if judged is None else judged.weight.detach()
                offset = (fc if judged is None else judged).bias
                guess = (inputs @ weight.T + (0 if offset is None else offset.detach())).argmax(1)
                right = [int((guess[TARGETS[split] == each] == each).sum()) for each in range(LABELS)]
                assert found[threshold, "andc", stage, split].tolist() == right


def test_means_of_labels() -> None:
    snp = label_means(probe(), POOLED["test"], TARGETS["test"])
    for label in range(LABELS):
        mean = POOLED["test"][TARGETS["test"] == label].mean(0)
        np.testing.assert_allclose(snp.pooled_mean[:, label], mean, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("positions", [1, 4])
def test_a_turned_layer_says_the_same(positions: int) -> None:
    fc = probe(True, positions).fc
    other, read = turned(fc, POOLED, haar(NODES // positions, np.random.default_rng(0)))
    torch.testing.assert_close(other(read["test"]), fc(POOLED["test"]), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(other.weight, fc.weight)


def test_copies_side_by_side_are_the_layer() -> None:
    fc = probe(bias=True).fc
    found = SideBySide(fc, 3)(POOLED["test"])
    assert found.shape == (100, 3, LABELS)
    for copied in range(3):
        torch.testing.assert_close(found[:, copied], fc(POOLED["test"]))
