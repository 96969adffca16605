"""Label sets dealt before training: the masks of a chain of layers against loops over sets."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nodal.architectures.vgg import vgg
from nodal.data.dataset import Dataset
from nodal.models.vgg import VGG
from nodal.pruning.assigned import assigned_masks, start_kept
from nodal.pruning.masked_weights import Masks
from nodal.pruning.random_masks import assigned_sets
from nodal.training.pretraining import pretrain
from tests.conftest import LABELS, RECIPE

SETTINGS = {"widths": [5, 6], "layers": [1, 1], "hidden": [7], "bias": True}


def shapes_of(network: VGG) -> dict[str, torch.Size]:
    names = [*vgg(SETTINGS).layers, "fc.weight"]
    return {name: network.get_parameter(name).shape for name in names}


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_weight_is_kept_where_its_two_nodes_were_dealt_a_label_in_common(each: int, seed: int) -> None:
    shapes = {"first": [6, 3, 3, 3], "kernels": [5, 6, 3, 3], "flat": [7, 5 * 4], "labels": [4, 7]}
    masks = assigned_masks(shapes, 4, each, np.random.default_rng(seed))
    assert {name: mask.shape for name, mask in masks.items()} == {
        name: tuple(shape[:2]) for name, shape in shapes.items() if name != "first"
    }
    rng = np.random.default_rng(seed)
    first, kernels, flat = (
        [set(np.flatnonzero(row)) for row in assigned_sets(nodes, 4, each * nodes, rng)]
        for nodes in (6, 5, 7)
    )
    for out in range(5):
        for into in range(6):
            assert masks["kernels"][out, into] == bool(kernels[out] & first[into])
    for out in range(7):
        for into in range(20):
            assert masks["flat"][out, into] == bool(flat[out] & kernels[into // 4])
    for label in range(4):
        for node in range(7):
            assert masks["labels"][label, node] == (label in flat[node])


def test_chains_that_do_not_fit_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="shapes: b reads 7 where the layer before makes 6 nodes"):
        assigned_masks({"a": [6, 3], "b": [4, 7]}, 4, 1, rng)
    with pytest.raises(ValueError, match="shapes: b makes 5 outputs where 4 labels are needed"):
        assigned_masks({"a": [6, 3], "b": [5, 6]}, 4, 1, rng)


def test_a_masked_layer_starts_as_wide_as_it_has_inputs() -> None:
    torch.manual_seed(0)
    layer, mask = nn.Linear(400, 3), np.zeros((3, 400), bool)
    mask[0, :100], mask[1] = True, True
    start_kept(layer, mask)
    for row, bound in zip(layer.weight.detach(), (0.1, 0.05, 1.0), strict=True):
        assert 0.98 * bound < row.abs().max() <= bound
        assert abs(row.std() - bound / 3**0.5) < 0.1 * bound


def test_masks_stay_through_a_training_from_scratch(data: Dataset) -> None:
    torch.manual_seed(0)
    network = VGG(image_size=12, labels=LABELS, **SETTINGS)
    masks = assigned_masks(shapes_of(network), LABELS, 2, np.random.default_rng(0))
    start_kept(network.fc, masks["fc.weight"])
    kept = Masks(network, masks)
    kept.apply()
    history = pretrain(network, data, "image", RECIPE | {"epochs": 8}, seed=0, after_step=kept.apply)
    assert history[-1]["accuracy"] > history[0]["accuracy"]
    for name, mask in masks.items():
        weight = network.get_parameter(name).detach().flatten(2) if "conv" in name else None
        size = network.get_parameter(name).detach().abs() if weight is None else weight.abs().sum(2)
        assert ((size > 0) <= torch.from_numpy(mask)).all()
        assert (size[torch.from_numpy(mask)] > 0).all()
