"""Silencing against literal silence: node after node set to zero in the probe, the network run anew."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from torch.nn.functional import cross_entropy

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe import Probe, Probes
from nodal.models.probe_sets import new_probes
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.silencing import ratios_left, retrained, silenced_accuracy, silencing_orders
from nodal.snp.matrix import Snp
from nodal.snp.selectivity import class_selectivity
from nodal.snp.signal_to_noise import signal_to_noise, summaries
from nodal.training.pooled import pooled_splits
from tests.conftest import LABELS, PROBE, RECIPE, TAPS, factors, thresholds

TAP = "block2"
RETRAIN: dict[str, Any] = RECIPE | {"epochs": 2, "batch": 20, "clip": 0.0}


def probes_of(network: CCT, data: Dataset, plain: Augment, **changes: object) -> Probes:
    torch.manual_seed(2)
    sample = plain.plain(data.inputs["test"][:1])
    probes = new_probes(network, {TAP: TAPS[TAP]}, sample, LABELS, PROBE | changes)
    torch.nn.init.normal_(probes[TAP].fc.weight)
    return probes


@torch.no_grad()
@pytest.mark.parametrize("changes", [{}, {"bias": True}, {"pooling": "flatten"}])
def test_answers_are_those_of_a_probe_whose_nodes_are_silent(
    network: CCT, data: Dataset, plain: Augment, changes: dict[str, object]
) -> None:
    probes = probes_of(network, data, plain, **changes)
    pooled = pooled_splits(network, probes, {TAP: TAPS[TAP]}, data, plain)[TAP]["test"]
    order, labels = np.random.default_rng(0).permutation(16), data.labels["test"]
    found = silenced_accuracy(probes[TAP], pooled, labels, order)
    silent = copy.deepcopy(probes[TAP])
    columns = silent.fc.weight.view(LABELS, 16, silent.positions)
    assert len(found) == 17
    for count in range(17):
        if count:
            columns[:, order[count - 1]] = 0
        tokens = collect(network, plain.plain(data.inputs["test"]), {TAP: TAPS[TAP]})[TAP]
        assert found[count] == pytest.approx(float((silent(tokens).argmax(1) == labels).float().mean()))
    assert len(set(found.tolist())) > 3


def test_the_orders() -> None:
    rng = np.random.default_rng(3)
    snp = Snp(rng.normal(size=(12, 6)), rng.normal(size=(12, 6)))
    orders = silencing_orders(snp, 0.3)
    held = [int(each.sum()) for each in label_sets(snp, 0.3)]
    maxima = [float(snp.matrices([node])[0].max() * snp.scale[node]) for node in range(12)]
    assert orders["diagonal"].tolist() == sorted(range(12), key=lambda node: (held[node], maxima[node]))
    assert orders["maximum"].tolist() == sorted(range(12), key=lambda node: maxima[node])
    selective = class_selectivity(snp.pooled_mean)
    assert (np.diff(selective[orders["selectivity"]]) >= 0).all()
    assert len({tuple(order) for order in orders.values()}) == 3


@given(factors(), thresholds)
def test_ratios_are_those_of_a_layer_without_the_nodes(snp: Snp, threshold: float) -> None:
    order = np.random.default_rng(len(snp.weight)).permutation(len(snp.weight))
    found = ratios_left(snp, threshold, order)
    for silent in range(len(order)):
        rest = np.sort(order[silent:])
        (summary,) = summaries(Snp(snp.pooled_mean[rest], snp.weight[rest]), [threshold], "first_fit")
        np.testing.assert_allclose(found[silent], signal_to_noise(summary).snr)


@pytest.mark.parametrize("bias", [False, True])
def test_weights_are_trained_again_as_if_each_choice_were_alone(
    network: CCT, data: Dataset, plain: Augment, bias: bool
) -> None:
    probes = probes_of(network, data, plain, bias=bias)
    pooled = pooled_splits(network, probes, {TAP: TAPS[TAP]}, data, plain)[TAP]
    before = copy.deepcopy(probes[TAP].state_dict())
    nodes = np.array([1, 5, 6])
    chosen = {"some": nodes, "none": np.arange(0)}
    found = dict(retrained(probes[TAP], pooled, data.labels, chosen, RETRAIN, seed=4))
    torch.testing.assert_close(probes[TAP].state_dict(), before, rtol=0, atol=0)
    own = torch.zeros(16, dtype=torch.bool)
    own[nodes] = True
    everything = torch.ones(16, dtype=torch.bool)
    for key, way, silent, free in (
        ("some", "rest", own, ~own), ("some", "those", ~everything, own),
        ("none", "rest", ~everything, everything),
    ):  # fmt: skip
        assert found[key][way] == by_hand(probes[TAP], pooled, data.labels, silent, free), (key, way)
    layer = copy.deepcopy(probes[TAP].fc)
    assert found["none"]["masked"] == accuracy(layer, pooled["test"], data.labels["test"])
    if not bias:  # it is trained in every copy
        assert found["none"]["those"] == found["none"]["masked"]
    with torch.no_grad():
        layer.weight[:, own] = 0
    assert found["some"]["masked"] == accuracy(layer, pooled["test"], data.labels["test"])


@torch.no_grad()
def accuracy(layer: torch.nn.Linear, pooled: torch.Tensor, labels: torch.Tensor) -> float:
    return int((layer(pooled).argmax(1) == labels).sum()) / len(labels)


def by_hand(probe: Probe, pooled: dict, labels: dict, silent: torch.Tensor, free: torch.Tensor) -> float:
    """One layer alone: some columns zero, some trained, in the order that `fit` draws; its test accuracy."""
    layer = copy.deepcopy(probe.fc)
    with torch.no_grad():
        layer.weight[:, silent] = 0
    start = layer.weight.detach().clone()
    groups = [{"params": [layer.weight], "weight_decay": RETRAIN["weight_decay"]}]
    if layer.bias is not None:
        groups.append({"params": [layer.bias], "weight_decay": 0.0})
    optimizer = torch.optim.AdamW(groups, lr=RETRAIN["lr"], betas=(0.9, RETRAIN["beta2"]))
    generator = torch.Generator().manual_seed(4)
    for _ in range(RETRAIN["epochs"]):
        for batch in torch.randperm(60, generator=generator).split(20):
            optimizer.zero_grad()
            found = layer(pooled["train"][batch])
            targets = labels["train"][batch]
            cross_entropy(found, targets, label_smoothing=RETRAIN["smoothing"]).backward()
            optimizer.step()
            with torch.no_grad():
                layer.weight[:, ~free] = start[:, ~free]
    return accuracy(layer, pooled["test"], labels["test"])
