"""The figures of the studies show the numbers that they are given."""

import numpy as np
import pandas as pd

from nodal.figures.silenced_nodes import silenced_nodes
from nodal.figures.skip import skips_shown
from nodal.figures.whole_network import pruned_networks

ORDERS = ("diagonal", "maximum", "selectivity", "random")


def means(keys: list[dict], *names: str, seeds: int = 3) -> pd.DataFrame:
    """Rows of these keys, their numbers their places in the table and the column."""
    return pd.DataFrame(
        {**key, "seeds": seeds}
        | {f"{name}_mean": 0.5 + row / 100 + place / 1000 for place, name in enumerate(names)}
        | {f"{name}_sd": 0.01 if seeds > 1 else np.nan for name in names}
        for row, key in enumerate(keys)
    )


def test_skips_and_masks() -> None:
    branches = ("attention", "feed-forward")
    tables = {
        "skip": means(
            [{"block": block, "branch": branch} for block in (1, 2, 3) for branch in branches],
            "ratio", "ratio_untrained",
        ),
        "skip_taps": means(
            [
                {"block": block, "branch": branch, "skip": skip}
                for block in (1, 3) for branch in branches for skip in ("with", "without")
            ],
            "diagonal", "noise", "diagonal_untrained", "noise_untrained",
        ),
        "skip_masks": means(
            [
                {"block": block, "mask": mask} for block in (3, 1)
                for mask in ("with", "without", "without_equal", "random", "zeroed", "unpruned")
            ],
            "dilution", "masked", "retrained",
        ),
    }  # fmt: skip
    figure = skips_shown(tables, paper=8)
    size, labels, noise, first, last, _ = figure.axes
    lines = {line.get_label(): line for line in size.lines}
    own = tables["skip"][tables["skip"]["branch"] == "attention"]
    np.testing.assert_array_equal(lines["attention"].get_ydata(), own["ratio_mean"])
    np.testing.assert_array_equal(lines["attention, untrained"].get_ydata(), own["ratio_untrained_mean"])
    assert lines["paper"].get_ydata()[0] == 8
    for panel, name in ((labels, "diagonal_mean"), (noise, "noise_mean")):
        heights = sorted(bar.get_height() for bar in panel.patches)
        np.testing.assert_allclose(heights, sorted(tables["skip_taps"][name]))
    assert [first.get_title(), last.get_title()] == ["block 1", "block 3"]
    assert "paper" not in {line.get_label() for line in skips_shown(tables, None).axes[0].lines}


def test_silence() -> None:
    curves = means(
        [
            {"block": block, "tap": f"block{block}", "order": order, "share": share}
            for block in (1, 2) for order in ORDERS for share in (0, 0.5, 1)
        ],
        "accuracy", "snr",
    )  # fmt: skip
    table = means(
        [
            {"block": block, "order": order, "silenced": silenced}
            for block in (1, 2) for order in ORDERS for silenced in ("quarter", "half")
        ],
        "loss",
    )  # fmt: skip
    again = means(
        [{"order": order, "silenced": "quarter"} for order in ORDERS]
        + [{"order": "nothing", "silenced": "none"}],
        "masked_gain", "rest_gain", "those_gain",
    )  # fmt: skip
    accuracy, _, blocks, bars = silenced_nodes(curves, table, again, "block2").axes
    lines = {line.get_label(): line for line in accuracy.lines}
    shown = curves[(curves["tap"] == "block2") & (curves["order"] == "random")]
    np.testing.assert_array_equal(lines["random"].get_ydata(), shown["accuracy_mean"])
    of_blocks = {line.get_label(): line for line in blocks.lines}
    quarter = table[(table["silenced"] == "quarter") & (table["order"] == "maximum")]
    np.testing.assert_array_equal(of_blocks["smallest maximum first"].get_ydata(), quarter["loss_mean"])
    drawn = {each.get_label(): each.lines[0].get_ydata().tolist() for each in bars.containers}
    of_orders = again[again["order"] != "nothing"]
    assert drawn["silenced"] == of_orders["masked_gain_mean"].tolist()
    assert drawn["silenced, others trained"] == again["rest_gain_mean"].tolist()
    assert drawn["they alone trained"] == of_orders["those_gain_mean"].tolist()


def test_pruned_networks() -> None:
    table = means(
        [
            {"layers": layers, "blocks": blocks, "mask": mask}
            for layers in ("linear1", "all", "budget") for blocks in (1, 2)
            for mask in ("andc", "magnitude_global", "unpruned") if layers != "budget" or mask != "unpruned"
        ],
        "network_density", "masked", "retrained", seeds=1,
    )  # fmt: skip
    panels = pruned_networks(table).axes
    assert len(panels) == 6
    for panel, layers, stage in ((panels[1], "all", "masked"), (panels[5], "budget", "retrained")):
        lines = {line.get_label(): line for line in panel.lines}
        rows = table[(table["layers"] == layers) & (table["mask"] == "andc")].sort_values(
            "network_density_mean"
        )
        np.testing.assert_array_equal(lines["ANDC"].get_xdata(), rows["network_density_mean"])
        np.testing.assert_array_equal(lines["ANDC"].get_ydata(), rows[f"{stage}_mean"])
        assert {"|w|, all layers together", "unpruned"} <= lines.keys()
