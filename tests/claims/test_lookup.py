"""The numbers that claims ask for, looked up in made-up tables."""

import pandas as pd
import pytest

from nodal.claims.lookup import describe, measured
from tests.claims.made_up import TABLES


@pytest.mark.parametrize(
    ("how", "mean", "more"),
    [
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "last"}}, 4.0, {"sd": 0.1, "seeds": 3}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.3, "block": "before_last"}}, 3.0, {}),
        ({"cell": "blocks.snr", "at": {"threshold": 0.30000000001, "block": 1}}, 1.0, {}),
        ({"cell": "plain.expected", "at": {"labels": 25}}, 1.7, {"seeds": 1}),
        ({"cell": "plain.expected", "at": {"labels": "25"}}, 1.7, {"seeds": 1}),
        ({"cell": "joint.excess", "at": {"block": "last"}}, 0.4, {"low": 0.3, "high": 0.5, "seeds": 3}),
        ({"most": "joint.excess", "at": {"block": "earlier"}}, 0.01, {"low": -0.03, "high": 0.04}),
        (
            {"difference": ["masks.good", "masks.good"], "at": [{"mask": "andc"}, {"mask": "random"}]},
            0.1,
            {"sd": 0},
        ),
        ({"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 4}}, 2.0, {"sd": 0.05}),
        (
            {"ratio": ["blocks.snr", "plain.labels"],
             "at": [{"threshold": 0.3, "block": 4}, {"expected": 0.95}]},
            0.2,
            {"seeds": 3},
        ),
        ({"mean": "masks.good"}, 0.85, {"sd": 0.01}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.3}}, 1.0, {"low": 1, "seeds": 3}),
        ({"trend": "blocks.snr", "along": "block", "at": {"threshold": 0.5}}, 0.8, {"sd": 0}),
    ],
)  # fmt: skip
def test_measures(how: dict, mean: float, more: dict) -> None:
    found = measured(how, TABLES)
    assert found is not None
    assert found.mean == pytest.approx(mean)
    for key, value in more.items():
        assert getattr(found, key) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "how",
    [
        {"cell": "blocks.snr", "at": {"threshold": 0.9, "block": "last"}},
        {"cell": "blocks.snr", "at": {"threshold": 0.3}},  # several rows
        {"cell": "blocks.noise", "at": {"threshold": 0.3, "block": 1}},
        {"cell": "blocks.absent", "at": {"threshold": 0.3, "block": 1}},
        {"cell": "plain.expected"},
        {"ratio": ["blocks.snr", "blocks.noise"], "at": {"threshold": 0.3, "block": 3}},  # over zero
        {"trend": "masks.good", "along": "mask"},  # two points are no trend
        {"cell": "nothing.snr"},
    ],
)
def test_what_the_tables_do_not_have_is_none(how: dict) -> None:
    assert measured(how, TABLES) is None


def test_a_control_is_described() -> None:
    assert describe({"cell": "table3_pruning.retrained", "at": {"mask": "random"}}) == "retrained, random"
    assert describe({"cell": "table1.size_shuffled", "at": {"block": 1}}) == "size shuffled"


def test_a_word_of_the_column_stands_for_itself() -> None:
    table = pd.DataFrame({"heads": ["2", "16", "later", "earlier"], "right": [0.1, 0.2, 0.3, 0.4]})
    for heads, right in (("2", 0.1), ("later", 0.3), ("earlier", 0.4)):
        found = measured({"cell": "heads.right", "at": {"heads": heads}}, {"heads": table.assign(seed=0)})
        assert found is not None
        assert found.mean == right
