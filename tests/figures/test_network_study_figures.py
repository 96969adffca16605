"""The figures of the studies that train networks show the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from nodal.figures.assigned_heads import assigned_shown
from nodal.figures.number_of_heads import heads_shown
from nodal.figures.optimizers import optimizers_shown
from tests.figures.test_study_figures import means

BESIDE = ("", "_random", "_untrained")


def test_optimisers() -> None:
    names = ("snr", "snr_untrained", "accuracy", "accuracy_untrained")
    optimizers = ("adamw", "sgd", "muon")
    keys = [{"optimizer": name, "block": block} for name in optimizers for block in (3, 2, 1)]
    table = means(keys, *names, "owned", "owned_null", "owned_untrained")
    rates = means(
        [{"optimizer": name, "factor": factor} for name in optimizers for factor in (0.3, 1, 3)],
        "rate", "accuracy_heldout",
    )  # fmt: skip
    figure = optimizers_shown(table, rates)
    for panel, name in zip(figure.axes, ("snr", "accuracy", "owned"), strict=False):
        lines = {line.get_label(): line for line in panel.lines}
        for optimizer, label in (("sgd", "SGD, Nesterov momentum"), ("muon", "Muon")):
            own = table[table["optimizer"] == optimizer]
            np.testing.assert_array_equal(lines[label].get_xdata(), [1, 2, 3])
            np.testing.assert_array_equal(lines[label].get_ydata(), own[f"{name}_mean"][::-1])
        np.testing.assert_array_equal(
            lines["untrained"].get_ydata(), table[f"{name}_untrained_mean"][:3][::-1]
        )
    assert [len(line.get_xdata()) for line in figure.axes[3].lines] == [3, 3, 3]


@pytest.mark.parametrize("places", [(), ("later", "earlier")])
def test_numbers_of_heads(places: tuple[str, ...]) -> None:
    keys = [{"labels": 100, "heads": heads} for heads in ("1", "2", "4", "16", *places)]
    keys += [{"labels": labels, "heads": heads} for labels in (10, 50) for heads in ("2", "16")]
    single = [f"head_{name}{suffix}" for name in ("clusters", "noise", "snr") for suffix in BESIDE]
    table = means(keys, "accuracy", "owned", "owned_null", "owned_untrained", *single)
    table.loc[0, ["owned_mean", "owned_sd"]] = np.nan
    by_seed = pd.concat(
        [
            table[["labels", "heads"]].assign(seed=seed, accuracy=table["accuracy_mean"] * seed)
            for seed in (1, 2)
        ]
    )
    right, gain, owned, clusters, *_ = heads_shown(table, by_seed).axes
    lines = {line.get_label(): line for line in right.lines}
    np.testing.assert_array_equal(lines["100 labels"].get_xdata(), [1, 2, 4, 16])
    np.testing.assert_array_equal(lines["10 labels"].get_ydata(), table["accuracy_mean"][-4:-2])
    assert ("more in the later blocks" in right.get_legend_handles_labels()[1]) == bool(places)
    of = table.set_index(["labels", "heads"])["accuracy_mean"]
    expected = np.array([of[labels, "16"] - of[labels, "2"] for labels in (10, 50, 100)])
    np.testing.assert_allclose(gain.lines[0].get_ydata().astype(float), 1.5 * expected)
    ends = [np.asarray(bar, dtype=float)[:, 1] for bar in gain.collections[0].get_segments()]
    half = np.sqrt(0.5) * np.abs(expected)  # the sd of once and twice the gain
    np.testing.assert_allclose(ends, np.stack([1.5 * expected - half, 1.5 * expected + half], axis=1))
    np.testing.assert_array_equal(owned.lines[0].get_xdata(), [2, 4, 16])
    np.testing.assert_array_equal(clusters.lines[0].get_ydata(), table["head_clusters_mean"][:4])


def test_assigned_heads() -> None:
    keys = [
        {"sets": sets, "factor": factor}
        for sets in ("random", "superclasses", "overlapping") for factor in (1, 3, 10)
    ]  # fmt: skip
    names = ("as_assigned", "as_assigned_null", "as_assigned_untrained", "owned", "owned_null", "accuracy")
    table = means(keys, *names)
    first, owned, right = assigned_shown(table).axes
    lines = {line.get_label(): line for line in first.lines}
    np.testing.assert_array_equal(lines["super-classes"].get_xdata(), [1, 3, 10])
    np.testing.assert_array_equal(lines["super-classes"].get_ydata(), table["as_assigned_mean"][3:6])
    null = lines["super-classes, random heads"].get_ydata()
    np.testing.assert_array_equal(null, table["as_assigned_null_mean"][3:6])
    assert len(owned.lines) == 6
    for name in ("random labels", "random, to two heads"):
        (line,) = [line for line in right.lines if line.get_label() == name]
        rows = table[table["sets"] == ("random" if name == "random labels" else "overlapping")]
        np.testing.assert_array_equal(line.get_ydata(), rows["accuracy_mean"])
