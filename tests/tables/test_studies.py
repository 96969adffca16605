"""The tables of the studies on made-up numbers of seeds."""

import numpy as np
import pandas as pd
import pytest

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
