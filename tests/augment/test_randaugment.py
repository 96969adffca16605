"""RandAugment against Pillow, one image at a time, and the distribution of its draws."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from benchmarks.pillow_reference import FILTERS, operation, some_images, to_pillow, to_tensor
from nodal.augment.randaugment import GEOMETRIC, OPERATIONS, RandAugment, operate
from nodal.augment.resample import resized_crop

FILL = (129, 124, 112)


@pytest.mark.parametrize("side", [8, 33])
@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_pillows(name: str, side: int) -> None:
    images = some_images(60, side)
    rng = np.random.default_rng(3)
    levels = rng.uniform(-1, 1, 60)
    levels[:6] = (0.0, 1.0, -1.0, 0.5, 0.9, 0.25)
    bicubic = rng.random(60) < 0.5
    ours = operate(
        images, torch.full((60,), OPERATIONS.index(name)), torch.tensor(levels), torch.tensor(bicubic), FILL
    )
    theirs = torch.stack(
        [
            to_tensor(operation(name, to_pillow(i), v, b, FILL))
            for i, v, b in zip(images, levels.tolist(), bicubic.tolist(), strict=True)
        ]
    )
    differ = (ours.int() - theirs.int()).abs()
    # Colour operations agree exactly. A resampled value on a whole grey level may be cut to the next one,
    # and a position on the border may lie outside: Pillow sums in double precision and another order.
    if name in GEOMETRIC:
        assert (differ > 1).float().mean() < 1e-4
        assert (differ > 0).float().mean() < 2e-3
    else:
        assert differ.max() == 0


@pytest.mark.parametrize("bicubic", [False, True])
def test_resized_crop_is_pillows(bicubic: bool) -> None:
    images = some_images(40, 32)
    rng = np.random.default_rng(0)
    boxes = []
    for _ in range(40):
        height, width = rng.integers(8, 33, 2)
        boxes.append((rng.integers(0, 33 - height), rng.integers(0, 33 - width), height, width))
    ours = resized_crop(images, torch.tensor(np.array(boxes)), torch.full((40,), bicubic))
    for image, result, (top, left, height, width) in zip(images, ours, boxes, strict=True):
        part = to_pillow(image).crop((left, top, left + width, top + height))
        expected = to_tensor(part.resize((32, 32), FILTERS[bicubic]))
        differ = (result.int() - expected.int()).abs()
        assert differ.max() <= 1
        assert (differ > 0).float().mean() < 5e-3


def test_whole_image_crop_changes_nothing() -> None:
    images = some_images(5, 16)
    whole = torch.tensor([[0, 0, 16, 16]]).expand(5, 4)
    assert torch.equal(resized_crop(images, whole, torch.tensor([True, False, True, False, True])), images)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([7, 12]), st.integers(1, 9))
def test_images_do_not_touch_each_other(seed: int, side: int, count: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    images = some_images(count, side, seed % 1000)
    kind = torch.randint(-1, len(OPERATIONS), (count,), generator=generator)
    level = torch.rand(count, generator=generator, dtype=torch.float64) * 2 - 1
    bicubic = torch.rand(count, generator=generator) < 0.5
    together = operate(images, kind, level, bicubic, FILL)
    alone = [
        operate(images[k : k + 1], kind[k : k + 1], level[k : k + 1], bicubic[k : k + 1], FILL)
        for k in range(count)
    ]
    assert torch.equal(together, torch.cat(alone))
    assert torch.equal(together[kind == -1], images[kind == -1])


def test_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each operation is drawn with probability 1/2 x 1/15, at N(9, 1/2) clipped, either sign and filter."""
    drawn: list[tuple[Tensor, Tensor, Tensor]] = []

    def record(images: Tensor, kind: Tensor, level: Tensor, bicubic: Tensor, fill: object) -> Tensor:
        drawn.append((kind, level, bicubic))
        return images

    monkeypatch.setattr("nodal.augment.randaugment.operate", record)
    count = 30_000
    RandAugment()(torch.zeros(count, 3, 1, 1, dtype=torch.uint8), torch.Generator().manual_seed(0))
    assert len(drawn) == 2
    for kind, level, bicubic in drawn:
        rates = torch.bincount(kind + 1, minlength=16) / count
        assert rates[0] == pytest.approx(0.5, abs=5 * math.sqrt(0.25 / count))
        assert rates[1:].numpy() == pytest.approx(np.full(15, 1 / 30), abs=5 * math.sqrt(1 / 30 / count))
        assert bicubic.float().mean() == pytest.approx(0.5, abs=0.015)
        assert (level < 0).float().mean() == pytest.approx(0.5, abs=0.015)
        assert level.abs().median() == pytest.approx(0.9, abs=0.002)
        assert level.abs().quantile(0.1587) == pytest.approx(0.85, abs=0.003)
        assert level.abs().max() == 1
        assert (level.abs() == 1).float().mean() == pytest.approx(0.0228, abs=0.005)
    assert (drawn[0][0] == drawn[1][0]).float().mean() < 0.3  # the two draws are independent


def test_same_seed_same_images() -> None:
    images = some_images(64, 16)
    first, again, other = (RandAugment()(images, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.dtype == torch.uint8
    assert torch.equal(images, some_images(64, 16))  # the input is left as it was
