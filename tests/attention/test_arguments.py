"""Arguments of other types: the right numbers, or one line that names the argument and what it needs."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from nodal.attention.chance import appearance_band, null_appearances, subset_differences
from nodal.attention.ownership import head_appearances, is_owned, owned_labels, owners
from nodal.attention.superclasses import expected_occupation, filled_columns, occupation, simulated_occupation
from tests.snp.test_arrays import refused

SETS = np.random.default_rng(0).random((12, 6)) < 0.5
COUNTS = head_appearances(SETS, 3)
SUPERCLASS = np.array([0, 0, 1, 1, 2, 2])


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_tensors_and_lists_give_the_same_numbers() -> None:
    for sets in (torch.from_numpy(SETS), SETS.tolist(), np.asfortranarray(SETS)):
        np.testing.assert_array_equal(head_appearances(sets, 3), COUNTS)
        np.testing.assert_array_equal(
            null_appearances(sets, 3, 5, rng()), null_appearances(SETS, 3, 5, rng())
        )
    for counts in (torch.from_numpy(COUNTS), COUNTS.tolist(), COUNTS.astype(np.int16)):
        np.testing.assert_array_equal(owners(counts, 1.5), owners(COUNTS, 1.5))
        np.testing.assert_array_equal(owned_labels(counts, [1, 2]), owned_labels(COUNTS, [1, 2]))
        np.testing.assert_array_equal(appearance_band(counts, 12).high, appearance_band(COUNTS, 12).high)
    for superclass in (torch.from_numpy(SUPERCLASS), SUPERCLASS.tolist()):
        np.testing.assert_array_equal(occupation(SETS, superclass), occupation(SETS, SUPERCLASS))
        assert filled_columns(superclass) == ["filled1", "filled2"]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: head_appearances(SETS, 5), ValueError, "heads: 5 do not divide the 12 nodes"),
        (lambda: head_appearances(SETS, 0), ValueError, "heads: 0 where an integer of at least 1 is needed"),
        (
            lambda: head_appearances(SETS.astype(int), 3),
            TypeError,
            "sets: holds int64 where truth values (bool)",
        ),
        (lambda: head_appearances(SETS[0], 3), ValueError, "sets: has shape [6] where [nodes, labels]"),
        (lambda: null_appearances(SETS, 5, 3, rng()), ValueError, "heads: 5 do not divide the 12 nodes"),
        (lambda: null_appearances(SETS, 3, 0, rng()), ValueError, "draws: 0 where an integer of at least 1"),
        (lambda: null_appearances(SETS - 0.5, 3, 3, rng()), TypeError, "sets: holds float64"),
        (lambda: owners(COUNTS, 0.5), ValueError, "ratio: 0.5 where at least 1 is needed"),
        (lambda: is_owned(COUNTS, float("nan")), ValueError, "ratio: nan where at least 1 is needed"),
        (lambda: owners(COUNTS / 2, 2), TypeError, "counts: holds float64 where integers"),
        (lambda: owners(COUNTS[0], 2), ValueError, "counts: has shape [6] where [..., heads, labels]"),
        (lambda: owned_labels(COUNTS, []), ValueError, "ratios: none where at least one is needed"),
        (lambda: owned_labels(COUNTS, [2, 0.9]), ValueError, "ratio: 0.9 where at least 1 is needed"),
        (lambda: appearance_band(COUNTS, 13), ValueError, "heads: 3 do not divide the 13 nodes"),
        (lambda: appearance_band(COUNTS, 3), ValueError, "nodes: 3, but in counts"),
        (lambda: subset_differences(np.ones(5), SETS[0], 9, rng()), ValueError, "values [5], chosen [6]"),
        (lambda: subset_differences(np.ones(6), SETS[0], 0, rng()), ValueError, "draws: 0 where"),
        (
            lambda: subset_differences(np.full(6, np.nan), SETS[0], 9, rng()),
            ValueError,
            "values: 6 of 6 values are not",
        ),
        (lambda: subset_differences(np.ones(6), SUPERCLASS, 9, rng()), TypeError, "chosen: holds int64"),
        (lambda: occupation(SETS[:, :5], SUPERCLASS), ValueError, "owned [12, 5] and superclass [6]"),
        (lambda: occupation(SETS, SUPERCLASS - 1), ValueError, "superclass: -1 where numbers from 0"),
        (lambda: occupation(SETS * 1, SUPERCLASS), TypeError, "owned: holds int64"),
        (lambda: expected_occupation(7, 3, 2), ValueError, "owned: 7 where a number from 0 to 6"),
        (lambda: expected_occupation(1, 0, 2), ValueError, "superclasses: 0 where"),
        (
            lambda: simulated_occupation(7, SUPERCLASS, 9, rng()),
            ValueError,
            "owned: 7 where a number from 0 to 6",
        ),
        (lambda: simulated_occupation(2, SUPERCLASS, 0, rng()), ValueError, "draws: 0 where"),
    ],
)
def test_wrong_arguments_are_named(call: Callable[[], object], error: type[Exception], said: str) -> None:
    refused(call, error, said)
