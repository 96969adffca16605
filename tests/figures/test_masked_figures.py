"""The figures of networks with a part of their weights show the numbers that they are given."""

import numpy as np

from nodal.figures.masked import MICRONET, assigned, fewest
from tests.figures.test_study_figures import means

MASKS = ("a_andc", "random", "disjoint", "andc", "magnitude")


def test_accuracies_side_by_side() -> None:
    table = means(
        [{"pruned": pruned, "mask": mask} for pruned in ("fc", "block", "network") for mask in MASKS]
        + [{"pruned": "nothing", "mask": mask} for mask in ("unpruned", "unpruned_once")],
        "accuracy",
    )
    panels = assigned(table).axes
    for panel, pruned in zip(panels, ("fc", "block", "network"), strict=True):
        rows = table[table["pruned"] == pruned].set_index("mask")["accuracy_mean"]
        names = [text.get_text() for text in panel.get_xticklabels()]
        drawn = dict(zip(names, (each.lines[0].get_ydata()[0] for each in panel.containers), strict=True))
        assert drawn["A-ANDC"] == rows["a_andc"]
        assert drawn["|w|\ntwo trainings"] == rows["magnitude"]
        assert len(drawn) == 5
        lines = {line.get_label(): line.get_ydata()[0] for line in panel.lines}
        whole = table[table["pruned"] == "nothing"].set_index("mask")["accuracy_mean"]
        assert lines["unpruned"] == whole["unpruned_once"]
        assert lines["unpruned, two trainings"] == whole["unpruned"]


def test_accuracy_over_parameters() -> None:
    keys = [
        {"mask": mask, "width": width, "share": share}
        for mask in ("a_andc", "andc", "magnitude") for width in ("three_quarters", "same")
        for share in (2, 4)
    ]  # fmt: skip
    front = means(keys, "accuracy")
    front["parameters_mean"] = 1000.0 * (len(front) - np.arange(len(front)))
    smallest = means([{"mask": "andc"}, {"mask": "magnitude"}], "asked")
    (axes,) = fewest(front, smallest, micronet=True).axes
    lines = {line.get_label(): line for line in axes.lines}
    rows = front[(front["mask"] == "andc") & (front["width"] == "same")].sort_values("parameters_mean")
    np.testing.assert_array_equal(lines["ANDC, two trainings"].get_xdata(), rows["parameters_mean"])
    np.testing.assert_array_equal(lines["ANDC, two trainings"].get_ydata(), rows["accuracy_mean"])
    (asked,) = {
        value for line in axes.lines if "asked" in str(line.get_label()) for value in line.get_ydata()
    }
    assert asked == smallest["asked_mean"].mean()
    point = lines["MicroNet, first place"]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == MICRONET
    assert "MicroNet, first place" not in {
        line.get_label() for line in fewest(front, smallest, micronet=False).axes[0].lines
    }
