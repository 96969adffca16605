"""Normalisation, shift, flip, crop, erasing: against literal loops, and the distribution of the draws."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms.functional import normalize

from nodal.augment.boxes import random_boxes
from nodal.augment.pipeline import Augment, normalise

STATISTICS = {"mean": [0.5071, 0.4867, 0.4408], "std": [0.2675, 0.2565, 0.2761]}
EVERYTHING = {"shift": 2, "flip": True, "crop_scale": (0.8, 1.0), "randaugment": True, "erase": 0.25}


def noise(count: int, side: int, seed: int = 0) -> Tensor:
    return torch.randint(
        256, (count, 3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed)
    )


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_normalise_by_image() -> None:
    images = noise(4, 9)
    images[3] = images[3] // 16 + 100
    result = normalise(images, "image")
    for image, out in zip(images.double(), result, strict=True):
        torch.testing.assert_close(
            out.double(), (image - image.mean()) / image.std(correction=0), rtol=1e-5, atol=1e-5
        )


@pytest.mark.parametrize("level", [0, 77, 255])
def test_constant_image_becomes_zero(level: int) -> None:
    assert torch.equal(normalise(torch.full((2, 3, 8, 8), level, dtype=torch.uint8)), torch.zeros(2, 3, 8, 8))


def test_normalise_by_statistics_is_torchvisions() -> None:
    images = noise(3, 7)
    expected = normalize(images.float() / 255, STATISTICS["mean"], STATISTICS["std"])
    torch.testing.assert_close(normalise(images, STATISTICS), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("how", ["channel", {"mean": [0, 0, 0], "std": [1, 0, 1]}, {"mean": [0], "std": [1]}])
def test_bad_normalisation(how: object) -> None:
    with pytest.raises(ValueError, match=r"normalise: .* neither"):
        normalise(noise(1, 4), how)  # type: ignore[arg-type]


@pytest.mark.parametrize("normalisation", ["image", STATISTICS])
def test_all_off_is_normalise(normalisation: object) -> None:
    augment = Augment(normalisation)  # type: ignore[arg-type]
    images, generator = noise(5, 8), seeded(0)
    before = generator.get_state()
    assert torch.equal(augment(images, generator), normalise(images, normalisation))  # type: ignore[arg-type]
    assert torch.equal(generator.get_state(), before)
    assert not augment.random


@pytest.mark.parametrize("name", EVERYTHING)
def test_random(name: str) -> None:
    augment = Augment(**{name: EVERYTHING[name]})  # type: ignore[arg-type]
    assert augment.random
    images = noise(64, 16)
    assert torch.equal(augment.plain(images), normalise(images))
    assert not torch.equal(augment(images, seeded(0)), normalise(images))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 3), st.booleans(), st.integers(4, 9), st.integers(4, 9))
def test_shift_and_flip(seed: int, shift: int, flip: bool, height: int, width: int) -> None:
    """Every result is one of the possible shifts, with repeated border, of the image or its mirror image."""
    images = torch.randint(256, (6, 3, height, width), dtype=torch.uint8, generator=seeded(seed))
    results = Augment(STATISTICS, shift=shift, flip=flip)(images, seeded(seed))
    for image, result in zip(images, results, strict=True):
        candidates = []
        for source in (image, image.flip(2))[: 1 + flip]:
            for down in range(-shift, shift + 1):
                for right in range(-shift, shift + 1):
                    rows = [min(max(y - down, 0), height - 1) for y in range(height)]
                    columns = [min(max(x - right, 0), width - 1) for x in range(width)]
                    candidates.append(source[:, rows][:, :, columns])
        expected = normalise(torch.stack(candidates), STATISTICS)
        assert (expected == result).flatten(1).all(1).any()


def test_shifts_and_flips_are_uniform() -> None:
    image = torch.zeros(1, 3, 5, 5, dtype=torch.uint8)
    image[:, 0, 2, 2], image[:, 1, 2, 1] = (
        255,
        255,
    )  # the green point lies left of the red one, or right of it
    count = 9000
    results = Augment(STATISTICS, shift=1, flip=True)(image.expand(count, -1, -1, -1), seeded(0))
    red, green = results[:, 0].flatten(1).argmax(1), results[:, 1].flatten(1).argmax(1)
    places = torch.bincount(red, minlength=25).view(5, 5)[1:4, 1:4] / count
    assert places.flatten().tolist() == pytest.approx([1 / 9] * 9, abs=5 * math.sqrt(1 / 9 / count))
    assert (green < red).float().mean() == pytest.approx(0.5, abs=5 * math.sqrt(0.25 / count))


def test_boxes_fit_and_have_the_stated_areas_and_aspects() -> None:
    count = 20_000
    boxes, found = random_boxes(count, (64, 48), (0.3, 0.5), (3 / 4, 4 / 3), seeded(0))
    top, left, height, width = boxes.unbind(1)
    assert found.all()
    assert min(top.min(), left.min()) == 0
    assert (top + height).max() == 64
    assert (left + width).max() == 48
    share = (height * width).double() / (64 * 48)
    assert share.mean() == pytest.approx(0.4, abs=0.003)
    assert share.std() == pytest.approx(0.2 / math.sqrt(12), abs=0.003)
    aspect = (width / height).double().log()
    assert aspect.mean() == pytest.approx(0, abs=0.01)
    assert aspect.abs().max() < math.log(4 / 3) + 0.05
    free = height < 64
    assert (top[free] / (64 - height[free])).mean() == pytest.approx(0.5, abs=0.01)


def test_boxes_that_never_fit_are_the_whole_image() -> None:
    boxes, found = random_boxes(3, (8, 8), (1.0, 1.0), (2.0, 3.0), seeded(0))
    assert not found.any()
    assert boxes.tolist() == [[0, 0, 8, 8]] * 3


def test_erasing() -> None:
    """A quarter of the images get one rectangle of Gaussian noise, 2 % to a third of the area."""
    count, side = 4000, 24
    plain = torch.randint(256, (count, 3, side, side), dtype=torch.uint8, generator=seeded(1))
    results = Augment(STATISTICS, erase=0.25)(plain, seeded(0))
    changed = (results != normalise(plain, STATISTICS)).all(1)
    erased = changed.flatten(1).any(1)
    assert erased.float().mean() == pytest.approx(0.25, abs=5 * math.sqrt(0.1875 / count))
    for mask in changed[erased]:
        height, width = int(mask.any(1).sum()), int(mask.any(0).sum())
        assert int(mask.sum()) == height * width  # a rectangle
        assert 0.015 < height * width / side**2 < 0.36
        assert max(height, width) < side
    values = results[changed[:, None].expand_as(results)]
    assert values.mean() == pytest.approx(0, abs=0.01)
    assert values.std() == pytest.approx(1, abs=0.01)


def test_seed_decides_and_input_is_left_alone() -> None:
    augment, images = Augment(STATISTICS, **EVERYTHING), noise(64, 16)  # type: ignore[arg-type]
    first, again, other = augment(images, seeded(1)), augment(images, seeded(1)), augment(images, seeded(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(images, noise(64, 16))
    assert first.dtype == torch.float32
    assert first.isfinite().all()


def test_global_generator_is_not_used() -> None:
    state = torch.get_rng_state()
    Augment(STATISTICS, **EVERYTHING)(noise(32, 16), seeded(0))  # type: ignore[arg-type]
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_gpu_draws_the_same_parameters() -> None:
    augment, images = Augment(STATISTICS, **{**EVERYTHING, "erase": 0.0}), noise(64, 32)  # type: ignore[arg-type]
    there = augment(images.cuda(), seeded(0)).cpu()
    differ = (augment(images, seeded(0)) - there).abs() > 1e-4
    assert differ.float().mean() < 0.02  # a grey level where a value is rounded the other way


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"crop_scale": (0.9, 0.5)}, "crop_scale"),
        ({"crop_scale": (0.0, 1.0)}, "crop_scale"),
        ({"shift": -1}, "shift"),
        ({"erase": 1.5}, "erase"),
    ],
)
def test_bad_settings(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}: [^\n]*$"):
        Augment(**wrong)  # type: ignore[arg-type]


def test_randaugment_settings() -> None:
    assert Augment(STATISTICS, randaugment=True).randaugment.fill == (129, 124, 112)  # type: ignore[union-attr]
    assert Augment(randaugment={"magnitude": 5}).randaugment.fill == (128, 128, 128)  # type: ignore[union-attr]
    assert Augment(randaugment={"magnitude": 5}).randaugment.magnitude == 5  # type: ignore[union-attr]
    assert Augment(randaugment=False).randaugment is None
