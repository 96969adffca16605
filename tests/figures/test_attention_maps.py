"""What Figure 11 draws: the right field in the right place, and the distributions as they are."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from nodal.figures.attention_maps import Distribution, Example, attention_maps
from nodal.figures.style import CHANCE, OURS

EMPTY = np.empty(0)


def example(heads: int, owner: int) -> Example:
    """Random maps of 9 tokens; similarities 0, 0.01, 0.02, ... in their order."""
    maps = np.random.default_rng(heads).normal(3, 1, (heads + 2, 3, 3)).astype(np.float32)
    similarity = np.arange(heads + 2, dtype=np.float32) / 100
    grey = np.arange(9, dtype=np.float32).reshape(3, 3)
    return Example(np.zeros((3, 6, 6), np.uint8), grey, maps[:-1], maps[-1], similarity, owner, "a\nb")


def distribution(seed: int) -> Distribution:
    return Distribution(*np.random.default_rng(seed).random((3, 50)))


def all_axes(figure: Figure) -> list[Axes]:
    return [axes for part in figure.subfigs for axes in part.axes]


def words(figure: Figure) -> str:
    return " ".join(text.get_text() for part in figure.subfigs for text in part.texts)


@pytest.mark.parametrize("heads", [1, 3, 4, 5, 12])
def test_every_field_stands_under_its_name_and_over_its_similarity(heads: int) -> None:
    shown = [example(heads, owner=heads), example(heads, owner=1)]
    distributions = {head: distribution(head) for head in range(1, heads + 1)}
    figure = attention_maps(shown, distributions, distribution(0), "attention7")
    drawn = [axes for axes in all_axes(figure) if axes.images]
    assert len(drawn) == 2 * (heads + 4)
    for number, each in enumerate(shown):
        picture, grey, *fields = drawn[number * (heads + 4) : (number + 1) * (heads + 4)]
        assert picture.get_xlabel() == each.title
        np.testing.assert_array_equal(grey.images[0].get_array(), each.luminance)
        others = [head for head in range(1, heads + 1) if head != each.owner]
        names = ["all heads", f"head {each.owner}: its own", *(f"head {head}" for head in others)]
        assert [axes.get_title() for axes in fields] == [*names, "all, pruned"]
        maps = [*each.maps[[0, each.owner, *others]], each.pruned]
        places = [0, each.owner, *others, heads + 1]
        for axes, field, place in zip(fields, maps, places, strict=True):
            image = axes.images[0]
            np.testing.assert_allclose(image.get_array(), field - field.mean(), atol=1e-5)
            low, high = image.get_clim()
            assert low == -high
            assert high == pytest.approx(np.abs(field - field.mean()).max())
            assert axes.get_xlabel() == f"+{place / 100:.2f}"


def test_histograms_are_shares_of_images() -> None:
    own = np.array([0.02, 0.52, 0.53, np.nan, 0.99])
    one = Distribution(own, np.full(10, 0.31), np.array([0.6]))
    figure = attention_maps([], {1: one, 2: Distribution(EMPTY, own, EMPTY)}, one, "attention7")
    first, second = (axes for axes in all_axes(figure) if axes.get_title().startswith("head"))
    for colour, bins in ((OURS, {0: 0.25, 10: 0.5, 19: 0.25}), ("black", {6: 1.0}), (CHANCE, {12: 1.0})):
        (line,) = (each for each in first.patches if to_rgb(each.get_edgecolor()) == to_rgb(colour))
        corners = line.get_xy()
        for number in range(20):
            middle = np.isclose(corners[:, 0], number / 20) | np.isclose(corners[:, 0], (number + 1) / 20)
            assert bins.get(number, 0) in corners[middle, 1].round(6)
        assert corners[:, 1].max() == pytest.approx(max(bins.values()))
    assert [text.get_text() for text in first.texts] == [
        "> 0.5: 75 % of 4", "> 0.5: 0 % of 10", "> 0.5: 100 % of 1",
    ]  # fmt: skip
    assert [text.get_text() for text in second.texts] == ["> 0.5: 75 % of 4"]


def test_the_statement_counts_all_heads_together() -> None:
    together = Distribution(np.array([0.6, 0.4, 0.1, 0.2]), np.array([0.9, 0.5]), np.array([np.nan]))
    text = words(attention_maps([], {1: distribution(1)}, together, "attention7"))
    assert "25 % in the head that owns their label, 50 % in other heads, (no image) in their own" in text


def test_it_says_that_no_label_is_owned() -> None:
    none = Distribution(EMPTY, np.linspace(0, 1, 30), EMPTY)
    figure = attention_maps([], {1: none, 2: none}, none, "attention7")
    assert "No image is shown" in words(figure)
    assert "No label belongs to a head" in words(figure)
    assert not any(axes.images for axes in all_axes(figure))
