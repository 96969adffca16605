"""Basis privilege against ratios taken by hand, and where it must and must not be 1."""

import math

import numpy as np
import pandas as pd
import pytest

from nodal.snp.averages import averages
from nodal.snp.matrix import Snp
from nodal.snp.privilege import averages_in_bases, interval
from nodal.snp.rotations import haar, rotated, rotations
from nodal.tables.privilege import privilege, privilege_of_runs

PLACE = {"network": "trained", "tap": "block7", "kind": "block", "block": 7}


def measured(snp: Snp, bases: list[Snp], rule: str = "first_fit") -> pd.DataFrame:
    """What a job keeps of one seed."""
    return pd.DataFrame([PLACE | row for row in averages_in_bases(snp, bases, [0.3], rule)])


def row(snp: Snp, bases: list[Snp]) -> pd.Series:
    """The only row of one tap, seed and threshold."""
    (found,) = privilege({("layers", 0): measured(snp, bases)}).to_dict("records")
    return pd.Series(found)


def gaussian(seed: int, nodes: int = 48, labels: int = 12, own: float = 0.0) -> Snp:
    """Weights that resemble the pooled means, as a trained readout's do; `own` gives each node a label."""
    mean, other = np.random.default_rng(seed).standard_normal((2, nodes, labels))
    axes = own * np.eye(nodes, labels)
    return Snp((axes + mean).astype(np.float32), (axes + mean + other).astype(np.float32))


def test_it_is_the_ratio_of_the_nodes_to_the_mean_of_the_directions() -> None:
    seeds = [(snp := gaussian(seed), list(rotations(snp, 4, seed, 0))) for seed in (1, 2, 3)]
    (found,) = privilege(
        {("layers", seed): measured(*at) for seed, at in enumerate(seeds)}
    ).to_dict("records")  # fmt: skip
    ratios, spreads, natives = [], [], []
    for snp, bases in seeds:
        native = averages(snp, [0.3], "first_fit")[0]["snr"]
        directions = [averages(each, [0.3], "first_fit")[0]["snr"] for each in bases]
        natives.append(native)
        ratios.append(native / (sum(directions) / 4))
        spreads.append(np.std([native / each for each in directions], ddof=1))
    assert (found["set"], found["tap"], found["network"], found["seeds"]) == (
        "layers",
        "block7",
        "trained",
        3,
    )
    assert found["snr_mean"] == pytest.approx(sum(natives) / 3)
    assert found["privilege_mean"] == pytest.approx(sum(ratios) / 3)
    assert (found["privilege_low"], found["privilege_high"]) == pytest.approx(interval(ratios))
    assert found["privilege_spread"] == pytest.approx(sum(spreads) / 3)


def test_a_probe_that_was_trained_in_a_random_basis_stands_beside_the_nodes() -> None:
    tables, ratios = {}, []
    for seed in (1, 2):
        snp, other = gaussian(seed), gaussian(seed + 10)
        parts = [
            measured(each, list(rotations(each, 2, seed, 0))).assign(network=network)
            for each, network in ((snp, "trained"), (other, "rotated_probe"), (snp, "untrained"))
        ]
        tables["layers", seed] = pd.concat(parts, ignore_index=True)
        native, turned = (averages(each, [0.3], "first_fit")[0]["snr"] for each in (snp, other))
        ratios.append(native / turned)
    found = privilege(tables).set_index("network")
    assert found.loc["trained", "privilege_probe_mean"] == pytest.approx(sum(ratios) / 2)
    ends = found.loc["trained", ["privilege_probe_low", "privilege_probe_high"]]
    assert tuple(ends) == pytest.approx(interval(ratios))
    assert found.loc[["untrained", "rotated_probe"], "privilege_probe_mean"].isna().all()


def test_no_basis_is_privileged_where_directions_are_random() -> None:
    """Gaussian factors look alike in every basis."""
    snp = gaussian(0, nodes=400, labels=20)
    found = row(snp, list(rotations(snp, 5, 0, 0)))
    assert found["privilege_mean"] == pytest.approx(1, abs=0.1)
    assert found["privilege_equal_mean"] == pytest.approx(1, abs=0.1)


def test_axes_that_mean_something_are_privileged_and_seen_from_elsewhere_are_not() -> None:
    snp = gaussian(0, nodes=24, labels=24, own=4)
    bases = list(rotations(snp, 3, 0, 0))
    assert row(snp, bases)["privilege_mean"] > 1.2
    assert row(bases[0], [snp])["privilege_mean"] < 1 / 1.2


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value", "ignore:overflow")
def test_a_basis_without_noise_is_infinitely_privileged() -> None:
    axes = Snp(np.eye(24, dtype=np.float32), np.eye(24, dtype=np.float32))
    elsewhere = rotated(axes, haar(24, np.random.default_rng(0)))
    assert row(axes, [elsewhere])["privilege_mean"] == math.inf
    assert row(elsewhere, [axes])["privilege_mean"] == 0
    assert math.isnan(row(axes, [axes])["privilege_mean"])


def test_runs_stand_below_each_other_with_the_accuracies_of_their_probes() -> None:
    snp = gaussian(0)
    table = privilege({("layers", 0): measured(snp, list(rotations(snp, 2, 0, 0)))})
    tables = {"one": table, "two": table.assign(network="untrained")}
    rows = [
        {"run": run, "set": "layers", "tap": "block7", "network": network, "accuracy": right}
        for run, network in (("one", "trained"), ("one", "untrained"), ("two", "untrained"))
        for right in ((0.8, 0.6) if network == "trained" else (0.1, 0.3))
    ]
    found = privilege_of_runs(tables, pd.DataFrame(rows))
    assert found[["run", "network"]].to_numpy().tolist() == [["one", "trained"], ["two", "untrained"]]
    assert found["accuracy_mean"].tolist() == pytest.approx([0.7, 0.2])
    assert found["accuracy_sd"].tolist() == pytest.approx([math.sqrt(0.02)] * 2)
    pd.testing.assert_frame_equal(
        found[found["run"] == "one"][list(table)].reset_index(drop=True), table
    )  # fmt: skip
