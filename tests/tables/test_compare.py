"""Tables 1 and 2 of several runs beside each other."""

import math

import pandas as pd
import pytest

from nodal.tables.compare import runs_compared

Tables = tuple[pd.DataFrame, pd.DataFrame]
MEASURED = ("accuracy", "clusters", "size", "diagonal", "noise")
RATIOS = ("signal", "noise_internal", "noise_external", "snr", "snr_min")


def tables(thresholds: list[float], blocks: int, shift: float) -> Tables:
    """As the tables have them: the last block on top, the paper's threshold first, controls beside."""

    def table(names: tuple[str, ...]) -> pd.DataFrame:
        rows = []
        for threshold in thresholds:
            for block in range(blocks, 0, -1):
                row = {"threshold": threshold, "block": block, "seeds": 3}
                for place, name in enumerate(names):
                    for suffix in ("", "_heldout", "_shuffled"):
                        value = shift + 10 * block + place + threshold + len(suffix) / 100
                        row |= {f"{name}{suffix}_mean": value, f"{name}{suffix}_sd": value / 8}
                row["accuracy_paper"] = 0.5
                rows.append(row)
        return pd.DataFrame(rows)

    return table(MEASURED), table(RATIOS).drop(columns="accuracy_paper")


def test_a_row_a_run_and_block() -> None:
    found = runs_compared({"b": tables([0.3, 0.4], 3, 0), "a": tables([0.2, 0.5], 2, 1000)})
    assert list(found["run"]) == ["b", "b", "b", "a", "a"]  # as given
    assert list(found["block"]) == [1, 2, 3, 1, 2]
    assert list(found["relative_depth"]) == pytest.approx([1 / 3, 2 / 3, 1, 1 / 2, 1])
    # The paper's threshold; where there is none, the first.
    assert list(found["threshold"]) == [0.3] * 3 + [0.2] * 2
    assert set(found["seeds"]) == {3}
    at = found.set_index(["run", "block"])
    assert at.loc[("b", 2), "accuracy_mean"] == pytest.approx(20.3)
    assert at.loc[("b", 2), "noise_shuffled_sd"] == pytest.approx((24.3 + 0.09) / 8)
    assert at.loc[("a", 1), "snr_heldout_mean"] == pytest.approx(1013.2 + 0.08)


def test_the_columns_are_mean_and_sd_of_what_is_compared_and_its_controls() -> None:
    found = runs_compared({"a": tables([0.3], 1, 0)})
    assert set(found) == {"run", "threshold", "block", "relative_depth", "seeds"} | {
        f"{name}{suffix}_{kind}"
        for name in ("accuracy", "size", "diagonal", "noise", "snr")
        for suffix in ("", "_heldout", "_shuffled")
        for kind in ("mean", "sd")
    }


def test_the_paper_s_threshold_wherever_it_stands() -> None:
    clusters, signal = tables([0.2, 0.3], 1, 0)
    assert list(runs_compared({"a": (clusters, signal)})["threshold"]) == [0.3]


def test_tables_of_different_rows_are_refused() -> None:
    clusters, signal = tables([0.3], 2, 0)
    with pytest.raises(pd.errors.MergeError):
        runs_compared({"a": (pd.concat([clusters, clusters]), signal)})


def test_what_one_run_lacks_is_empty() -> None:
    clusters, signal = tables([0.3], 1, 0)
    less = clusters.drop(columns=["size_shuffled_mean", "size_shuffled_sd"])
    found = runs_compared({"a": (clusters, signal), "b": (less, signal)})
    assert not math.isnan(found["size_shuffled_mean"][0])
    assert math.isnan(found["size_shuffled_mean"][1])
