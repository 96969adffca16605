"""Single-nodal performance (SNP): the rank-one identity against literal silencing, and its exact maximum."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe_sets import new_probes
from nodal.snp.clusters import RULES, above, clusters
from nodal.snp.matrix import Snp
from nodal.training.evaluation import evaluate
from nodal.training.probes import train_probes
from tests.conftest import LABELS, PROBE, TAPS, factors


@pytest.mark.parametrize("tap", ["block2", "attention1", "qkv_out2", "linear1_out2"])
def test_factors_equal_literal_silencing(tap: str, network: CCT, data: Dataset, plain: Augment) -> None:
    taps = {tap: TAPS[tap]}
    images, labels = data.inputs["test"], data.labels["test"]
    probes = new_probes(network, taps, plain.plain(images[:1]), LABELS, PROBE)
    train_probes(network, probes, taps, data, plain, PROBE, seed=1)
    probe = probes[tap]
    measured = evaluate(network, probes, taps, images, labels, plain)[tap]
    snp = Snp(measured.pooled_mean.numpy(), probe.fc.weight.detach().T.numpy())

    nodes = probe.fc.in_features
    assert snp.weight.shape == (nodes, LABELS)
    literal = np.empty((nodes, LABELS, LABELS), np.float32)
    with torch.no_grad():
        for node in range(nodes):
            silenced = copy.deepcopy(probe)
            silenced.fc.weight.zero_()
            silenced.fc.weight[:, node] = probe.fc.weight[:, node]
            fields = silenced(collect(network, plain.plain(images), taps)[tap])
            for label in range(LABELS):
                literal[node, label] = fields[labels == label].mean(0)
    assert np.abs(literal).max() > 0.01  # the comparison says something
    np.testing.assert_allclose(snp.fields(), literal, rtol=0, atol=1e-5)


@given(factors())
def test_maximum_is_the_dense_maximum_bit_for_bit(snp: Snp) -> None:
    dense = (snp.pooled_mean[:, :, None] * snp.weight[:, None, :]).max((1, 2))
    assert snp.maximum.dtype == np.float32
    np.testing.assert_array_equal(snp.maximum, dense)
    np.testing.assert_array_equal(Snp(snp.weight, snp.pooled_mean).maximum, dense)


@given(factors())
def test_matrices_are_divided_by_a_positive_maximum_only(snp: Snp) -> None:
    matrices = snp.matrices()
    for node, field in enumerate(snp.fields()):
        np.testing.assert_array_equal(field, np.outer(snp.pooled_mean[node], snp.weight[node]))
        positive = field.max() > 0
        with np.errstate(over="ignore"):  # -inf over a tiny maximum, as below
            divided = field / field.max() if positive else field
        np.testing.assert_array_equal(matrices[node], divided)
        assert not positive or matrices[node].max() == 1
        np.testing.assert_array_equal(snp.matrices([node])[0], matrices[node])


@pytest.mark.filterwarnings("error")
def test_an_element_far_below_a_tiny_maximum_is_below_every_threshold() -> None:
    """A negative one of -1e39 times the maximum, which float32 does not hold."""
    snp = Snp(np.array([[1e-40, -0.1]]), np.array([[1, 1]]))
    np.testing.assert_array_equal(snp.matrices()[0], [[1, 1], [-np.inf, -np.inf]])
    for rule in RULES:
        assert clusters(snp, [0.3], rule).tolist() == [[[0, -1]]]
    assert above(snp, [0.3]).tolist() == [[2]]


def test_maximum_at_the_size_of_the_paper() -> None:
    rng = np.random.default_rng(0)
    snp = Snp(*rng.standard_normal((2, 256, 100)).astype(np.float32))
    np.testing.assert_array_equal(snp.maximum, snp.fields().max((1, 2)))


def test_shuffled_permutes_each_nodes_weights_by_itself() -> None:
    rng = np.random.default_rng(0)
    snp = Snp(*rng.standard_normal((2, 40, 30)).astype(np.float32))
    mixed = snp.shuffled(np.random.default_rng(1))
    np.testing.assert_array_equal(mixed.pooled_mean, snp.pooled_mean)
    np.testing.assert_array_equal(np.sort(mixed.weight, 1), np.sort(snp.weight, 1))
    orders = {
        tuple(np.argsort(row)[np.argsort(np.argsort(old))])
        for row, old in zip(mixed.weight, snp.weight, strict=True)
    }
    assert len(orders) == 40
    np.testing.assert_array_equal(mixed.weight, snp.shuffled(np.random.default_rng(1)).weight)
