"""Labels that heads own in rotated bases, against counts node by node."""

import numpy as np
import pytest

from nodal.attention.rotations import rotated_ownership
from nodal.snp.clusters import RULES, clusters
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from tests.snp.test_arrays import refused

HEADS, EACH, LABELS = 4, 16, 20


def specialised(leak: float) -> Snp:
    """Head h fires for the h-th quarter of the labels, all its nodes in another mixture of them."""
    rng = np.random.default_rng(0)
    own = np.kron(np.eye(HEADS), np.ones((EACH, LABELS // HEADS)))
    mean = rng.standard_normal(own.shape) * (own + leak)
    return Snp(mean.astype(np.float32), mean.astype(np.float32))


def literal(snp: Snp, rule: str, ratio: float) -> int:
    """Labels with a head that holds them, and `ratio` times as often as each other head."""
    numbers = clusters(snp, [0.3], rule)[0]
    owned = 0
    for label in range(LABELS):
        held = [sum(numbers[h * EACH + k, label] >= 0 for k in range(EACH)) for h in range(HEADS)]
        most = held.index(max(held))
        others = [count for head, count in enumerate(held) if head != most]
        owned += all(held[most] > count and held[most] >= ratio * count for count in others)
    return owned


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("ratio", [1.5, 2])
def test_owned_labels_are_counted_basis_by_basis(rule: str, ratio: float) -> None:
    snp = specialised(leak=0.6)
    found = rotated_ownership(snp, 0.3, rule, HEADS, ratio, number=3, seed=1, tap=2)
    assert found.native == literal(snp, rule, ratio)
    assert found.within.tolist() == [literal(each, rule, ratio) for each in rotations(snp, 3, 1, 2, HEADS)]
    assert found.across.tolist() == [literal(each, rule, ratio) for each in rotations(snp, 3, 1, 2)]


def test_heads_keep_their_labels_within_and_lose_them_across() -> None:
    found = rotated_ownership(specialised(leak=0), 0.3, "first_fit", HEADS, 2, number=5, seed=0, tap=0)
    assert found.native == LABELS
    assert found.within.tolist() == [LABELS] * 5
    assert (found.across < LABELS / 2).all()


def test_wrong_arguments_are_named() -> None:
    def call(heads: int = HEADS, ratio: float = 2, number: int = 1) -> object:
        return rotated_ownership(specialised(0), 0.3, "first_fit", heads, ratio, number, 0, 0)

    refused(lambda: call(heads=5), ValueError, "groups: 5 do not divide the 64 nodes")
    refused(lambda: call(ratio=0.5), ValueError, "ratio: 0.5 where at least 1 is needed")
    refused(lambda: call(number=0), ValueError, "number: 0 where an integer of at least 1 is needed")
