"""Random rectangles inside an image, by area and aspect ratio: for random crops and random erasing."""

import math

import torch
from torch import Tensor

_ATTEMPTS = 10


def random_boxes(
    count: int,
    size: tuple[int, int],
    area: tuple[float, float],
    aspect: tuple[float, float],
    generator: torch.Generator,
    *,
    proper: bool = False,
) -> tuple[Tensor, Tensor]:
    """Draw boxes: area uniform, aspect ratio log-uniform, the first of ten tries that fits.

    Args:
        count: Number of boxes B.
        size: Height and width of the image in pixels.
        area: Smallest and largest share of the image's area.
        aspect: Smallest and largest ratio of width to height.
        generator: CPU generator of all draws.
        proper: A box must be smaller than the image on both sides.

    Returns:
        Boxes, int64 [B, 4]: top, left, height, width; the whole image where none of the ten tries fits.
        Whether one did, bool [B].
    """
    low, high = (math.log(value) for value in aspect)
    shape = (count, _ATTEMPTS)
    share = torch.rand(shape, generator=generator, dtype=torch.float64) * (area[1] - area[0]) + area[0]
    ratio = (torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low).exp()
    pixels = share * size[0] * size[1]
    tries = torch.stack([(pixels / ratio).sqrt().round(), (pixels * ratio).sqrt().round()], 2)
    whole = torch.tensor(size, dtype=torch.float64)
    fits = (tries <= whole - int(proper)).all(2)
    found = fits.any(1)
    sides = tries[torch.arange(count), fits.int().argmax(1)]
    sides = torch.where(found[:, None], sides, whole)
    corner = (torch.rand((count, 2), generator=generator, dtype=torch.float64) * (whole - sides + 1)).floor()
    return torch.cat([corner, sides], 1).long(), found
