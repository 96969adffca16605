"""Arguments of other types: the right numbers, or one line that names the argument and what it needs."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch

from nodal.snp.arrays import as_flags, as_integers, as_numbers, count
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.label_shares import chance_appearances, cluster_fields, label_appearances
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import summarise, sweep

RNG = np.random.default_rng(0)
MEAN, WEIGHT = RNG.integers(-9, 9, (2, 16, 16)).astype(np.float32)
SNP = Snp(MEAN, WEIGHT)
NUMBERS = clusters(SNP, [0.3, 0.4])
ABOVE = above(SNP, [0.3, 0.4])


def refused(call: Callable[[], object], error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "other",
    [
        torch.from_numpy,
        lambda a: torch.from_numpy(a).half(),
        lambda a: a.astype(np.float64),
        lambda a: a.astype(np.int64),
        lambda a: a.astype(np.float16),
        lambda a: a.tolist(),
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: torch.from_numpy(np.ascontiguousarray(a.T)).T,
        pd.DataFrame,
    ],
    ids=["tensor", "half", "double", "int", "float16", "list", "Fortran", "strided", "transposed", "frame"],
)
def test_factors_of_any_type_give_the_same_numbers(other: Callable[[np.ndarray], object]) -> None:
    snp = Snp(other(MEAN), other(WEIGHT))
    assert isinstance(snp.pooled_mean, np.ndarray)
    assert snp.pooled_mean.dtype == snp.weight.dtype == snp.maximum.dtype == np.float32
    np.testing.assert_array_equal(snp.maximum, SNP.maximum)
    np.testing.assert_array_equal(snp.matrices(), SNP.matrices())
    np.testing.assert_array_equal(clusters(snp, torch.tensor([0.3, 0.4])), NUMBERS)
    np.testing.assert_array_equal(above(snp, (0.3, 0.4)), ABOVE)


def test_what_is_as_needed_is_not_copied() -> None:
    assert SNP.pooled_mean is MEAN
    assert SNP.weight is WEIGHT
    tensor = torch.from_numpy(MEAN)
    assert np.shares_memory(Snp(tensor, tensor).weight, MEAN)


@pytest.mark.parametrize(
    ("mean", "error", "said"),
    [
        (np.ones(16), ValueError, "pooled_mean: has shape [16] where [nodes, labels] is needed"),
        (np.ones((0, 16)), ValueError, "pooled_mean: has shape [0, 16]"),
        (np.ones((16, 0)), ValueError, "pooled_mean: has shape [16, 0]"),
        (np.ones((16, 16, 1, 1)), ValueError, "pooled_mean: has shape [16, 16, 1, 1]"),
        (MEAN[:, :3], ValueError, "pooled_mean [16, 3], weight [16, 16]: these must have the same shape"),
        (np.where(MEAN > 7, np.nan, MEAN), ValueError, "values are not finite"),
        (np.full((16, 16), 1e38), ValueError, "pooled_mean, weight: products of node 0 are beyond float32"),
        (MEAN * np.float64(1e300), ValueError, "values are not finite in float32"),
        (np.full((16, 16), -np.inf), ValueError, "256 of 256 values are not finite"),
        (
            MEAN.astype(complex),
            TypeError,
            "pooled_mean: holds complex128 where numbers [nodes, labels] are needed",
        ),
        (MEAN.astype(str), TypeError, "pooled_mean: holds <U"),
        (MEAN > 0, TypeError, "pooled_mean: holds bool"),
        ([[1, 2], [3]], TypeError, "pooled_mean: cannot be read as an array of numbers"),
        (None, TypeError, "pooled_mean: holds object"),
        (torch.ones(16, 16, requires_grad=True), TypeError, "pooled_mean: cannot be read as an array"),
        (torch.ones(16, 16, dtype=torch.bfloat16), TypeError, "pooled_mean: cannot be read as an array"),
    ],
)
def test_factors_that_are_none(mean: object, error: type[Exception], said: str) -> None:
    refused(lambda: Snp(mean, WEIGHT), error, said)


@pytest.mark.parametrize(
    ("thresholds", "error", "said"),
    [
        ([0.3, 1.0], ValueError, "thresholds: [0.3, 1.0] where numbers in (0, 1) are needed"),
        ([0.0], ValueError, "where numbers in (0, 1) are needed"),
        ([-0.3], ValueError, "where numbers in (0, 1) are needed"),
        ([float("nan")], ValueError, "thresholds: 1 of 1 values are not finite"),
        ([], ValueError, "thresholds: has shape [0]"),
        (0.3, ValueError, "thresholds: has shape [] where [thresholds] is needed"),
        (["0.3"], TypeError, "thresholds: holds <U3"),
        (None, TypeError, "thresholds: holds object"),
    ],
)
@pytest.mark.parametrize("function", [clusters, above, lambda snp, cuts: sweep(snp, cuts, "first_fit")])
def test_thresholds_out_of_range(function, thresholds: object, error: type[Exception], said: str) -> None:
    refused(lambda: function(SNP, thresholds), error, said)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (
            lambda: clusters(SNP, [0.3], "first"),
            ValueError,
            "rule: 'first' where one of first_fit, diagonal, max_clique, min_cover is needed",
        ),
        (lambda: statistics(NUMBERS[0], ABOVE), ValueError, "numbers: has shape [16, 16]"),
        (
            lambda: statistics(NUMBERS[:1], ABOVE),
            ValueError,
            "numbers [1, 16, 16] and above [2, 16] do not fit",
        ),
        (lambda: statistics(NUMBERS >= 0, ABOVE), TypeError, "numbers: holds bool where integers"),
        (
            lambda: summarise(NUMBERS[0], ABOVE[0, :3]),
            ValueError,
            "numbers [16, 16] and noise [3] do not fit",
        ),
        (lambda: summarise(NUMBERS[0].astype(float), ABOVE[0]), TypeError, "numbers: holds float64"),
        (lambda: label_appearances(NUMBERS), ValueError, "numbers: has shape [2, 16, 16]"),
        (lambda: label_appearances(NUMBERS[0] >= 0), TypeError, "numbers: holds bool where integers"),
        (lambda: chance_appearances(NUMBERS[0, 0]), ValueError, "numbers: has shape [16]"),
        (lambda: cluster_fields(SNP, NUMBERS[0, :3]), ValueError, "numbers [3, 16], weight [16, 16]"),
    ],
)
def test_wrong_arguments_are_named(call: Callable[[], object], error: type[Exception], said: str) -> None:
    refused(call, error, said)


def test_counts_from_tensors() -> None:
    numbers, over = torch.from_numpy(NUMBERS), torch.from_numpy(ABOVE)
    for name, values in vars(statistics(numbers, over)).items():
        np.testing.assert_array_equal(values, getattr(statistics(NUMBERS, ABOVE), name))
    noise = statistics(NUMBERS, ABOVE).noise[0]
    assert summarise(numbers[0], torch.from_numpy(noise)) == summarise(NUMBERS[0], noise)
    np.testing.assert_array_equal(label_appearances(numbers[0]), label_appearances(NUMBERS[0]))
    np.testing.assert_array_equal(cluster_fields(SNP, numbers[0]), cluster_fields(SNP, NUMBERS[0]))


def test_shapes_with_more_before() -> None:
    assert as_numbers("x", np.ones((2, 3, 4)), "[..., labels]").shape == (2, 3, 4)
    assert as_integers("x", [1], "[..., labels]").shape == (1,)
    refused(lambda: as_flags("x", True, "[..., labels]"), ValueError, "x: has shape []")
    refused(lambda: as_integers("x", [1], "[..., heads, labels]"), ValueError, "x: has shape [1]")


@pytest.mark.parametrize("value", [0, -1, 1.0, True, None, "3"])
def test_a_number_of_things(value: object) -> None:
    assert count("x", np.int64(3)) == 3
    refused(lambda: count("x", value), ValueError, f"x: {value!r} where an integer of at least 1 is needed")
