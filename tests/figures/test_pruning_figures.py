"""The figures on pruning show the numbers that they are given."""

import numpy as np
import pandas as pd

from nodal.figures.importance import what_matters
from nodal.figures.pruning_curves import LOOK, accuracy_against_density

MASKS = ("andc", "wanda", "unpruned", "zeroed")


def curves(seeds: int) -> pd.DataFrame:
    rng = np.random.default_rng(seeds)
    return pd.DataFrame(
        {
            "threshold": threshold, "mask": mask, "seeds": seeds, "density_mean": rng.uniform(0.01, 1),
            "accuracy_mean": rng.random(), "accuracy_sd": 0.01 if seeds > 1 else np.nan,
        }
        for threshold in (0.2, 0.3, 0.4) for mask in MASKS[: 4 if threshold == 0.2 else 2]
    )  # fmt: skip


def test_every_mask_is_a_line_over_its_densities() -> None:
    tables = {"one": curves(3), "another": curves(1), "third": curves(2)}
    figure = accuracy_against_density(tables)
    *shown, spare = figure.axes
    assert not spare.axison
    for panel, (title, table) in zip(shown, tables.items(), strict=True):
        assert panel.get_title() == title
        lines = {line.get_label(): line for line in panel.lines}
        rows = table[table["mask"] == "andc"].sort_values("density_mean")
        np.testing.assert_array_equal(lines["ANDC"].get_xdata(), rows["density_mean"])
        np.testing.assert_array_equal(lines["ANDC"].get_ydata(), rows["accuracy_mean"])
        for end in ("unpruned", "zeroed"):
            (value,) = table.loc[table["mask"] == end, "accuracy_mean"]
            assert set(lines[end].get_ydata()) == {value}
        assert len(lines) == len(MASKS)
    assert len(set(LOOK.values())) == len(LOOK)


def test_what_matters_stands_block_by_block() -> None:
    parts = {"block": [""], "branch": ["x+y"], "layer": ["x", "y"], "head": []}
    table = pd.DataFrame(
        {
            "part": part, "block": block, "name": name,
            "loss_mean": block / 10 + len(name), "loss_sd": np.nan,
            "loss_retrained_mean": block / 20 if part == "block" else np.nan, "loss_retrained_sd": np.nan,
        }
        for part, names in parts.items() for name in names for block in (1, 2, 3)
    )  # fmt: skip
    blocks, layers, heads = what_matters(table).axes
    found = {line.get_label(): list(line.get_ydata()) for panel in (blocks, layers) for line in panel.lines}
    for label, expected in {
        "whole block": [0.1, 0.2, 0.3], "whole block, retrained": [0.05, 0.1, 0.15],
        "x+y": [3.1, 3.2, 3.3], "x": [1.1, 1.2, 1.3], "y": [1.1, 1.2, 1.3],
    }.items():  # fmt: skip
        np.testing.assert_allclose(found[label], expected)
    assert heads.get_legend() is None
