"""Thresholds of all layers from a budget, against the same done by hand."""

import copy

import numpy as np
import pytest
import torch

from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.pruning.andc import Mask, andc_mask
from nodal.pruning.greedy import greedy_path
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.network_budget import budget_path, heldout_left, ladders, masks_within, taken
from nodal.snp.matrix import Snp
from nodal.training.answers import predictions

RNG = np.random.default_rng(0)
ARCHITECTURE = cct({"depth": 1, "heads": 4})
LAYERS = ARCHITECTURE.layers
NODES = {"qkv_in1": 8, "qkv_out1": 24, "attention1": 8, "proj_out1": 8, "linear1_in1": 8, "linear1_out1": 16,
         "block1": 8}  # fmt: skip
SNP = {tap: Snp(RNG.normal(size=(size, 6)), RNG.normal(size=(size, 6))) for tap, size in NODES.items()}
AT = [0.2, 0.4, 0.6]


def left(masks: dict[str, Mask]) -> float:
    """Accuracy that falls with the square of what each layer loses, in layers behind more steeply."""
    return 1 - sum(
        (place + 1) * (1 - masks[name].mean()) ** 2 for place, name in enumerate(LAYERS) if name in masks
    )


def test_a_ladder_holds_the_whole_layer_and_its_mask_at_each_threshold() -> None:
    found = ladders(LAYERS, SNP, AT)
    for name, layer in LAYERS.items():
        whole, *masks = found[name]
        assert whole.all()
        for threshold, mask in zip(AT, masks, strict=True):
            ends = (label_sets(SNP[tap], threshold) for tap in (layer.target, layer.source))
            np.testing.assert_array_equal(mask, andc_mask(*ends))
    steps = dict(zip(LAYERS, (0, 3, 1, 2), strict=True))
    for name, mask in taken(found, steps).items():
        assert mask is found[name][steps[name]]


@pytest.mark.parametrize("budget", [0.0, 0.5, 2.0, 20.0])
def test_the_budget_is_kept_and_the_path_is_that_of_each_layers_losses(budget: float) -> None:
    found = ladders(LAYERS, SNP, AT)
    together = dict(zip(LAYERS, (1, 2, 1, 3), strict=True))
    path = budget_path(found, together, left)
    losses, removed = {}, {}
    for name in LAYERS:
        losses[name], removed[name] = [], []
        for mask in found[name][1:]:
            losses[name].append(1 - left({name: mask}))
            removed[name].append(together[name] * int((~mask).sum()))
    assert path == greedy_path(losses, removed)
    last = max(number for number, steps in enumerate(path) if left(taken(found, steps)) >= 1 - budget)
    masks = masks_within(budget, path, found, left)
    for name, step in path[last].items():
        np.testing.assert_array_equal(masks[name], found[name][step])


def test_what_is_left_is_counted_on_heldout_images(network: CCT, data: Dataset, plain: Augment) -> None:
    name = "classifier.blocks.1.linear2.weight"
    mask = RNG.random((16, 16)) < 0.5  # of 32 inputs, two together
    measured = heldout_left(network, data, preparation(data.inputs["heldout"], "image"), {name: 2})
    before = copy.deepcopy(network.state_dict())
    found = measured({name: mask})
    masked = copy.deepcopy(network)
    with torch.no_grad():
        for out in range(16):
            for into in range(32):
                if not mask[out, into // 2]:
                    masked.get_parameter(name)[out, into] = 0
    right = predictions(masked, data.inputs["heldout"], plain) == data.labels["heldout"]
    assert found == int(right.sum()) / len(right)
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
