"""Tables of the study of more labels on made-up numbers, against the definitions."""

import numpy as np
import pytest

from nodal.pruning.layer_masks import label_sets
from nodal.snp.averages import averages
from nodal.snp.rotations import rotations
from nodal.tables.growing_labels import growing_labels, held, limits
from nodal.tables.measured import Counting
from tests.tables.measured import LABELS, measured


def test_what_nodes_hold_beside_the_untrained_network_and_other_axes() -> None:
    probes = measured(["block2"])
    found = held(probes, "block2", Counting(0.3, "first_fit"), seed=5)
    for suffix, network in (("", "trained"), ("_untrained", "untrained")):
        snp = probes.snp[f"{network}/block2"]
        sets = label_sets(snp, 0.3)
        assert found[f"diagonal{suffix}"] == sets.sum() / 8
        assert found[f"signal{suffix}"] == pytest.approx(8 * found[f"diagonal{suffix}"] / LABELS)
        assert found[f"snr{suffix}"] == averages(snp, [0.3], "first_fit")[0]["snr"]
    snp = probes.snp["trained/block2"]
    turned = [averages(each, [0.3], "first_fit")[0]["snr"] for each in rotations(snp, 5, 5, 0)]
    assert found["snr_rotated"] == np.mean(turned)
    assert (found["labels"], found["nodes"], found["probe_accuracy"]) == (LABELS, 8, 0.6)


def growing(width: str, labels: int, seed: int) -> dict[str, object]:
    """Of a power law, whose exponent depends on the seed: at a thousand labels one node is left for each."""
    signal = (labels / 1000) ** -(0.5 + seed)
    numbers = {f"signal{suffix}": signal for suffix in ("", "_untrained", "_rotated")}
    return {"width": width, "labels": labels, "seed": seed, **numbers, "signal_untrained": 3.0}


def test_how_nodes_become_fewer_as_labels_become_more() -> None:
    places = [("twice", 100), ("same", 50), ("same", 10), ("half", 100), ("same", 100)]
    long = growing_labels([growing(*place, seed) for seed in (0, 1) for place in places])
    assert list(long["width"]) == ["same"] * 6 + ["half"] * 2 + ["twice"] * 2
    assert list(long["labels"]) == [10, 10, 50, 50, 100, 100, 100, 100, 100, 100]
    found = limits(long).set_index(["network", "seed"])
    assert found.loc[("trained", 0), "exponent"] == pytest.approx(-0.5)
    assert found.loc[("rotated", 1), "exponent"] == pytest.approx(-1.5)
    assert found.loc["trained", "labels_at_one"].tolist() == pytest.approx([1000, 1000])
    assert found.loc["untrained", "labels_at_one"].isna().all()  # as many at any number of labels
