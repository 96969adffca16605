"""Figures 7 to 10: chance bands against brute force, and what is drawn, read back from the artists."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nodal.figures.head_counts import by_owner, figure7
from nodal.figures.head_labels import figure8
from nodal.figures.label_accuracy import Split, figure9
from nodal.figures.ratio_curve import Ownership, figure10
from nodal.figures.style import CHANCE, OURS, PAPER
from nodal.head_chance import Band, appearance_band, owned_labels, subset_difference
from nodal.heads import owners

COUNTS = np.array([[5, 0, 2, 1], [1, 4, 2, 0]])
NAMES = tuple("wxyz")
counts_of_heads = arrays(
    np.int64, st.tuples(st.integers(2, 4), st.integers(1, 6)), elements=st.integers(0, 12)
)


def test_the_band_is_that_of_all_ways_to_deal_nodes() -> None:
    band = appearance_band(np.array([[3], [0]]), 6)  # three holders among six nodes, in heads of three
    drawn = sorted(sum(node < 3 for node in head) for head in itertools.combinations(range(6), 3))
    assert band.mean == pytest.approx(np.mean(drawn))
    low, high = (np.quantile(drawn, share, method="inverted_cdf") for share in (0.025, 0.975))
    assert (band.low, band.high) == (low, high)


@given(counts_of_heads, st.lists(st.floats(1, 4), min_size=1, max_size=5))
def test_owned_labels_are_those_with_an_owner(counts: np.ndarray, ratios: list[float]) -> None:
    expected = [(owners(counts, ratio) >= 0).sum() for ratio in ratios]
    assert owned_labels(counts, ratios).tolist() == expected


@pytest.mark.parametrize("second", range(1, 40))
@pytest.mark.parametrize("tenths", [11, 12, 13, 17, 21, 23])
def test_a_count_at_exactly_the_ratio_is_enough(second: int, tenths: int) -> None:
    most = second * tenths
    counts = np.array([[most], [10 * second], [0]])
    assert owners(counts, tenths / 10) == [0]
    assert owners(counts - [[1], [0], [0]], tenths / 10) == [-1]


def test_means_of_random_subsets_against_all_subsets() -> None:
    values = np.array([0.1, 0.5, 0.9, 1.0, 0.4, 0.35])
    chosen = np.array([True, True, False, False, False, False])
    every = [
        abs(values[list(pair)].mean() - np.delete(values, pair).mean())
        for pair in itertools.combinations(range(6), 2)
    ]
    found = subset_difference(values, chosen, 20_000, np.random.default_rng(0))
    assert found in every
    assert np.mean(np.array(every) <= found) >= 0.9
    assert np.isnan(subset_difference(values, np.ones(6, bool), 10, np.random.default_rng(0)))


def test_figure7_orders_labels_by_owner_and_marks_them() -> None:
    owner = owners(COUNTS, 2)
    assert owner.tolist() == [0, 1, -1, 0]
    assert by_owner(COUNTS, owner).tolist() == [0, 3, 1, 2]
    band = Band(np.full(4, 2.0), np.full(4, 1.0), np.full(4, 3.0))
    figure = figure7(COUNTS, owner, band, NAMES, "here")
    first, second = figure.axes
    assert [bar.get_height() for bar in first.patches] == [5, 1, 0, 2]
    assert [bar.get_alpha() == 1 for bar in first.patches] == [True, True, False, False]
    assert [bar.get_alpha() == 1 for bar in second.patches] == [False, False, True, False]
    assert [text.get_text() for text in second.get_xticklabels()] == ["w", "z", "x", "y"]


def test_figure8_shows_every_head_on_the_labels_of_one() -> None:
    accuracy = np.arange(8).reshape(2, 4) / 10
    band = Band(np.full(4, 2.0), np.full(4, 1.0), np.full(4, 3.0))
    figure = figure8(COUNTS, np.array([0, -1, -1, 0]), accuracy, band, NAMES, "here")
    upper, empty, lower, _ = figure.axes
    marks = [line.get_ydata().tolist() for line in upper.lines]
    assert marks == [[5, 1], [1, 0]]
    assert [line.get_ydata().tolist() for line in lower.lines[:2]] == [[0.0, 0.3], [0.4, 0.7]]
    assert [text.get_text() for text in lower.get_xticklabels()] == ["w", "z"]
    assert [text.get_text() for text in empty.texts] == ["owns no label"]


@pytest.mark.parametrize("printed", [{}, {"attention7": (0.82, 0.78)}])
def test_figure9_tells_both_kinds_of_labels_apart(printed: dict) -> None:
    accuracy = np.array([0.5, 0.9, 0.7, 0.8])
    split = Split(np.array([False, True, True, False]), 0.1)
    (axes,) = figure9(accuracy, {"attention7": split}, NAMES, printed).axes
    bars = {bar.get_height(): bar.get_facecolor() for bar in axes.patches}
    assert bars[0.9] == bars[0.7] != bars[0.8] == bars[0.5]
    means = {line.get_color(): line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--"}
    assert means == {OURS: pytest.approx(0.8), CHANCE: pytest.approx(0.65)}
    papers = [line.get_ydata()[0] for line in axes.lines if line.get_color() == PAPER]
    assert papers == list(printed.get("attention7", ()))


def test_figure10_shows_means_over_seeds_and_over_draws() -> None:
    owned = Ownership(np.array([[4, 2], [2, 0]]), np.array([[1, 0], [3, 2], [2, 1]]))
    (axes,) = figure10(np.array([1.0, 2.0]), {"attention7": owned}, {}).axes
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert lines["measured"] == [3, 1]
    assert lines["random heads, mean"] == [2, 1]
