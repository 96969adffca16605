"""Attention fields and their similarity to images, against literal loops; what Figure 11 draws of them."""

import numpy as np
import pytest
import torch

from nodal.attention_fields import (
    head_fields,
    measure_fields,
    partners,
    shown_images,
    similarity,
    token_luminance,
)
from nodal.augment import Augment
from nodal.data.dataset import Dataset
from nodal.figures.attention_maps import Distribution, Example, figure11
from nodal.models.cct import CCT
from nodal.taps import collect


def test_fields_are_means_over_the_nodes_of_a_head() -> None:
    tokens = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
    maps = head_fields(tokens, 4)
    assert maps.shape == (3, 5, 5)
    for image in range(3):
        for token in range(5):
            values = tokens[image, token].tolist()
            assert maps[image, 0, token].item() == pytest.approx(sum(values) / 8, abs=1e-6)
            for head in range(4):
                mean = sum(values[2 * head : 2 * head + 2]) / 2
                assert maps[image, head + 1, token].item() == pytest.approx(mean, abs=1e-6)


def test_luminance_is_averaged_over_the_share_of_a_token() -> None:
    images = torch.randint(256, (2, 3, 6, 6), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    found = token_luminance(images, 9)
    for image in range(2):
        for row in range(3):
            for column in range(3):
                part = images[image, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].float()
                expected = (0.299 * part[0] + 0.587 * part[1] + 0.114 * part[2]).mean()
                assert found[image, 3 * row + column].item() == pytest.approx(expected.item(), rel=1e-5)


def test_similarity_is_the_correlation() -> None:
    maps = torch.randn(4, 3, 16, generator=torch.Generator().manual_seed(2))
    grey = torch.rand(4, 16, generator=torch.Generator().manual_seed(3))
    found = similarity(maps, grey)
    for image in range(4):
        for head in range(3):
            expected = np.corrcoef(maps[image, head], grey[image])[0, 1]
            assert found[image, head].item() == pytest.approx(expected, abs=1e-5)
    assert torch.isnan(similarity(torch.ones(1, 1, 4), grey[:1, :4])).all()


def test_measured_fields_are_those_of_single_images(network: CCT, data: Dataset, plain: Augment) -> None:
    images, tap = data.images["test"], network.taps()["attention2"]
    fields = measure_fields(network, tap, images, plain, 4)
    for row, image in enumerate(images):
        inputs = plain.plain(image[None])
        with torch.no_grad():
            tokens = collect(network, inputs, {"tap": tap})["tap"]
            assert fields.predicted[row] == network(inputs).argmax()
        torch.testing.assert_close(fields.maps[row], head_fields(tokens, 4)[0])


def test_partners_share_the_label_and_are_others() -> None:
    labels = np.array([0, 1, 0, 2, 1, 0, 1])
    found = partners(labels, np.random.default_rng(0))
    assert found[3] == -1  # the only image of its label
    rows = np.flatnonzero(found >= 0)
    assert (labels[found[rows]] == labels[rows]).all()
    assert (found[rows] != rows).all()
    assert sorted(found[rows]) == rows.tolist()


def test_the_most_similar_and_a_typical_image_are_shown() -> None:
    own = np.array([0.1, -0.9, 0.5, np.nan, 0.95, 0.9])
    eligible = np.array([True, True, True, True, False, True])
    assert shown_images(own, eligible) == {"the most similar": 1, "typical (median)": 2}
    assert shown_images(own, np.zeros(6, bool)) == {}


def distributions(heads: int) -> dict[int, Distribution]:
    rng = np.random.default_rng(0)
    return {head: Distribution(*rng.random((3, 50))) for head in range(1, heads + 1)}


def test_figure11_draws_the_owners_map_beside_the_image() -> None:
    maps = np.random.default_rng(1).normal(size=(4, 9)).astype(np.float32)
    example = Example(
        np.zeros((3, 6, 6), np.uint8), maps, -maps[0], np.arange(5, dtype=np.float32) / 10, 2, "a: b"
    )
    figure = figure11([example], distributions(3), "attention7")
    axes = [each for part in figure.subfigs for each in part.axes]
    shown = {each.get_title(): each for each in axes if each.images}
    for title, field in (("all heads", maps[0]), ("head 2: its own", maps[2]), ("all, pruned", -maps[0])):
        drawn = shown[title].images[0].get_array().ravel()
        np.testing.assert_allclose(drawn, field - field.mean(), atol=1e-6)
    assert shown["all, pruned"].get_xlabel() == "+0.40"
    assert shown["head 2: its own"].get_xlabel() == "+0.20"


def test_figure11_says_that_no_label_is_owned() -> None:
    figure = figure11([], distributions(2), "attention7")
    texts = [text.get_text() for part in figure.subfigs for text in part.texts]
    assert any("no label belongs to a head" in text for text in texts)
