"""Label sets dealt to a whole network, and masks of it of equal size, against loops over sets."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nodal.architectures.architecture import READOUT, Layer
from nodal.architectures.cct import cct
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.pruning.dealt import assigned_network, dealt_masks
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.masked_networks import (
    AFTER_TRAINING,
    FROM_SCRATCH,
    density_of,
    mask_after_training,
    mask_from_scratch,
)
from nodal.pruning.masked_weights import Masks
from nodal.pruning.of_size import masks_of_size, size
from nodal.snp.matrix import Snp
from nodal.training.pretraining import pretrain
from tests.conftest import LABELS, RECIPE, small_cct

ARCHITECTURE = cct({"depth": 2, "heads": 4})
SHAPES = {name: tuple(weight.shape) for name, weight in small_cct().named_parameters()}
FC = "classifier.fc.weight"
ALL = [*ARCHITECTURE.layers, FC]


def test_a_weight_is_kept_where_its_two_nodes_were_dealt_a_label_in_common() -> None:
    rng = np.random.default_rng(0)
    dealt = {nodes: rng.random((nodes, LABELS)) < 0.3 for nodes in (16, 32)}
    masks = dealt_masks(ARCHITECTURE.layers, FC, SHAPES, dealt.__getitem__)
    assert list(masks) == ALL
    assert {name: mask.shape for name, mask in masks.items()} == {name: SHAPES[name] for name in ALL}
    narrow, wide = ([set(np.flatnonzero(row)) for row in dealt[nodes]] for nodes in (16, 32))
    for block in (0, 1):
        of = f"classifier.blocks.{block}."
        for into in range(16):
            for out in range(16):
                shared = bool(narrow[out] & narrow[into])
                assert masks[of + "self_attn.proj.weight"][out, into] == shared
                for part in range(3):  # queries, keys and values
                    assert masks[of + "self_attn.qkv.weight"][16 * part + out, into] == shared
            for out in range(32):
                assert masks[of + "linear1.weight"][out, into] == bool(wide[out] & narrow[into])
                assert masks[of + "linear2.weight"][into, out] == bool(wide[out] & narrow[into])
    for label in range(LABELS):
        for node in range(16):
            assert masks[FC][label, node] == (label in narrow[node])


def test_behind_a_flattening_a_node_is_kept_at_all_its_positions() -> None:
    layers = {"one": Layer("colours", "a", 1, "conv"), "two": Layer("a", "b", 2, "linear")}
    sets = {3: np.eye(3, 4, dtype=bool), 2: np.array([[1, 1, 0, 0], [0, 0, 1, 1]], bool)}
    sets[5] = np.ones((5, 4), bool) & (np.arange(5) < 2)[:, None]
    masks = dealt_masks(layers, "", {"one": (2, 3, 3, 3), "two": (5, 6)}, sets.__getitem__)
    assert masks["one"].tolist() == [[True, True, False], [False, False, True]]
    assert masks["two"].tolist() == [[True] * 6] * 2 + [[False] * 6] * 3


@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_of_all_numbers_the_nearest_is_found(kept: int, seed: int) -> None:
    values = np.random.default_rng(seed).random((17, 11))
    found = masks_of_size(lambda cut: {"w": values < 2 * cut}, kept, 0.5)
    every = range(values.size + 1)
    assert abs(size(found) - kept) == min(abs(count - kept) for count in every)


@pytest.mark.parametrize("chosen", [[FC], list(ARCHITECTURE.layers_of(2)), ALL])
def test_all_ways_keep_as_many_weights(network: CCT, chosen: list[str]) -> None:
    total = sum(int(np.prod(SHAPES[name])) for name in chosen)
    dealt = {
        name: mask_from_scratch(name, ARCHITECTURE, SHAPES, LABELS, chosen, 4, seed=3)
        for name in FROM_SCRATCH
    }
    rng = np.random.default_rng(1)
    weights = {name: network.get_parameter(name).detach().numpy() for name in chosen}
    snp = {
        tap: Snp(rng.normal(size=(nodes, LABELS)), rng.normal(size=(nodes, LABELS)))
        for tap, nodes in measured_nodes().items()
    }
    trained = {
        name: mask_after_training(name, ARCHITECTURE, weights, snp, chosen, 4) for name in AFTER_TRAINING
    }
    assert trained.pop("unpruned") == {}
    for name, masks in {**dealt, **trained}.items():
        assert list(masks) == chosen, name
        assert size(masks) == pytest.approx(total / 4, rel=0.2), name
        assert density_of(masks, SHAPES, chosen) == size(masks) / total
    for one, other in (("a_andc", "random"), ("andc", "magnitude")):
        both = {**dealt, **trained}
        assert [int(mask.sum()) for mask in both[one].values()] == [
            int(mask.sum()) for mask in both[other].values()
        ]
    assert density_of({}, SHAPES, chosen) == 1
    groups = disjoint_masks(ARCHITECTURE, SHAPES, LABELS, 4)
    for name in chosen:
        np.testing.assert_array_equal(dealt["disjoint"][name], groups[name])
        sizes = np.abs(weights[name])
        cut = np.sort(sizes.ravel())[::-1][: int(trained["andc"][name].sum())]
        np.testing.assert_array_equal(trained["magnitude"][name], sizes >= cut[-1])


def measured_nodes() -> dict[str, int]:
    nodes = {READOUT: 16}
    for name, layer in ARCHITECTURE.layers.items():
        nodes[layer.target], nodes[layer.source] = SHAPES[name]
    return nodes


def test_andc_is_of_one_threshold_of_all_taps() -> None:
    rng = np.random.default_rng(2)
    snp = {
        tap: Snp(rng.normal(size=(nodes, LABELS)), rng.normal(size=(nodes, LABELS)))
        for tap, nodes in measured_nodes().items()
    }
    weights = {name: np.ones(SHAPES[name], np.float32) for name in ALL}
    found = mask_after_training("andc", ARCHITECTURE, weights, snp, ALL, 4)

    def literal(threshold: float) -> dict[str, np.ndarray]:
        sets = {tap: label_sets(each, threshold) for tap, each in snp.items()}
        masks = {
            name: np.array([[bool((out & into).any()) for into in sets[layer.source]]
                            for out in sets[layer.target]])
            for name, layer in ARCHITECTURE.layers.items()
        }  # fmt: skip
        return masks | {FC: sets[READOUT].T}

    wanted = round(sum(each.size for each in weights.values()) / 4)
    every = [literal(cut) for cut in np.linspace(0.05, 0.95, 37)]
    assert abs(size(found) - wanted) <= min(abs(size(masks) - wanted) for masks in every)
    # Masks shrink as the threshold rises, so the one that was found lies between its neighbours.
    more = [masks for masks in every if size(masks) >= size(found)][-1]
    fewer = next(masks for masks in every if size(masks) <= size(found))
    for name, mask in found.items():
        assert (fewer[name] <= mask).all()
        assert (mask <= more[name]).all()


def test_the_deal_is_even_and_of_its_seed() -> None:
    shapes = {name: (*SHAPES[name],) for name in ALL}
    one, again, other = (assigned_network(ARCHITECTURE, shapes, LABELS, ALL, 900, [s]) for s in (1, 1, 2))
    assert all(np.array_equal(one[name], again[name]) for name in ALL)
    assert not all(np.array_equal(one[name], other[name]) for name in ALL)
    holders = one[FC].sum(1)  # of each label
    assert holders.max() - holders.min() <= 1


def test_a_mask_from_the_first_step_that_masks_nothing_is_plain_training(data: Dataset) -> None:
    plain, masked = small_cct(), small_cct()
    kept = Masks(masked, {name: np.ones(SHAPES[name], bool) for name in ALL})
    kept.apply()
    history = pretrain(plain, data, "image", RECIPE, seed=0)
    other = pretrain(masked, data, "image", RECIPE, seed=0, after_step=kept.apply)
    assert [each["loss"] for each in history] == [each["loss"] for each in other]
    assert all(torch.equal(value, masked.state_dict()[name]) for name, value in plain.state_dict().items())


def test_a_network_trained_from_its_first_step_under_a_mask_never_leaves_it(data: Dataset) -> None:
    masks = mask_from_scratch("a_andc", ARCHITECTURE, SHAPES, LABELS, ALL, 2, seed=0)
    network = small_cct()
    before = copy.deepcopy(network.state_dict())
    kept = Masks(network, masks)
    kept.apply()
    pretrain(network, data, "image", RECIPE, seed=0, after_step=kept.apply)
    for name, mask in masks.items():
        assert not network.get_parameter(name)[~torch.from_numpy(mask)].any()
        assert not torch.equal(network.get_parameter(name), before[name])
