"""The figures of the studies of more labels and of few show the numbers that they are given."""

import numpy as np
import pandas as pd

from nodal.figures.few_labels import ten_labels
from nodal.figures.growing_labels import labels_and_widths
from tests.figures.test_study_figures import means


def test_labels_and_widths() -> None:
    suffixes = ("", "_untrained", "_rotated")
    table = means(
        [{"width": "same", "labels": labels} for labels in (10, 50, 100)]
        + [{"width": width, "labels": 100} for width in ("half", "twice")],
        *(f"{name}{suffix}" for name in ("signal", "snr") for suffix in suffixes),
        "accuracy", "probe_accuracy", "nodes",
    )  # fmt: skip
    limit = means([{"network": "trained"}], "exponent").assign(exponent_mean=-0.5)
    signal, ratio, accuracy, width, other = labels_and_widths(table, limit).axes
    same = table[table["width"] == "same"]
    for panel, name in ((signal, "signal"), (ratio, "snr")):
        drawn = {each.get_label(): each.lines[0].get_ydata() for each in panel.containers}
        for label, suffix in zip(("trained", "untrained", "random directions"), suffixes, strict=True):
            np.testing.assert_array_equal(drawn[label], same[f"{name}{suffix}_mean"])
    (fit,) = [line for line in signal.lines if line.get_label() == "power -0.50"]
    np.testing.assert_allclose(fit.get_ydata()[0] / fit.get_ydata()[-1], 10**0.5)
    lines = {each.get_label(): each.lines[0].get_ydata() for each in accuracy.containers}
    np.testing.assert_array_equal(lines["probe"], same["probe_accuracy_mean"])
    of_widths = table[table["labels"] == 100].set_index("width").loc[["half", "same", "twice"]]
    for panel, name in ((width, "snr_mean"), (other, "accuracy_mean")):
        np.testing.assert_array_equal(panel.containers[0].lines[0].get_ydata(), of_widths[name])


def test_ten_labels() -> None:
    names = ("owned", "owned_null", "owned_untrained", "accuracy", "gap")
    table = means([{"block": block} for block in (3, 2, 1)], *names)
    joint = pd.DataFrame(
        {"block": [3, 2, 1], "networks": 12, "excess": [0.1, 0.02, 0.0], "excess_low": [0.05, -0.01, -0.1],
         "excess_high": [0.2, 0.04, 0.08]}
    )  # fmt: skip
    owned, excess, accuracy = ten_labels(table, joint).axes
    drawn = {each.get_label(): each.lines[0].get_ydata() for each in owned.containers}
    np.testing.assert_array_equal(drawn["random heads"], table["owned_null_mean"])
    (interval,) = excess.containers
    np.testing.assert_array_equal(interval.lines[0].get_ydata(), joint["excess"])
    ends = [segment[:, 1].tolist() for segment in interval.lines[2][0].get_segments()]
    np.testing.assert_allclose(ends, joint[["excess_low", "excess_high"]])
    drawn = {each.get_label(): each.lines[0].get_ydata() for each in accuracy.containers}
    np.testing.assert_array_equal(drawn["probe"], table["accuracy_mean"])
