"""Figures 7 to 10: chance bands against brute force, and what is drawn, read back from the artists."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.patches import Patch

from nodal.attention.chance import Band, appearance_band, reach, subset_differences
from nodal.attention.ownership import owned_labels, owners
from nodal.figures.head_counts import by_owner, label_counts
from nodal.figures.head_labels import owned_labels_and_accuracy
from nodal.figures.label_accuracy import Split, accuracy_by_ownership
from nodal.figures.ratio_curve import Ownership, owned_by_ratio
from nodal.figures.style import CHANCE, OURS, PAPER

COUNTS = np.array([[5, 0, 2, 1], [1, 4, 2, 0]])
NAMES = tuple("wxyz")
counts_of_heads = arrays(
    np.int64, st.tuples(st.integers(2, 4), st.integers(1, 6)), elements=st.integers(0, 12)
)


@pytest.mark.filterwarnings("error")  # a label that nobody holds, or that everybody does, is no trouble
@pytest.mark.parametrize(("nodes", "heads"), [(6, 2), (6, 3), (12, 2), (12, 4), (8, 1)])
def test_the_band_is_that_of_all_ways_to_deal_nodes(nodes: int, heads: int) -> None:
    each = nodes // heads
    holders = np.arange(nodes + 1)
    # Label n has n holders, dealt to one head after another as they fill.
    counts = np.array([np.clip(holders - head * each, 0, each) for head in range(heads)])
    band = appearance_band(counts, nodes)
    for held in holders:
        drawn = [sum(node < held for node in head) for head in itertools.combinations(range(nodes), each)]
        low, high = (np.quantile(drawn, share, method="inverted_cdf") for share in (0.025, 0.975))
        assert (band.low[held], band.high[held]) == (low, high)


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
    found = reach(subset_differences(values, chosen, 20_000, np.random.default_rng(0)))
    assert found in every
    assert np.mean(np.array(every) <= found) >= 0.9
    assert np.isnan(reach(subset_differences(values, np.ones(6, bool), 10, np.random.default_rng(0))))


def kind(bar: Patch) -> str:
    return "inside" if bar.get_hatch() else "own" if bar.get_alpha() is None else "not"


def test_figure7_orders_labels_by_owner_and_marks_them() -> None:
    owner = owners(COUNTS, 2)
    assert owner.tolist() == [0, 1, -1, 0]
    assert by_owner(COUNTS, owner).tolist() == [0, 3, 1, 2]
    band = Band(np.full(4, 1.0), np.full(4, 3.0))
    figure = label_counts(COUNTS, owner, band, NAMES, "here")
    first, second = figure.axes
    bars = [sorted(axes.patches, key=lambda bar: bar.get_x()) for axes in (first, second)]
    assert [bar.get_height() for bar in bars[0]] == [5, 1, 0, 2]
    # Full, hatched inside the band of chance, or pale.
    assert [kind(bar) for bar in bars[0]] == ["own", "inside", "not", "not"]
    assert [kind(bar) for bar in bars[1]] == ["not", "not", "own", "not"]
    assert [text.get_text() for text in second.get_xticklabels()] == ["w", "z", "x", "y"]


def test_figure8_shows_every_head_on_the_labels_of_one() -> None:
    accuracy = np.arange(8).reshape(2, 4) / 10
    band = Band(np.full(4, 1.0), np.full(4, 3.0))
    figure = owned_labels_and_accuracy(COUNTS, np.array([0, -1, -1, 0]), accuracy, band, NAMES, "here")
    upper, empty, lower, _ = figure.axes
    marks = [line.get_ydata().tolist() for line in upper.lines]
    assert marks == [[5, 1], [1], [1, 0]]
    assert [line.get_ydata().tolist() for line in lower.lines[:3]] == [[0.0, 0.3], [0.3], [0.4, 0.7]]
    for panel in (upper, lower):  # the label inside the band of chance is hollow
        assert panel.lines[1].get_color() == "w"
        assert panel.lines[1].get_xdata() == panel.lines[0].get_xdata()[1]
    assert [text.get_text() for text in lower.get_xticklabels()] == ["w", "z"]
    assert [text.get_text() for text in empty.texts] == ["owns no label"]
    assert upper.get_xlim() == lower.get_xlim()


def test_figure8_sets_marks_of_equal_height_side_by_side() -> None:
    counts = np.array([[4, 4], [1, 1], [1, 1]])
    band = Band(np.full(2, 1.0), np.full(2, 3.0))
    figure = owned_labels_and_accuracy(counts, np.array([0, 0]), counts / 4, band, NAMES[:2], "here")
    places = np.array([line.get_xdata() for line in figure.axes[0].lines])
    assert len(np.unique(places)) == places.size
    assert (np.round(places) == [0, 1]).all()


@pytest.mark.parametrize("owner", [0, 1])
def test_figure8_names_its_marks_whichever_head_owns_a_label(owner: int) -> None:
    band = Band(np.full(4, 1.0), np.full(4, 3.0))
    figure = owned_labels_and_accuracy(COUNTS, np.full(4, owner), COUNTS / 9, band, NAMES, "here")
    (legend,) = figure.legends
    named = {text.get_text() for text in legend.get_texts()}
    assert named == {"95 % range of random nodes", "head 1", "head 2", "a guess"}


def test_figures_of_more_heads_than_colours() -> None:
    counts = np.eye(12, 13, dtype=np.int64)
    band, names = appearance_band(counts, 24), [str(label) for label in range(13)]
    figure = label_counts(counts, owners(counts, 2), band, names, "here")
    assert [axes.get_title("left") for axes in figure.axes] == list("abcdefghijkl")


def test_figure9_names_as_many_labels_as_there_is_room_for() -> None:
    for count, named in ((100, 100), (1000, 100)):
        few = np.arange(count) < 9
        split = Split(few, few, 0.0, 0.1)
        names = list(map(str, range(count)))
        (axes,) = accuracy_by_ownership(np.full(count, 0.5), {"attention7": split}, names, {}).axes
        texts = [text.get_text().strip() for text in axes.get_xticklabels()]
        assert len(texts) == named
        assert texts == [names[place] for place in axes.get_xticks()]


@pytest.mark.parametrize("printed", [{}, {"attention7": (0.82, 0.78)}])
def test_figure9_tells_both_kinds_of_labels_apart(printed: dict) -> None:
    accuracy = np.array([0.5, 0.9, 0.7, 0.8])
    owned = np.array([False, True, True, False])
    split = Split(owned, owned, 0.15, 0.1)
    (axes,) = accuracy_by_ownership(accuracy, {"attention7": split}, NAMES, printed).axes
    bars = {bar.get_height(): bar.get_facecolor() for bar in axes.patches}
    assert bars[0.9] == bars[0.7] != bars[0.8] == bars[0.5]
    means = {line.get_color(): line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--"}
    assert means == {OURS: pytest.approx(0.8), CHANCE: pytest.approx(0.65)}
    papers = {line.get_label(): line.get_ydata()[0] for line in axes.lines if line.get_color() == PAPER}
    expected = {"the paper, of a head: 0.82": 0.82, "the paper, of no head: 0.78": 0.78}
    assert papers == (expected if printed else {})
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "2 labels of a head: 0.800",
        "2 labels of no head: 0.650",
        *papers,
    ]
    assert "+0.150 (random sets: within ±0.100 in 95 %)" in axes.get_title()
    assert axes.get_ylim()[0] in axes.get_yticks()


def test_figure9_of_two_layers_tells_three_kinds_of_labels_apart() -> None:
    accuracy = np.array([0.5, 0.9, 0.7, 0.8, 0.6])
    last, before = np.array([[False, True, True, False, True], [False, True, False, True, True]])
    split = Split(last & before, last | before, 0.1, 0.2)
    (axes,) = accuracy_by_ownership(accuracy, {"both": split}, [*NAMES, "v"], {}).axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "2 labels of a head in both: 0.750",
        "2 labels in one of them: 0.750",
        "1 labels in neither: 0.500",
    ]


def test_figure10_shows_means_over_seeds_and_over_draws() -> None:
    owned = Ownership(np.array([[4, 2], [2, 0]]), np.array([[1, 0], [3, 2], [2, 1]]))
    (axes,) = owned_by_ratio(np.array([1.0, 2.0]), {"attention7": owned}, 1.7, {}).axes
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert lines["measured, mean of 2 seeds"] == [3, 1]
    assert lines["random heads, mean"] == [2, 1]
    assert [line.get_xdata() for line in axes.lines if line.get_linestyle() == ":"] == [[1.7, 1.7]]
    limits = {
        each.get_label(): each.get_paths()[0].vertices[:, 1]
        for each in axes.collections  # the vertices of a band go round it
    }
    sd = np.sqrt(2)
    assert {*np.round(limits["± sd"], 9)} == {*np.round([3 - sd, 3 + sd, 1 - sd, 1 + sd], 9)}
    assert (limits["random heads, 95 % of draws"].min(), limits["random heads, 95 % of draws"].max()) == (
        0.05,
        2.95,
    )


@pytest.mark.parametrize("printed", [{}, {"attention7": 70}])
def test_figure10_draws_the_papers_value_only_where_it_is_given(printed: dict) -> None:
    owned = Ownership(np.array([[4, 2]]), np.array([[1, 0], [3, 2]]))
    figure = owned_by_ratio(np.array([1.0, 2.0]), {"attention6": owned, "attention7": owned}, 2, printed)
    drawn = [
        [line.get_xydata().tolist() for line in axes.lines if line.get_color() == PAPER]
        for axes in figure.axes
    ]
    assert drawn == [[], [[[1.5, 70], [2.5, 70]]] if printed else []]
