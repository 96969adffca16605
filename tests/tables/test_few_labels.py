"""Tables of the study of ten labels on made-up networks, against counts by hand."""

import numpy as np
import pandas as pd
import pytest

from nodal.attention.chance import null_appearances
from nodal.tables.few_labels import Ten, few_labels
from nodal.tables.measured import Counting, Measured
from tests.tables.measured import LABELS, measured

COUNTING = Counting(0.3, "first_fit", ratio=2, draws=200)
TAPS = {1: ("attention1", 4), 2: ("attention2", 4)}


def network(seed: int, part: int) -> Ten:
    """Head h answers right 5 + h of ten times, of each label."""
    found = measured(["attention1", "attention2"], seed=seed + 1000 * part)
    heads = [
        {"network": "trained", "tap": tap, "split": "test", "head": head, "label": label, "images": 10,
         "correct": 5 + head}
        for tap, number in TAPS.values() for head in range(1, number + 1) for label in range(LABELS)
    ]  # fmt: skip
    return Ten(seed, part, Measured(found.snp, pd.concat([found.counts, pd.DataFrame(heads)])))


def owned(sets: np.ndarray, heads: int) -> int:
    """Labels that one head holds at least twice as often as every other."""
    counts = sets.reshape(heads, -1, sets.shape[1]).sum(1)
    found = 0
    for column in counts.T:
        most, *others = sorted(column, reverse=True)
        found += most > 0 and most > max(others) and most >= 2 * max(others)
    return found


def test_what_heads_own_of_ten_labels() -> None:
    networks = [network(seed, part) for seed in (0, 1) for part in (0, 1, 2)]
    long, joint = few_labels(networks, TAPS, COUNTING)
    assert long["block"].tolist() == [2, 2, 1, 1]
    table = long.set_index(["block", "seed"])
    for block, (tap, heads) in TAPS.items():
        own, nulls = [], []
        for each in networks:
            sets = each.measured.sets(tap, COUNTING)
            rng = np.random.default_rng([each.seed, each.part, block])
            own.append(owned(sets, heads))
            draws = null_appearances(sets, heads, 200, rng)
            nulls.append(np.mean([owned_of(counts) for counts in draws]))
        for seed, place in ((0, slice(0, 3)), (1, slice(3, 6))):
            row = table.loc[(block, seed)]
            assert row["owned"] == pytest.approx(np.mean(own[place]))
            assert row["owned_null"] == pytest.approx(np.mean(nulls[place]))
            assert row["excess"] == pytest.approx((np.mean(own[place]) - np.mean(nulls[place])) / LABELS)
            assert row["accuracy"] == pytest.approx(0.6)
        (all_,) = joint[joint["block"] == block].to_dict("records")
        assert (all_["seeds"], all_["networks"]) == (2, 6)
        assert all_["excess"] == pytest.approx((np.mean(own) - np.mean(nulls)) / LABELS)
        assert all_["excess_low"] <= all_["excess"] <= all_["excess_high"]
        assert 0 < all_["p_value"] <= 1


def owned_of(counts: np.ndarray) -> int:
    return owned(counts, len(counts))


def test_own_heads_beside_others() -> None:
    long, _ = few_labels([network(0, 0)], TAPS, COUNTING)
    for block, (tap, _) in TAPS.items():
        counts = network(0, 0).measured.sets(tap, COUNTING).reshape(4, -1, LABELS).sum(1)
        heads = {
            int(column.argmax())
            for column in counts.T
            if sorted(column)[-1] > sorted(column)[-2] and sorted(column)[-1] >= 2 * sorted(column)[-2]
        }
        assert heads
        right = [0.6, 0.7, 0.8, 0.9]
        gaps = [right[head] - np.mean(right[:head] + right[head + 1 :]) for head in heads]
        assert long.set_index("block").loc[block, "gap"] == pytest.approx(np.mean(gaps))
