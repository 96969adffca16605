"""Numbers behind claims, against literal loops."""

import itertools

import numpy as np
import pandas as pd
import pytest

from nodal.attention.owned_accuracy import owned_accuracy
from nodal.attention.ownership import owners
from nodal.claims.measures import (
    beside,
    field_similarity,
    head_measures,
    layer_measures,
    ratio_plateau,
    sweep_measures,
)
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import sweep


def test_layer_measures_against_loops() -> None:
    a, w = np.random.default_rng(2).normal(size=(2, 6, 7)).astype(np.float32)
    snp = Snp(a, w)
    numbers = clusters(snp, [0.3])[0]
    noise = statistics(clusters(snp, [0.3]), above(snp, [0.3])).noise[0]
    inside, outside, fields = [], [], np.zeros(7)
    for node, matrix in enumerate(snp.matrices()):
        for i, j in itertools.product(range(7), repeat=2):
            if numbers[node, i] >= 0 and numbers[node, i] == numbers[node, j]:
                inside.append(matrix[i, j])
                fields[j] += matrix[i, j]
            else:
                outside.append(abs(matrix[i, j]))
    found = layer_measures(snp, numbers, noise)
    assert found["contrast"] == pytest.approx(np.mean(inside) / np.mean(outside), rel=1e-4)
    assert found["field_evenness"] == pytest.approx(fields.std() / fields.mean(), rel=1e-4)
    held = (numbers >= 0).sum(0)
    share = (numbers >= 0).mean(1)
    assert found["appearance_evenness"] == pytest.approx(held.std() / np.sqrt((share * (1 - share)).sum()))


def test_growth_of_the_ratio_is_that_of_a_threshold_near_one() -> None:
    a, w = np.random.default_rng(4).normal(size=(2, 60, 7)).astype(np.float32)
    a[:, 0] += 2
    w[:, 0] += 2  # the largest element is on the diagonal more often than not
    snp = Snp(a, w)
    here, near_one = sweep(snp, [0.3, 1 - 1e-6], "first_fit")
    numbers = clusters(snp, [0.3])
    noise = statistics(numbers, above(snp, [0.3])).noise[0]
    found = layer_measures(snp, numbers[0], noise)["snr_growth"]
    assert found == pytest.approx(near_one.snr / here.snr, rel=1e-6)
    assert found > 2


def test_a_layer_without_a_positive_element_has_no_measures() -> None:
    snp = Snp(*np.zeros((2, 6, 7), np.float32))
    found = layer_measures(snp, np.full((6, 7), -1, np.int16), np.zeros(6, np.int32))
    assert np.isnan(found["contrast"])
    assert np.isnan(found["snr_growth"])


def test_sweep_measures() -> None:
    rows = [
        ("block1", 0.1, 0.5), ("block1", 0.2, 0.9), ("block1", 0.3, 0.1),
        ("block2", 0.1, 0.8), ("block2", 0.2, np.inf), ("block2", 0.3, 0.7),
    ]  # fmt: skip
    swept = pd.DataFrame(rows, columns=["tap", "threshold", "snr_min"])
    swept["block"] = swept["tap"].str.removeprefix("block").astype(int)
    own = sweep_measures(swept)
    assert own == {"best_threshold": 0.1, "best_threshold_range": pytest.approx(0.1)}
    other = sweep_measures(swept.assign(snr_min=[0.1, 0.2, 0.3] * 2))
    assert beside(own, other)["best_threshold"] == (0.1, 0.3)
    dead = sweep_measures(swept.assign(snr_min=[0.1, 0.2, 0.3, *[np.nan] * 3]))
    assert np.isnan([dead["best_threshold"], dead["best_threshold_range"]]).all()


def test_head_measures() -> None:
    counts = np.array([[4, 6, 0, 9], [2, 1, 5, 8]])
    owner = owners(counts, 2)  # 0, 0, 1, none
    null = np.stack([counts, np.array([[1, 1, 1, 9], [1, 1, 1, 3]])])  # the second: one label, then it, too
    found = head_measures(counts, null, owner, np.array([0, 0, 1, 1]))
    # Three labels up to a ratio of 2, then two.
    assert found["ratio_plateau"] == (pytest.approx(2 / 3), pytest.approx((2 / 3 + 1) / 2))
    # Head 0 owns super-class 0 whole; expected: 2 * C(2,2)/C(4,2) for two labels, nothing for one.
    assert found["whole_superclasses"] == (1, pytest.approx(2 / 6))
    assert np.isnan(head_measures(counts, null, owner, np.array([0, 0, 0, 1]))["whole_superclasses"][0])


def test_ratio_plateau_of_many_draws() -> None:
    counts = np.random.default_rng(3).integers(0, 9, (5, 3, 20))
    found = ratio_plateau(counts)
    for draw, plateau in zip(counts, found, strict=True):
        owned = [(owners(draw, ratio) >= 0).sum() for ratio in np.linspace(1.5, 2.5, 21)]
        assert plateau == pytest.approx(min(owned) / max(owned))
    assert np.isnan(ratio_plateau(np.ones((2, 4), int)))


def test_owned_accuracy() -> None:
    values = np.array([1.0, 0.5, 0.9, 0.6])
    owned = [np.array([True, False, True, False]), np.array([False, True, False, False])]
    found = owned_accuracy(values, owned, np.random.default_rng(0))
    difference, draws = found["last"]
    assert difference == pytest.approx(0.4)
    assert (draws >= 0.4 - 1e-9).mean() == pytest.approx(1 / 6, abs=0.02)  # one of the six pairs
    assert np.isnan(found["both"][0])
    assert np.isnan(found["both"][1]).all()


def test_field_similarity_looks_at_owners_only() -> None:
    table = pd.DataFrame(
        {
            "network": ["backbone"] * 5 + ["andc"],
            "head": [1, 2, 2, 0, 1, 1],
            "owner": [1, 1, 2, 0, 1, 1],
            "similarity": [-0.9, 0.9, 0.1, 0.9, 0.6, 0.9],
            "similarity_other": [0.1, 0.9, np.nan, 0.9, 0.7, 0.9],
        }
    )
    assert field_similarity(table) == {"field_similarity": (pytest.approx(2 / 3), pytest.approx(1 / 2))}
