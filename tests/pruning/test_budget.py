"""A structural budget against literal definitions: what can be dropped, what it matters, what is left."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from nodal.architectures.cct import cct
from nodal.architectures.vgg import vgg
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.build import build_for
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe_sets import new_probes
from nodal.pruning.budget import Droppable, budget_masks, droppable, importances
from nodal.pruning.compact import compact
from nodal.pruning.flow import Reader
from nodal.pruning.masked_weights import Masks
from tests.conftest import LABELS, TAPS

NAMES = ("attention1", "attention2", "linear1_out1", "linear1_out2", "block1")
KNOWN = cct({"depth": 2, "heads": 4})
BLOCK = "classifier.blocks.{}."


def small(network: CCT, images: torch.Tensor) -> list[Droppable]:
    return droppable(network, {name: TAPS[name] for name in NAMES}, KNOWN.layers, images)


def test_heads_and_hidden_nodes_can_be_dropped_and_a_residual_stream_not(network: CCT) -> None:
    found = small(network, torch.randn(2, 3, 12, 12))
    assert found == [
        each
        for block in (1, 2)
        for each in (
            Droppable(f"attention{block}", 4, (Reader(f"{BLOCK.format(block - 1)}self_attn.proj"),)),
            Droppable(f"linear1_out{block}", 1, (Reader(f"{BLOCK.format(block - 1)}linear2"),)),
        )
    ]
    with pytest.raises(ValueError, match="no node can be dropped at the taps block1"):
        droppable(network, {"block1": TAPS["block1"]}, KNOWN.layers, torch.randn(2, 3, 12, 12))


def test_a_budget_keeps_the_best_heads_and_nodes_and_is_cut_away(network: CCT) -> None:
    images = torch.randn(2, 3, 12, 12)
    found = small(network, images)
    rng = np.random.default_rng(0)
    scores = {each.tap: rng.random(16 if each.together > 1 else 32) for each in found}
    masks = budget_masks(network, found, scores, 0.5)
    for block in (1, 2):
        heads = [scores[f"attention{block}"][4 * head : 4 * head + 4].sum() for head in range(4)]
        columns = [head in np.argsort(heads)[2:] for head in range(4) for _ in range(4)]
        assert (masks[f"{BLOCK.format(block - 1)}self_attn.proj.weight"] == np.array(columns)).all()
        nodes = scores[f"linear1_out{block}"]
        columns = [node >= np.sort(nodes)[16] for node in nodes]
        assert (masks[f"{BLOCK.format(block - 1)}linear2.weight"] == np.array(columns)).all()
    slim = compact(network, masks, images).network
    for block in slim.classifier.blocks:
        assert block.self_attn.heads == 2
        assert block.self_attn.qkv.weight.shape == (24, 16)
        assert block.linear1.weight.shape == (16, 16)


def test_filters_are_dropped_where_they_are_read_at_every_position() -> None:
    model = {"family": "vgg", "widths": [4, 6], "layers": [1, 1], "hidden": [8]}
    torch.manual_seed(0)
    network, images = build_for(model, 3, 12).eval(), torch.randn(2, 3, 12, 12)
    known = vgg(model)
    found = droppable(network, known.taps, known.layers, images)
    assert [(each.tap, each.together, each.readers) for each in found] == [
        ("block1", 1, (Reader("features.1.conv", 1, True),)),
        ("block2", 1, (Reader("hidden.0.linear", 9),)),
        ("block3", 1, (Reader("fc"),)),
    ]
    scores = {"block1": np.array([4.0, 1, 3, 2]), "block2": np.arange(6.0), "block3": np.arange(8.0)}
    masks = budget_masks(network, found, scores, 0.5)
    assert (masks["features.1.conv.weight"] == [True, False, True, False]).all()
    assert (masks["hidden.0.linear.weight"] == np.repeat([False] * 3 + [True] * 3, 9)).all()
    slim = compact(network, masks, images).network
    assert [tuple(each.weight.shape[:2]) for each in slim.modules() if hasattr(each, "in_channels")] == [
        (2, 3),
        (3, 2),
    ]
    Masks(network, masks).apply()
    with torch.no_grad():
        torch.testing.assert_close(slim(images), network(images))
    few = budget_masks(network, found, scores, 0.01)
    assert few["fc.weight"].sum() == 3  # one node at least


def test_what_nodes_matter_is_as_defined(data: Dataset, network: CCT, plain: Augment) -> None:
    inputs, labels = data.inputs["train"], data.labels["train"]
    images = plain.plain(inputs)
    found = small(network, images[:2])
    taps = {each.tap: TAPS[each.tap] for each in found}
    torch.manual_seed(1)
    recipe = {"pooling": "mean", "norm": "none", "bias": False}
    probes = new_probes(network, taps, images[:1], LABELS, recipe)
    given = (network, probes, taps, found, inputs, labels, plain)
    scores = importances(*given, threshold=0.3, batch=60, seed=0)

    values = collect(network, images, {"linear1_out2": TAPS["linear1_out2"]})["linear1_out2"]
    means = [values[labels == label].detach().mean((0, 1)).double() for label in range(LABELS)]
    weight = probes["linear1_out2"].weights()
    for node in range(32):
        fields = [[float(mean[node]) * weight[node, label] for label in range(LABELS)] for mean in means]
        own = [fields[label][label] for label in range(LABELS)]
        # A label above the threshold joins a cluster or opens one.
        expected = sum(field for field in own if field > 0.3 * np.max(fields) > 0)
        assert scores["snp"]["linear1_out2"][node] == pytest.approx(expected, rel=1e-4, abs=1e-6)

    name = f"{BLOCK.format(1)}linear2.weight"
    reads = network.get_parameter(name)
    loss = cross_entropy(network.eval()(images), labels)
    (gradient,) = torch.autograd.grad(loss, [reads])
    expected = (reads * gradient).square().sum(0).detach()
    np.testing.assert_allclose(scores["importance"]["linear1_out2"], expected, rtol=1e-3)

    again, other = (importances(*given, threshold=0.3, batch=60, seed=seed) for seed in (0, 1))
    assert (again["random"]["attention1"] == scores["random"]["attention1"]).all()
    assert (other["random"]["attention1"] != scores["random"]["attention1"]).all()
