"""Arguments of other types: the right masks, or one line that names the argument and what it needs."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from nodal.architectures.architecture import Layer
from nodal.pruning.andc import andc_mask, andc_masks, fc_mask
from nodal.pruning.masked_weights import Masks
from nodal.pruning.random_masks import assigned_sets, degree_mask, random_mask
from nodal.pruning.scores import largest, wanda
from nodal.training.optimizer import block_groups
from tests.snp.test_arrays import refused

OUT, IN = (np.random.default_rng(seed).random((nodes, 5)) < 0.4 for seed, nodes in ((0, 6), (1, 8)))
MASK = andc_mask(OUT, IN)
WEIGHT = np.random.default_rng(2).standard_normal(MASK.shape).astype(np.float32)
NUMBERS = np.where(OUT, 0, -1)  # the clusters of which OUT says where they are


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_tensors_and_lists_give_the_same_masks() -> None:
    for other in (torch.from_numpy, np.ndarray.tolist, np.asfortranarray):
        np.testing.assert_array_equal(andc_mask(other(OUT), other(IN)), MASK)
        np.testing.assert_array_equal(fc_mask(other(OUT)), OUT.T)
        np.testing.assert_array_equal(random_mask(other(MASK), rng()), random_mask(MASK, rng()))
        np.testing.assert_array_equal(degree_mask(other(MASK), rng()), degree_mask(MASK, rng()))
        np.testing.assert_array_equal(largest(other(WEIGHT), 9), largest(WEIGHT, 9))


@pytest.mark.parametrize("other", [np.asarray, torch.from_numpy])
def test_a_layer_is_pruned_by_a_mask_of_either_kind(other: Callable[[np.ndarray], object]) -> None:
    layer = nn.Linear(8, 6)
    before = layer.weight.detach().clone()
    Masks(layer, {"weight": other(MASK)}).apply()
    torch.testing.assert_close(layer.weight.detach(), before * torch.from_numpy(MASK), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: andc_mask(NUMBERS, IN), TypeError, "out_sets: holds int64 where truth values (bool)"),
        (lambda: andc_mask(OUT, IN * 1.0), TypeError, "in_sets: holds float64"),
        (lambda: andc_mask(OUT, IN[:, :4]), ValueError, "out_sets [6, 5] and in_sets [8, 4]"),
        (lambda: andc_mask(OUT[:0], IN), ValueError, "out_sets: has shape [0, 5]"),
        (lambda: fc_mask(NUMBERS), TypeError, "sets: holds int64"),
        (lambda: fc_mask(OUT[0]), ValueError, "sets: has shape [5] where [nodes, labels] is needed"),
        (
            lambda: andc_masks({"w": Layer("a", "b", 1, "w")}, {"a": IN}),
            ValueError,
            "sets: b is missing, there are a",
        ),
        (lambda: random_mask(WEIGHT, rng()), TypeError, "mask: holds float32"),
        (lambda: degree_mask(MASK.astype(int), rng()), TypeError, "mask: holds int64"),
        (lambda: degree_mask(MASK, rng(), 0), ValueError, "rounds: 0 where"),
        (lambda: largest(WEIGHT, 49), ValueError, "kept: 49 where a number from 0 to 48"),
        (lambda: largest(WEIGHT, -1), ValueError, "kept: -1 where a number from 0 to 48"),
        (lambda: largest(WEIGHT * np.nan, 3), ValueError, "scores: 48 of 48 values are not finite"),
        (lambda: wanda(WEIGHT, WEIGHT[0, :5]), ValueError, "inputs of the weight [8], rms [5]"),
        (lambda: assigned_sets(2, 3, -1, rng()), ValueError, "total: 2 sets of 3 labels cannot hold -1"),
        (lambda: assigned_sets(0, 3, 0, rng()), ValueError, "nodes: 0 where"),
        (
            lambda: Masks(nn.Linear(8, 6), {"weight": torch.from_numpy(WEIGHT)}),
            TypeError,
            "mask weight: holds torch.float32 where torch.bool is needed",
        ),
        (lambda: block_groups(nn.Linear(8, 6), "block", 1, 1, 0), ValueError, "no parameters under 'block'"),
    ],
)
def test_wrong_arguments_are_named(call: Callable[[], object], error: type[Exception], said: str) -> None:
    refused(call, error, said)
