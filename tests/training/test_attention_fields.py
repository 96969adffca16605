"""Attention fields and their similarity to images, against literal loops."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.training.attention_fields import (
    attention_fields,
    head_fields,
    on_the_image,
    partners,
    shown_images,
    similarity,
    token_luminance,
)
from tests.conftest import TAPS


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


def test_luminance_does_not_depend_on_what_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    images = torch.randint(256, (7, 3, 6, 6), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    at_once = token_luminance(images, 9)
    monkeypatch.setattr("nodal.training.attention_fields.inputs_at_once", lambda _: 3)
    torch.testing.assert_close(token_luminance(images, 9), at_once)


def test_similarity_is_the_correlation() -> None:
    maps = torch.randn(4, 3, 16, generator=torch.Generator().manual_seed(2))
    grey = torch.rand(4, 16, generator=torch.Generator().manual_seed(3))
    found = similarity(maps, grey)
    for image in range(4):
        for head in range(3):
            expected = np.corrcoef(maps[image, head], grey[image])[0, 1]
            assert found[image, head].item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("level", [0.0, 0.1, 77.3, 254.9])
def test_what_is_constant_is_like_nothing(level: float) -> None:
    # In single precision, the mean of equal values differs from them.
    values, constant = torch.randn(1, 1, 196), torch.full((1, 196), level)
    assert torch.isnan(similarity(values, constant)).all()
    assert torch.isnan(similarity(constant[:, None], values[:, 0])).all()
    assert torch.isfinite(similarity(values, constant + 0.01 * torch.arange(196))).all()


@given(st.integers(0, 2**32 - 1), st.floats(-50, 50), st.floats(0.01, 50), st.sampled_from([-1, 1]))
def test_similarity_forgets_level_and_scale_of_a_field(
    seed: int, level: float, scale: float, sign: int
) -> None:
    values = torch.randn(2, 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    before = similarity(values[:1, None], values[1:])
    after = similarity(sign * scale * values[:1, None] + level, values[1:])
    torch.testing.assert_close(after, sign * before)
    assert before.abs() <= 1 + 1e-9


def test_measured_fields_are_those_of_single_images(network: CCT, data: Dataset, plain: Augment) -> None:
    images, tap = data.inputs["test"], TAPS["attention2"]
    maps, predicted = attention_fields(network, tap, images, plain)
    for row, image in enumerate(images):
        inputs = plain.plain(image[None])
        with torch.no_grad():
            tokens = collect(network, inputs, {"tap": tap})["tap"]
            assert predicted[row] == network(inputs).argmax()
        torch.testing.assert_close(maps[row], head_fields(tokens, 4)[0])


def test_partners_share_the_label_and_are_others() -> None:
    labels = np.array([0, 1, 0, 2, 1, 0, 1])
    found = partners(labels, np.random.default_rng(0))
    assert found[3] == -1  # the only image of its label
    rows = np.flatnonzero(found >= 0)
    assert (labels[found[rows]] == labels[rows]).all()
    assert (found[rows] != rows).all()
    assert (found == partners(labels, np.random.default_rng(0))).all()
    assert sorted(found[rows]) == rows.tolist()


def test_the_most_similar_and_a_typical_image_are_shown() -> None:
    own = np.array([0.1, -0.9, 0.5, np.nan, 0.95, 0.9])
    eligible = np.array([True, True, True, True, False, True])
    assert shown_images(own, eligible) == {"the most similar": 1, "typical (median)": 2}
    assert shown_images(own, np.zeros(6, bool)) == {}


def test_of_equal_images_the_first_is_shown() -> None:
    own = np.array([0.1, 0.5, -0.5, 0.5, 0.9, -0.9])  # 0.1, three times 0.5, twice 0.9
    assert shown_images(own, np.ones(6, bool)) == {"the most similar": 4, "typical (median)": 1}
    assert shown_images(own, np.arange(6) == 3) == {"the most similar": 3, "typical (median)": 3}


@pytest.mark.parametrize("before", [0, 1, 5])
def test_class_and_register_tokens_are_no_part_of_the_image(before: int) -> None:
    tokens = torch.arange(2 * (before + 64) * 3).view(2, before + 64, 3)
    torch.testing.assert_close(on_the_image(tokens), tokens[:, before:], rtol=0, atol=0)
