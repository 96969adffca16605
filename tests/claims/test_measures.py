"""Numbers behind claims, against literal loops."""

import itertools

import numpy as np
import pandas as pd
import pytest

from nodal.attention.ownership import owners
from nodal.claims.measures import (
    field_similarity,
    head_measures,
    layer_measures,
    owned_accuracy,
    ratio_plateau,
    sweep_measures,
)
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp


def test_layer_measures_against_loops() -> None:
    a, w = np.random.default_rng(2).normal(size=(2, 6, 7)).astype(np.float32)
    snp = Snp(a, w)
    numbers = clusters(snp, [0.3])[0]
    inside, outside, fields = [], [], np.zeros(7)
    for node, matrix in enumerate(snp.matrices()):
        for i, j in itertools.product(range(7), repeat=2):
            if numbers[node, i] >= 0 and numbers[node, i] == numbers[node, j]:
                inside.append(matrix[i, j])
                fields[j] += matrix[i, j]
            else:
                outside.append(abs(matrix[i, j]))
    found = layer_measures(snp, numbers)
    assert found["contrast"][0] == pytest.approx(np.mean(inside) / np.mean(outside), rel=1e-4)
    assert found["field_evenness"][0] == pytest.approx(fields.std() / fields.mean(), rel=1e-4)
    held = (numbers >= 0).sum(0)
    share = (numbers >= 0).mean(1)
    assert found["appearance_evenness"][0] == pytest.approx(held.std() / np.sqrt((share * (1 - share)).sum()))


def test_sweep_measures() -> None:
    rows = [
        ("block1", 0.1, 1.0, 0.5), ("block1", 0.2, 2.0, 0.9), ("block1", 0.3, 3.0, 0.1),
        ("block2", 0.1, 2.0, 0.8), ("block2", 0.2, 9.0, np.inf), ("block2", 0.3, np.inf, 0.7),
    ]  # fmt: skip
    own = pd.DataFrame(rows, columns=["tap", "threshold", "snr", "snr_min"]).assign(variant="")
    own["block"] = own["tap"].str.removeprefix("block").astype(int)
    shuffled = own.assign(variant="shuffled", snr_min=[0.1, 0.2, 0.3] * 2)
    assert sweep_measures(pd.concat([own, shuffled]), 0.1) == {
        "snr_growth": (4.5, 4.5),
        "best_threshold": (0.1, 0.3),
        "best_threshold_range": (pytest.approx(0.1), 0.0),
    }


def test_head_measures() -> None:
    counts = np.array([[4, 6, 0, 9], [2, 1, 5, 8]])
    owner = owners(counts, 2)  # 0, 0, 1, none
    null = np.stack([counts, np.array([[1, 1, 1, 9], [1, 1, 1, 3]])])  # the second: one label, then it, too
    found = head_measures(counts, null, owner, np.array([0, 0, 1, 1]))
    # Three labels up to a ratio of 2, then two.
    assert found["ratio_plateau"] == (pytest.approx(2 / 3), pytest.approx((2 / 3 + 1) / 2))
    # Head 0 owns super-class 0 whole; expected: 2 * C(2,2)/C(4,2) for two labels, nothing for one.
    assert found["whole_superclasses"][0] == pytest.approx(1 / (2 / 6))
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
    # Of the six pairs one differs as much, either way round: more often than in 5 % of the draws.
    assert found["owned_accuracy_last"] == (pytest.approx(0.4), pytest.approx(0.4))
    assert np.isnan(found["owned_accuracy_both"]).all()


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
