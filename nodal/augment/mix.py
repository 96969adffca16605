"""Mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899) of a batch with its reverse, with soft targets."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nodal.augment.preparation import Prepared


@dataclass(frozen=True)
class Mix:
    """Mix the images of a batch pairwise, one share lambda a batch.

    Attributes:
        mixup: Parameter of lambda ~ Beta(mixup, mixup) of mixup; 0 is off.
        cutmix: The same for CutMix; 0 is off.
        probability: Probability that a batch is mixed.
        switch: Probability of CutMix where both are on.
    """

    mixup: float = 0.0
    cutmix: float = 0.0
    probability: float = 1.0
    switch: float = 0.5

    def __call__(
        self, images: Prepared, labels: Tensor, classes: int, smoothing: float, generator: torch.Generator
    ) -> tuple[Prepared, Tensor]:
        """Mix a batch.

        Args:
            images: float [B, C, H, W], left as they are; where nothing is mixed, any prepared inputs.
            labels: int64 [B] on the images' device.
            classes: Number of labels L.
            smoothing: Label smoothing: this share of the target is spread over all labels.
            generator: CPU generator of all draws.

        Returns:
            Images, float [B, C, H, W], and soft targets, float32 [B, L], each of sum 1: lambda of the image's
            own label and 1 - lambda of the one mixed in. CutMix's lambda is the share really left.

        Raises:
            TypeError: Something else than images is to be mixed.
        """
        share = 1.0
        if self.mixup or self.cutmix:
            if not isinstance(images, Tensor) or images.ndim != 4:
                raise TypeError("mixup, cutmix: only images can be mixed; leave both at 0")
            rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
            if rng.random() < self.probability:
                cut = self.cutmix > 0 and (self.mixup == 0 or rng.random() < self.switch)
                alpha = self.cutmix if cut else self.mixup
                images, share = (_cutmix if cut else _mixup)(images, rng.beta(alpha, alpha), rng)
        own = labels[:, None] == torch.arange(classes, device=labels.device)
        target = own * (1 - smoothing) + smoothing / classes
        return images, share * target + (1 - share) * target.flip(0)


def _mixup(images: Tensor, share: float, _: np.random.Generator) -> tuple[Tensor, float]:
    return share * images + (1 - share) * images.flip(0), share


def _cutmix(images: Tensor, share: float, rng: np.random.Generator) -> tuple[Tensor, float]:
    """Paste a box of about 1 - share of the area, its centre anywhere, cut off at the border."""
    (top, bottom), (left, right) = (_side(n, share, rng) for n in images.shape[2:])
    mixed = images.clone()
    mixed[:, :, top:bottom, left:right] = images.flip(0)[:, :, top:bottom, left:right]
    pasted = (bottom - top) * (right - left)
    return mixed, 1 - pasted / (images.shape[2] * images.shape[3])


def _side(length: int, share: float, rng: np.random.Generator) -> tuple[int, int]:
    """First and last + 1 pixel of the box along one axis."""
    centre, half = int(rng.integers(length)), int(length * math.sqrt(1 - share)) // 2
    return max(centre - half, 0), min(centre + half, length)
