"""Tables of networks with a part of their weights, on made-up numbers."""

import numpy as np
import pandas as pd

from nodal.tables.masked import assigned_masks, fewest_parameters, front
from nodal.tables.seeds import over_seeds


def networks(*rows: tuple[str, str, str, int, int, float]) -> pd.DataFrame:
    """Width, what is pruned, mask, share, parameters, and accuracy on held-out images; of two seeds."""
    names = ["width", "pruned", "mask", "share", "parameters", "accuracy_heldout"]
    frames = [pd.DataFrame(rows, columns=names).assign(seed=seed) for seed in (0, 1)]
    table = pd.concat(frames, ignore_index=True)
    table["parameters"] += table["seed"]
    return table.assign(density=1 / table["share"], accuracy=table["accuracy_heldout"] - 0.01)


def test_what_is_not_pruned_was_trained_once_and_twice() -> None:
    found = assigned_masks(
        networks(
            ("same", "fc", "a_andc", 4, 900, 0.8),
            ("same", "network", "andc", 4, 300, 0.7),
            ("same", "network", "unpruned", 4, 1000, 0.9),
        ),
        {0: {"accuracy": 0.91, "accuracy_heldout": 0.92}, 1: {"accuracy": 0.93, "accuracy_heldout": 0.94}},
    )
    assert list(found) == ["pruned", "mask", "seed", "density", "parameters", "accuracy", "accuracy_heldout"]
    table = found.set_index(["pruned", "mask", "seed"])
    assert len(table) == 8
    assert table.loc[("fc", "a_andc", 1)].tolist() == [0.25, 901, 0.79, 0.8]
    assert table.loc[("nothing", "unpruned", 0), "accuracy"] == 0.89
    assert table.loc[("nothing", "unpruned_once", 1)].tolist() == [1, 1001, 0.93, 0.94]


def test_the_smallest_of_all_that_are_as_accurate_as_asked() -> None:
    long = front(
        networks(
            ("same", "network", "andc", 2, 500, 0.9),
            ("same", "network", "andc", 4, 250, 0.8),
            ("three_quarters", "network", "andc", 2, 200, 0.7),
            ("three_quarters", "network", "andc", 1, 220, 0.82),
            ("three_quarters", "network", "magnitude", 2, 100, 0.6),
            ("three_quarters", "network", "magnitude", 1, 800, 0.95),
            ("same", "network", "unpruned", 1, 1000, 0.9),
            ("three_quarters", "network", "unpruned", 1, 700, 0.82),
        )
    )
    found = fewest_parameters(long, {0: 0.8, 1: 0.85}).set_index(["mask", "seed"])
    assert found.loc[("andc", 0), ["asked", "parameters", "accuracy_heldout"]].tolist() == [0.8, 220, 0.82]
    assert found.loc[("andc", 1), ["asked", "parameters", "accuracy"]].tolist() == [0.85, 501, 0.89]
    # Where only larger networks of a mask are as accurate, the smallest unpruned one is asked for.
    assert found.loc["magnitude", "parameters"].tolist() == [700, 801]
    assert found.loc["unpruned", "parameters"].tolist() == [700, 1001]
    none = fewest_parameters(long, {0: 0.96, 1: 0.85}).set_index(["mask", "seed"])
    assert none.loc[("andc", 0)].drop("asked").isna().all()  # none is as accurate
    means = over_seeds(found.reset_index(), ["mask"]).set_index("mask")
    assert means.loc["andc", "parameters_mean"] == np.mean([220, 501])
