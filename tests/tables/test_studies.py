"""The tables of the studies on made-up numbers of seeds."""

import numpy as np
import pandas as pd
import pytest

from nodal.pruning.layer_masks import label_sets
from nodal.snp.averages import averages as averages_of
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from nodal.tables.growing_labels import growing_labels, held, limits
from nodal.tables.silencing import retrained_table, silencing_curves, silencing_table
from nodal.tables.skip import skip_tables
from nodal.tables.whole_network import whole_network


def sizes(scale: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"network": network, "block": block, "branch": "attention", "skip_size": scale * times,
         "branch_size": block}
        for network, times in (("untrained", 100), ("trained", 6)) for block in (1, 2)
    )  # fmt: skip


def averages() -> pd.DataFrame:
    return pd.DataFrame(
        {"network": network, "block": 2, "branch": "attention", "skip": skip, "tap": tap, "threshold": 0.3,
         "diagonal": diagonal + (network == "trained")}
        for network in ("untrained", "trained")
        for skip, tap, diagonal in (("with", "proj_out2", 15), ("without", "proj_only2", 8))
    )  # fmt: skip


def counts() -> pd.DataFrame:
    return pd.DataFrame(
        {"block": block, "mask": mask, "density": 0.25 if mask == "with" else 1.0, "stage": stage,
         "split": split, "label": 0, "images": 100,
         "correct": 50 + block + 10 * (stage == "retrained") + 20 * (split == "test")}
        for block in (1, 2) for mask in ("with", "unpruned") for stage in ("masked", "retrained")
        for split in ("heldout", "test")
    )  # fmt: skip


def test_skips_stand_beside_those_of_the_untrained_network() -> None:
    tables = skip_tables(
        {0: sizes(1), 1: sizes(2)},
        {0: averages(), 1: averages()},
        {0: counts(), 1: counts()},
        {"block": 2, "also": 1},
    )
    last = tables["skip"].set_index(["block", "seed"]).loc[(2, 1)]
    assert (last["skip_size"], last["ratio"], last["ratio_untrained"]) == (12, 6, 100)
    taps = tables["skip_taps"].set_index(["skip", "seed"])
    assert taps.loc[("with", 0), ["diagonal", "diagonal_untrained"]].tolist() == [16, 15]
    assert taps.loc[("without", 1), ["diagonal", "diagonal_untrained"]].tolist() == [9, 8]
    masks = tables["skip_masks"].set_index(["pruned", "mask", "seed"])
    found = masks.loc[("also", "with", 0)]
    assert found[["block", "dilution", "masked", "retrained"]].tolist() == [1, 0.75, 0.71, 0.81]
    assert found[["masked_heldout", "retrained_heldout"]].tolist() == [0.51, 0.61]
    assert len(masks) == 8


def curves(empty: int) -> pd.DataFrame:
    """Of eight nodes; a node's silence costs a hundredth, of the random order and its draws two and four."""
    cost = {("maximum", 0): 1, ("random", 1): 2, ("random", 2): 4}
    return pd.DataFrame(
        {"block": 2, "tap": "block2", "order": order, "draw": draw, "nodes": 8, "empty": empty,
         "silenced": silenced, "accuracy": 0.9 - silenced * times / 100,
         "accuracy_heldout": 0.8 - silenced * times / 100, "snr": 3 + silenced if silenced < 8 else np.nan}
        for (order, draw), times in cost.items() for silenced in range(9)
    )  # fmt: skip


def test_what_silence_costs() -> None:
    long = silencing_table({0: curves(3), 1: curves(0)})
    table = long.set_index(["order", "silenced", "seed"])
    assert table["nodes"].loc[("maximum", ["without", "quarter", "half"], 0)].tolist() == [3, 2, 4]
    assert table.loc[("maximum", "without", 0), "loss"] == pytest.approx(0.03)
    assert table.loc[("random", "without", 0), "loss"] == pytest.approx(0.09)  # the mean of the draws
    assert table.loc[("random", "half", 1), "loss_heldout"] == pytest.approx(0.12)
    assert table.loc[("maximum", "quarter", 1), "snr"] == 5
    none = table.loc[("maximum", "without", 1)]
    assert none["nodes"] == 0
    assert none[["loss", "loss_heldout", "snr"]].isna().all()  # no such node is no evidence


def test_curves_go_over_the_share_of_silent_nodes() -> None:
    found = silencing_curves({0: curves(3), 1: curves(0)})
    assert sorted(found["share"].unique()) == [count / 8 for count in range(9)]
    (half,) = found[(found["order"] == "random") & (found["share"] == 0.5)].to_dict("records")
    assert (half["seeds"], half["accuracy_mean"], half["accuracy_sd"]) == (2, pytest.approx(0.78), 0)


def test_what_training_again_brings() -> None:
    rows = [("maximum", 0, 2, 0.5), ("random", 1, 2, 0.6), ("random", 2, 2, 0.7), ("nothing", 0, 0, 0.9)]
    table = pd.DataFrame(
        {"order": order, "draw": draw, "nodes": 8, "silenced": count, "masked": value, "rest": value + 0.1,
         "those": value + 0.2} for order, draw, count, value in rows
    )  # fmt: skip
    found = retrained_table({0: table}).set_index(["order", "silenced"])
    assert found.loc[("random", "quarter"), "masked"] == pytest.approx(0.65)
    assert found.loc[("maximum", "quarter"), "those"] == pytest.approx(0.7)
    assert found.loc[("nothing", "none"), "rest"] == pytest.approx(1.0)
    gains = found.loc[("maximum", "quarter"), ["masked_gain", "rest_gain", "those_gain"]]
    assert gains.tolist() == pytest.approx([-0.4, -0.3, -0.2])


def test_a_row_a_choice_of_layers() -> None:
    row = {"layers": "all", "blocks": 7, "budget": np.nan, "mask": "andc", "density": 0.2, "retrained": 0.9}
    long = whole_network({0: pd.DataFrame([row]), 2: pd.DataFrame([row | {"retrained": 0.8}])})
    assert list(long) == ["layers", "blocks", "budget", "mask", "seed", "density", "retrained"]
    assert long["seed"].tolist() == [0, 2]
    assert long["retrained"].tolist() == [0.9, 0.8]


def snp_of(labels: int, seed: int) -> Snp:
    rng = np.random.default_rng(seed)
    return Snp(rng.normal(size=(8, labels)), rng.normal(size=(8, labels)))


def test_what_nodes_hold_beside_the_untrained_network_and_other_axes() -> None:
    snp, untrained = snp_of(6, 0), snp_of(6, 1)
    found = held(snp, untrained, 0.3, "first_fit", seed=5)
    for suffix, each in (("", snp), ("_untrained", untrained)):
        sets = label_sets(each, 0.3)
        assert found[f"diagonal{suffix}"] == sets.sum() / 8
        assert found[f"signal{suffix}"] == pytest.approx(8 * found[f"diagonal{suffix}"] / 6)
        assert found[f"snr{suffix}"] == averages_of(each, [0.3], "first_fit")[0]["snr"]
    turned = [averages_of(each, [0.3], "first_fit")[0]["snr"] for each in rotations(snp, 5, 5, 0)]
    assert found["snr_rotated"] == np.mean(turned)
    assert (found["labels"], found["nodes"]) == (6, 8)


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
