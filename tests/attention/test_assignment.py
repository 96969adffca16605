"""Labels dealt to attention heads, and those that came out as dealt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.attention.assignment import KINDS, as_assigned, assigned_labels
from nodal.attention.ownership import owners


@given(st.integers(3, 6), st.integers(1, 5), st.integers(1, 4), st.integers(0, 99))
def test_they_are_dealt_evenly(heads: int, groups: int, size: int, seed: int) -> None:
    superclass = np.repeat(np.arange(groups * heads), size)
    labels = len(superclass)
    for kind in KINDS:
        dealt = assigned_labels(kind, labels, superclass.tolist(), heads, seed)
        assert dealt.shape == (heads, labels)
        twice = 1 + (kind == "overlapping")
        assert (dealt.sum(0) == twice).all()
        assert (dealt.sum(1) == twice * groups * size).all()
        if kind == "superclasses":
            assert all(len(np.unique(dealt[:, superclass == each], axis=1).T) == 1 for each in superclass)
        again = assigned_labels(kind, labels, superclass.tolist(), heads, seed)
        assert (dealt == again).all()


def test_other_seeds_deal_otherwise() -> None:
    dealt = [assigned_labels("random", 20, (), 4, seed) for seed in (0, 1)]
    assert (dealt[0] != dealt[1]).any()
    assert (dealt[0] != (np.arange(20) // 5 == np.arange(4)[:, None])).any()


@pytest.mark.parametrize(
    ("kind", "heads", "said"),
    [
        ("randomly", 4, "'randomly' where one of random, superclasses, overlapping is needed"),
        ("superclasses", 4, "superclasses of a data set that has none"),
        ("overlapping", 2, "more than two heads, and here there are 2"),
    ],
)
def test_what_cannot_be_dealt(kind: str, heads: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        assigned_labels(kind, 10, (), heads, 0)


@given(st.integers(0, 99), st.integers(2, 4))
def test_as_assigned(seed: int, heads: int) -> None:
    rng = np.random.default_rng(seed)
    counts, assigned = rng.integers(0, 4, (3, heads, 8)), rng.random((heads, 8)) < 0.5
    expected = [
        sum(bool(owner[label] >= 0 and assigned[owner[label], label]) for label in range(8))
        for owner in owners(counts, 2)
    ]
    assert as_assigned(counts, assigned, 2).tolist() == expected
    assert as_assigned(counts[0], assigned, 2) == expected[0]
    everyone = np.ones_like(assigned)
    assert as_assigned(counts[0], everyone, 2) == (owners(counts[0], 2) >= 0).sum()
