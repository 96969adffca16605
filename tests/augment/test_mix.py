"""Mixup and CutMix: targets against the pixels really mixed."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from nodal.augment.mix import Mix

PAPER = Mix(mixup=0.8, cutmix=1.0)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbered(count: int, side: int = 16) -> Tensor:
    """Image k is all k: its pixels tell which share of which image they are."""
    return torch.arange(count).float()[:, None, None, None].expand(count, 3, side, side)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**31),
    st.integers(1, 9),
    st.integers(2, 12),
    st.sampled_from([0.0, 0.1]),
    st.sampled_from([7, 16]),
)
def test_targets_say_what_was_mixed(seed: int, count: int, classes: int, smoothing: float, side: int) -> None:
    images = numbered(count, side)
    labels = torch.randint(classes, (count,), generator=seeded(seed))
    mixed, target = PAPER(images, labels, classes, smoothing, seeded(seed))
    assert target.shape == (count, classes)
    assert target.dtype == torch.float32
    torch.testing.assert_close(target.sum(1), torch.ones(count))
    # The share of each image, from the mean pixel: k -> lambda k + (1 - lambda) (count - 1 - k).
    for k in range(count):
        other = count - 1 - k
        share = 1.0 if k == other else (mixed[k].mean().item() - other) / (k - other)
        expected = torch.full((classes,), smoothing / classes)
        expected[labels[k]] += (1 - smoothing) * share
        expected[labels[other]] += (1 - smoothing) * (1 - share)
        torch.testing.assert_close(target[k], expected, rtol=0, atol=2e-5)


def test_cutmix_pastes_one_rectangle_of_the_counted_area() -> None:
    labels = torch.tensor([0, 1])
    shares = []
    for seed in range(300):
        mixed, target = Mix(cutmix=1.0)(numbered(2), labels, 2, 0.0, seeded(seed))
        pasted = mixed[0, 0] == 1
        assert set(mixed.unique().tolist()) <= {0.0, 1.0}
        assert pasted.sum() == pasted.any(0).sum() * pasted.any(1).sum()
        assert target[0, 1].item() == pytest.approx(pasted.float().mean().item(), abs=1e-6)
        shares.append(target[0, 1].item())
    assert 0.25 < sum(shares) / 300 < 0.5  # below 1/2: boxes are cut off at the border


def test_mixup_is_a_blend_with_the_reverse() -> None:
    images = torch.rand(5, 3, 8, 8, generator=seeded(0))
    mixed, target = Mix(mixup=0.8)(images, torch.arange(5), 5, 0.0, seeded(3))
    share = target[0, 0].item()
    torch.testing.assert_close(mixed, share * images + (1 - share) * images.flip(0))
    assert 0 < share < 1


@pytest.mark.parametrize("alpha", [0.8, 1.0, 4.0])
def test_mixups_share_is_beta(alpha: float) -> None:
    mix, images, labels = Mix(mixup=alpha), numbered(2, 1), torch.tensor([0, 1])
    generator = seeded(0)
    shares = torch.stack([mix(images, labels, 2, 0.0, generator)[1][0, 0] for _ in range(3000)])
    sd = 1 / (2 * math.sqrt(2 * alpha + 1))
    assert shares.mean() == pytest.approx(0.5, abs=5 * sd / math.sqrt(3000))
    assert shares.std() == pytest.approx(sd, rel=0.06)


def test_switch_and_probability() -> None:
    images, labels, generator = numbered(2), torch.tensor([0, 1]), seeded(0)
    kinds = {"cutmix": 0, "mixup": 0, "plain": 0}
    for _ in range(2000):
        mixed = Mix(0.8, 1.0, probability=0.8)(images, labels, 2, 0.0, generator)[0]
        if torch.equal(mixed, images):
            kinds["plain"] += 1  # 0.2, and the CutMix boxes of no area
        else:
            kinds["mixup" if ((mixed > 0) & (mixed < 1)).any() else "cutmix"] += 1
    assert kinds["mixup"] / 2000 == pytest.approx(0.4, abs=0.05)
    assert kinds["cutmix"] / 2000 == pytest.approx(0.4, abs=0.06)


def test_off_smooths_only() -> None:
    images, labels, generator = torch.rand(4, 3, 5, 5), torch.tensor([2, 0, 1, 1]), seeded(0)
    before = generator.get_state()
    mixed, target = Mix()(images, labels, 3, 0.3, generator)
    assert torch.equal(mixed, images)
    torch.testing.assert_close(target, torch.full((4, 3), 0.1) + 0.7 * torch.eye(3)[labels])
    assert torch.equal(generator.get_state(), before)


def test_same_seed_same_batch_and_input_is_left_alone() -> None:
    images, labels = torch.rand(6, 3, 9, 9, generator=seeded(5)), torch.arange(6)
    copy = images.clone()
    first, again = (PAPER(images, labels, 6, 0.1, seeded(1)) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert torch.equal(images, copy)


def test_only_images_are_mixed() -> None:
    labels, generator = torch.arange(2), torch.Generator()
    for prepared in (torch.ones(2, 5), {"input_ids": torch.ones(2, 5)}):
        found, targets = Mix()(prepared, labels, 2, 0.0, generator)
        assert found is prepared
        assert targets.tolist() == [[1, 0], [0, 1]]
        for mix in (Mix(mixup=0.8), Mix(cutmix=1.0)):
            with pytest.raises(TypeError, match=r"^mixup, cutmix: only images can be mixed"):
                mix(prepared, labels, 2, 0.0, generator)
