"""What probes say of a network and of the same before its training, from its factors."""

import numpy as np
import pytest

from nodal.snp.averages import averages
from nodal.snp.clusters import clusters
from nodal.tables.measured import Counting
from tests.tables.measured import measured

AT = Counting(0.3, "first_fit", ratio=2, draws=200)


def test_both_networks_stand_side_by_side() -> None:
    found = measured(["block1", "block2"])
    row = found.averages("block2", AT)
    for network, suffix in (("trained", ""), ("untrained", "_untrained")):
        (expected,) = averages(found.snp[f"{network}/block2"], [0.3], "first_fit")
        for name in ("clusters", "size", "diagonal", "noise", "signal", "snr"):
            assert row[f"{name}{suffix}"] == pytest.approx(expected[name], nan_ok=True)
    assert len(row) == 12
    answers = found.answers("block1")
    assert answers == {"accuracy": 0.6, "accuracy_heldout": 0.4, "accuracy_untrained": 0.3}


def literal(sets: np.ndarray, heads: int) -> int:
    """Labels of which one head has a node, and twice as many as any other."""
    nodes, labels = sets.shape
    owned = 0
    for label in range(labels):
        counts = sorted(
            int(sets[h * nodes // heads : (h + 1) * nodes // heads, label].sum()) for h in range(heads)
        )
        owned += counts[-1] > 0 and counts[-1] >= 2 * counts[-2]
    return owned


@pytest.mark.parametrize("heads", [2, 4, 8])
def test_labels_of_heads(heads: int) -> None:
    found = measured(["attention1"], seed=3)
    row = found.owned("attention1", heads, AT, np.random.default_rng(0))
    sets = {name: clusters(snp, [0.3])[0] >= 0 for name, snp in found.snp.items()}
    assert row["owned"] == literal(sets["trained/attention1"], heads)
    assert row["owned_untrained"] == literal(sets["untrained/attention1"], heads)
    rng, own = np.random.default_rng(1), sets["trained/attention1"]
    null = np.mean([literal(rng.permutation(own), heads) for _ in range(2000)])
    assert row["owned_null"] == pytest.approx(null, abs=0.4)
    assert row["excess"] == pytest.approx((row["owned"] - row["owned_null"]) / 4)


def test_a_single_head_owns_nothing() -> None:
    row = measured(["attention1"]).owned("attention1", 1, AT, np.random.default_rng(0))
    assert row.keys() == {"owned", "owned_null", "excess", "owned_untrained"}
    assert np.isnan(list(row.values())).all()
