"""What the figures of nodes, labels and thresholds draw, read back from their artists."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from nodal.figures.cluster_display import display_order, permuted_kinds
from nodal.figures.gallery import gallery
from nodal.figures.label_shares import Share, label_shares
from nodal.figures.matrices import Example, clipped_matrices
from nodal.figures.pruning_rule import connected_nodes, quantile_nodes
from nodal.figures.silencing import silencing_scheme
from nodal.figures.style import CHANCE, OURS, PAPER, ROTATED, UNTRAINED, head_colour, save
from nodal.figures.thresholds import SERIES, optimum, snr_curves
from nodal.snp.clusters import clusters
from nodal.snp.label_shares import Chance
from nodal.snp.matrix import Snp

NAMES = tuple("abcdefgh")


def level(texts: Iterable[Text]) -> list[str]:
    """Names that stand level, of which every second may be a line lower."""
    return [text.get_text().strip() for text in texts]


@pytest.fixture
def snp() -> Snp:
    rng = np.random.default_rng(3)
    a, w = rng.normal(size=(2, 12, 8)).astype(np.float32)
    return Snp(a, w)


def test_figure2_shows_the_weights_and_means_of_its_node(snp: Snp) -> None:
    figure = silencing_scheme(snp, 5, "block7", NAMES)
    layer, matrix = figure.axes[1:3]
    widths = layer.collections[1].get_linewidths()
    np.testing.assert_allclose(widths / max(widths), np.abs(snp.weight[5]) / np.abs(snp.weight[5]).max())
    np.testing.assert_array_equal(matrix.images[0].get_array(), snp.matrices([5])[0])
    side, top, bar = matrix.child_axes
    np.testing.assert_array_equal(np.float32([each.get_width() for each in side.patches]), snp.pooled_mean[5])
    np.testing.assert_array_equal(np.float32([each.get_height() for each in top.patches]), snp.weight[5])
    assert matrix.images[0].get_clim() == bar.get_ylim() == (-1, 1)
    assert [text.get_text() for text in matrix.get_yticklabels()] == list(NAMES)
    assert "node 5" in [text.get_text() for text in layer.texts]


def test_figure3_shows_the_matrix_its_clipping_and_its_clusters(snp: Snp) -> None:
    numbers = clusters(snp, [0.3])[0][4]
    matrix = snp.matrices([4])[0]
    figure = clipped_matrices([Example("block7, node 4", matrix, numbers)], 0.3, NAMES)
    shown = [axes.images[0].get_array() for axes in figure.axes[:3]]
    np.testing.assert_array_equal(shown[0], matrix)
    np.testing.assert_array_equal(shown[1], matrix > 0.3)
    np.testing.assert_array_equal(shown[2], permuted_kinds(matrix > 0.3, numbers))
    sizes = np.bincount(numbers[numbers >= 0])
    assert f"{(matrix > 0.3).sum() - (sizes**2).sum()} elements of noise" in figure.axes[2].get_title()
    assert shown[0].shape == (8, 8)
    assert figure.axes[0].images[0].get_clim() == figure.axes[3].get_ylim() == (-1, 1)
    order = [NAMES[label] for label in display_order(numbers)]
    for axes, expected in ((figure.axes[0], list(NAMES)), (figure.axes[2], order)):
        assert (
            level(axes.get_xticklabels()) == [text.get_text() for text in axes.get_yticklabels()] == expected
        )
    for number in range(len(sizes)):
        members = " ".join(np.array(NAMES)[numbers == number])
        assert f"{{{members}}}" in figure.axes[2].get_xlabel().replace("\n", " ")


def test_a_negative_field_beyond_the_scale_is_said_to_be_one(snp: Snp) -> None:
    figure = clipped_matrices([Example("x", snp.matrices([4])[0], clusters(snp, [0.3])[0][4])], 0.3, NAMES)
    assert figure.axes[0].images[0].colorbar.extend == "min"


def test_many_labels_are_named_by_cluster_only() -> None:
    names = [f"label{number}" for number in range(30)]
    numbers = np.where(np.arange(30) < 3, 0, -1).astype(np.int16)
    figure = clipped_matrices([Example("x", np.eye(30, dtype=np.float32), numbers)], 0.3, names)
    assert "{label0 label1 label2}" in figure.axes[2].get_xlabel().replace("\n", " ")
    assert not figure.axes[2].get_xticklabels()


def test_figure4_shows_means_over_seeds_and_what_chance_gives() -> None:
    shares = [Share(np.arange(8) + seed, np.arange(8.0) * seed, Chance(4.0, 2.0)) for seed in range(4)]
    figure = label_shares(shares, NAMES, "here", None)
    upper, lower = figure.axes
    heights = [bar.get_height() for bar in upper.patches]
    np.testing.assert_allclose(heights, np.arange(8) + 1.5)
    np.testing.assert_allclose([bar.get_height() for bar in lower.patches], np.arange(8) * 1.5)
    limits = upper.collections[-1].get_paths()[0].vertices[:, 1]
    np.testing.assert_allclose([limits.min(), limits.max()], [4 - 1.96, 4 + 1.96])  # sd 2 / sqrt(4 seeds)


@pytest.mark.parametrize("printed", [None, 37.4])
def test_the_papers_value_is_drawn_only_for_the_papers_run(printed: float | None) -> None:
    share = Share(np.arange(8), np.arange(8.0), Chance(4.0, 2.0))
    figure = label_shares([share], NAMES, "here", printed)
    drawn = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_color() == PAPER]
    assert drawn == ([] if printed is None else [printed])


def test_figure5_ends_where_the_noise_does_and_marks_the_best_threshold() -> None:
    thresholds = np.array([0.1, 0.2, 0.3, 0.4])
    controls = {name: np.full((2, 4), height) for height, name in enumerate(SERIES.values(), 1)}
    snr = {**controls, "nodes": np.array([[1, 2, 3, np.inf], [3, 2, 5, 7]])}
    worst = {**controls, "nodes": np.array([[1.0, 4, 2, 0], [1, 2, 3, 0]])}
    figure = snr_curves(thresholds, {"block7": (snr, worst)}, {"block7": (0.3, 3.28)})
    left, right = figure.axes
    line = next(line for line in left.lines if line.get_color() == OURS)
    np.testing.assert_array_equal(line.get_ydata(), [2, 2, 4, np.nan])
    heights = {line.get_color(): line.get_ydata()[0] for line in left.lines}
    assert [heights[colour] for colour in (CHANCE, UNTRAINED, ROTATED)] == [1, 2, 3]
    mark = next(line for line in right.lines if line.get_marker() == "v")
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (0.2, 3)
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["nodes: largest at 0.20"]
    assert [tuple(*line.get_xydata()) for line in left.lines if line.get_color() == PAPER] == [(0.3, 3.28)]


def test_the_best_threshold_is_sought_where_all_seeds_have_a_value() -> None:
    values = np.array([[1, np.nan, 2, np.inf], [1, 9, 2, 9]])
    assert optimum(np.array([0.1, 0.2, 0.3, 0.4]), values) == (0.3, 2)


def test_figure6_draws_what_the_mask_keeps() -> None:
    rng = np.random.default_rng(1)
    inputs, outputs = rng.random((20, 8)) < 0.3, rng.random((30, 8)) < 0.2
    mask = (outputs[:, None] & inputs).any(-1)
    figure = connected_nodes(inputs, outputs, mask, "linear1", NAMES)
    part = mask[np.ix_(quantile_nodes(outputs), quantile_nodes(inputs))]
    lines = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 2]
    assert [line.get_color() == OURS for line in lines] == part.ravel().tolist()
    assert f"{100 * mask.mean():.0f} %" in figure.axes[1].get_title()


def test_the_gallery_holds_every_node_the_fullest_first(snp: Snp) -> None:
    numbers = clusters(snp, [0.3])[0]
    figure = gallery(snp, numbers, 0.3, "block7", NAMES)
    titles = [text.get_text().split("\n", 1) for text in figure.axes[0].texts]
    shown = [int(node.removeprefix("node ")) for node, _ in titles]
    for node, (_, held) in zip(shown, titles, strict=True):
        assert set(held) & set(NAMES) == {NAMES[label] for label in np.flatnonzero(numbers[node] >= 0)}
    assert sorted(shown) == list(range(12))
    sizes = (numbers[shown] >= 0).sum(1)
    assert (np.diff(sizes) <= 0).all()
    sheet = figure.axes[0].images[0].get_array()
    first = shown[0]
    left, top = np.ceil(figure.axes[0].lines[0].get_xydata().min(axis=0)).astype(int)  # of its frame
    np.testing.assert_array_equal(
        sheet[top : top + 8, left : left + 8], permuted_kinds(snp.matrices([first])[0] > 0.3, numbers[first])
    )


def test_a_saved_figure_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    for name in "ab":
        figure = Figure()
        figure.subplots().plot([1, 2])
        save(figure, tmp_path / f"{name}.png", tmp_path / f"{name}.pdf")
    for kind in ("png", "pdf"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.size[0] > 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png", "b.pdf", "b.png"]


def test_every_head_of_four_has_its_own_colour() -> None:
    assert len({head_colour(head) for head in range(1, 9)}) == 8
