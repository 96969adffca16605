"""RandAugment (Cubuk et al., arXiv 1909.13719) in the increasing variant of the published recipe, batched.

`rand-m9-mstd0.5-inc1`: two of fifteen operations an image, drawn with replacement, each applied with
probability 1/2 at a magnitude drawn from N(9, 1/2) and clipped to 0..10; "increasing" means that a larger
magnitude always changes the image more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from nodal.augment import colour
from nodal.augment.resample import affine

PLAIN: dict[str, Callable[[Tensor], Tensor]] = {
    "autocontrast": colour.autocontrast,
    "equalize": colour.equalize,
    "invert": colour.invert,
}
GRADED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "posterize": colour.posterize,
    "solarize": colour.solarize,
    "solarize_add": colour.solarize_add,
    "color": colour.color,
    "contrast": colour.contrast,
    "brightness": colour.brightness,
    "sharpness": colour.sharpness,
}
GEOMETRIC = ("rotate", "shear_x", "shear_y", "translate_x", "translate_y")
OPERATIONS = (*PLAIN, *GRADED, *GEOMETRIC)

_PROBABILITY = 0.5


@dataclass(frozen=True)
class RandAugment:
    """Random operations on a batch of images.

    Attributes:
        magnitude: Mean magnitude, 0..10.
        std: Its standard deviation.
        operations: Operations drawn for an image.
        fill: Colour that geometric operations bring in, three grey levels.
    """

    magnitude: float = 9.0
    std: float = 0.5
    operations: int = 2
    fill: tuple[int, int, int] = (128, 128, 128)

    def __call__(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Augment a batch.

        Args:
            images: uint8 [B, 3, H, W].
            generator: CPU generator of all draws.

        Returns:
            uint8 [B, 3, H, W].
        """
        count = len(images)
        for _ in range(self.operations):
            kind = torch.randint(len(OPERATIONS), (count,), generator=generator)
            kind[torch.rand(count, generator=generator) >= _PROBABILITY] = -1
            noise = torch.randn(count, generator=generator, dtype=torch.float64)
            level = (self.magnitude + self.std * noise).clamp(0, 10) / 10
            negative, bicubic = torch.randint(2, (2, count), generator=generator).bool()
            images = operate(images, kind, torch.where(negative, -level, level), bicubic, self.fill)
        return images


def operate(
    images: Tensor, kind: Tensor, level: Tensor, bicubic: Tensor, fill: tuple[int, int, int]
) -> Tensor:
    """Apply to each image one operation.

    Args:
        images: uint8 [B, 3, H, W].
        kind: int64 [B] on the CPU, index into `OPERATIONS`; -1 leaves the image as it is.
        level: float64 [B] on the CPU, magnitude / 10, negative for the other direction where there is one.
        bicubic: bool [B] on the CPU: filter of the geometric operations, bilinear elsewhere.
        fill: Colour that geometric operations bring in.

    Returns:
        uint8 [B, 3, H, W].
    """
    result = images.clone()
    device = images.device
    for number, name in enumerate((*PLAIN, *GRADED)):
        rows = (kind == number).nonzero()[:, 0]
        if len(rows):
            at = rows.to(device)
            if name in PLAIN:
                result[at] = PLAIN[name](images[at])
            else:
                result[at] = GRADED[name](images[at], argument(name, level[rows]).to(device))
    rows = (kind >= len(PLAIN) + len(GRADED)).nonzero()[:, 0]
    if len(rows):
        at = rows.to(device)
        matrices = _matrices(kind[rows], level[rows], images.shape[3], images.shape[2])
        colours = torch.tensor(fill, dtype=torch.uint8, device=device)
        result[at] = affine(images[at], matrices.to(device), bicubic[rows].to(device), colours)
    return result


def argument(name: str, level: Tensor) -> Tensor:
    """What an operation is told: bits, threshold, addend, factor, degrees, slope or share of the side.

    Args:
        name: One of `GRADED` or `GEOMETRIC`.
        level: float64 [n], magnitude / 10 with its sign.
    """
    if name == "posterize":
        return 4 - (level.abs() * 4).floor()
    if name == "solarize":
        return 256 - (level.abs() * 256).floor()
    if name == "solarize_add":
        return (level.abs() * 110).floor()
    if name in GRADED:
        return (1 + level * 0.9).clamp(min=0.1)
    return (
        level
        * {"rotate": 30.0, "shear_x": 0.3, "shear_y": 0.3, "translate_x": 0.45, "translate_y": 0.45}[name]
    )


def _matrices(kind: Tensor, level: Tensor, width: int, height: int) -> Tensor:
    """The affine maps of geometric operations, output to input position: float64 [n, 2, 3] on the CPU."""
    rotate, shear_x, shear_y, translate_x, translate_y = (
        torch.where(kind == OPERATIONS.index(name), argument(name, level), 0.0) for name in GEOMETRIC
    )
    angle = rotate.deg2rad()
    cos, sin = angle.cos(), angle.sin()
    x, y = width / 2, height / 2  # only the rotation is about the centre
    return torch.stack(
        [
            torch.stack([cos, shear_x - sin, x - cos * x + sin * y + translate_x * width], 1),
            torch.stack([shear_y + sin, cos, y - sin * x - cos * y + translate_y * height], 1),
        ],
        1,
    )
