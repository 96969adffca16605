"""The tables of the studies that train networks, on made-up measurements."""

import numpy as np
import pandas as pd
import pytest

from nodal.attention.assignment import as_assigned, assigned_labels
from nodal.attention.ownership import head_appearances
from nodal.attention.single_head import single_heads
from nodal.snp.averages import averages
from nodal.tables.assigned_heads import Assigned, assigned_heads
from nodal.tables.measured import Counting
from nodal.tables.number_of_heads import Headed, number_of_heads
from nodal.tables.optimizers import Trained, optimizer_rates, optimizers
from tests.tables.measured import measured

AT = Counting(0.3, "first_fit", draws=100)


def tried(best: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"factor": factor, "rate": factor / 100, "accuracy": 0.5 + number / 10, "accuracy_heldout": 0.4,
         "chosen": number == best}
        for number, factor in enumerate((0.3, 1, 3))
    )  # fmt: skip


def test_optimisers_side_by_side() -> None:
    blocks, heads = measured(["block1", "block2"]), measured(["attention2"], seed=7, right=4)
    networks = [
        Trained(name, seed, tried(best), blocks, heads)
        for seed in (0, 1)
        for name, best in (("adamw", 1), ("sgd", 2))
    ]
    taps, attention = {1: "block1", 2: "block2"}, {2: ("attention2", 4)}
    long = optimizers(networks, taps, attention, {"blocks": AT, "heads": AT})
    assert long["block"].tolist()[:2] == [2, 1]
    table = long.set_index(["optimizer", "block", "seed"])
    assert table.loc[("sgd", 2, 1), ["network_accuracy", "rate"]].tolist() == [0.7, 0.03]
    assert table.loc[("adamw", 1, 0), ["network_accuracy", "rate"]].tolist() == [0.6, 0.01]
    assert table.loc[("sgd", 1, 0), "snr"] == pytest.approx(blocks.averages("block1", AT)["snr"])
    assert table.loc[("sgd", 2, 0), ["accuracy", "attention_accuracy"]].tolist() == [0.6, 0.4]
    assert np.isnan(table.loc[("sgd", 1, 0), "owned"])  # no attention tap there
    expected = heads.owned("attention2", 4, AT, np.random.default_rng([0, 2]))
    assert table.loc[("sgd", 2, 0), ["owned", "owned_null"]].tolist() == [
        expected["owned"], expected["owned_null"]
    ]  # fmt: skip
    rates = optimizer_rates(networks).set_index(["optimizer", "factor", "seed"])
    assert rates.loc[("sgd", [0.3, 1, 3], 1), "chosen"].tolist() == [0, 0, 1]
    assert len(rates) == 12


def test_numbers_of_heads() -> None:
    answers = pd.DataFrame({"split": ["test", "heldout"], "label": 0, "images": 10, "correct": [7, 5]})
    found = measured(["attention2"])
    networks = [
        Headed(heads, seed, last, answers, found)
        for seed in (0, 1)
        for heads, last in (("1", 1), ("4", 4), ("later", 8))
    ]
    table = number_of_heads(networks, "attention2", AT).set_index(["labels", "heads", "seed"])
    row = table.loc[(4, "4", 1)]
    assert row[["accuracy", "accuracy_heldout", "attention_accuracy"]].tolist() == [0.7, 0.5, 0.6]
    for network, suffix in (("trained", ""), ("untrained", "_untrained")):
        (expected,) = averages(single_heads(found.snp[f"{network}/attention2"], 4), [0.3], "first_fit")
        for name in ("clusters", "size", "diagonal", "noise", "snr"):
            assert row[f"head_{name}{suffix}"] == pytest.approx(expected[name], nan_ok=True)
    assert row["owned"] == found.owned("attention2", 4, AT, np.random.default_rng([1, 4]))["owned"]
    # A head of all nodes, and heads of one node each, are the same whichever nodes these are.
    for heads in ("1", "later"):
        own, random = (table.loc[(4, heads, 0), f"head_clusters{suffix}"] for suffix in ("", "_random"))
        assert own == pytest.approx(random)
    assert table.loc[(4, "4", 0), "head_diagonal"] != table.loc[(4, "4", 0), "head_diagonal_random"]
    assert np.isnan(table.loc[(4, "1", 0), "owned"])


def test_labels_as_assigned() -> None:
    answers = pd.DataFrame({"split": ["test", "heldout"], "label": 0, "images": 10, "correct": [7, 5]})
    sets = {kind: assigned_labels(kind, 4, (0, 0, 1, 1), 4, 0) for kind in ("random", "superclasses")}
    plain, trained = measured(["attention2"], seed=5), measured(["attention2"], seed=6)
    networks = [
        Assigned(0, sets, 1, answers, plain),
        Assigned(0, {"random": sets["random"]}, 10, answers, trained),
    ]
    table = assigned_heads(networks, "attention2", AT).set_index(["sets", "factor"])
    assert sorted(table.index) == [("random", 1), ("random", 10), ("superclasses", 1)]
    for (kind, factor), row in table.iterrows():
        found = plain if factor == 1 else trained
        for network, suffix in (("trained", ""), ("untrained", "_untrained")):
            counts = head_appearances(found.sets("attention2", AT, network), 4)
            assert row[f"as_assigned{suffix}"] == as_assigned(counts, sets[kind], 2)
        assert row["as_assigned"] <= row["owned"]
        assert row["as_assigned_null"] <= row["owned_null"] + 0.5
        assert row[["accuracy", "attention_accuracy"]].tolist() == [0.7, 0.6]
