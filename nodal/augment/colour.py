"""Colour operations on batches of uint8 images with one argument an image, as Pillow does them for one.

Every function takes images uint8 [B, 3, H, W] and, where it needs one, an argument float64 [B] on the same
device, and returns uint8 [B, 3, H, W]. The sources are Pillow's `ImageOps` and `ImageEnhance`.
"""

import torch
from torch import Tensor


def autocontrast(images: Tensor) -> Tensor:
    """Stretch each channel to the full range."""
    low, high = (bound.double() for bound in images.flatten(2).aminmax(dim=2, keepdim=True))  # [B, 3, 1]
    levels = torch.arange(256, device=images.device, dtype=torch.float64)
    scale = levels[-1] / (high - low)  # 255.0 / tensor would be 255 * reciprocal, which rounds otherwise
    table = (levels * scale - low * scale).clamp(0, 255)
    return _look_up(images, torch.where(high > low, table, levels))


def equalize(images: Tensor) -> Tensor:
    """Flatten the histogram of each channel."""
    pixels = images.flatten(2).long()
    counts = torch.zeros(*pixels.shape[:2], 256, dtype=torch.int64, device=images.device)
    counts.scatter_add_(2, pixels, torch.ones_like(pixels))
    last = counts.gather(2, pixels.amax(2, keepdim=True))
    step = (pixels.shape[2] - last) // 255  # 0 too where there is a single grey level
    below = counts.cumsum(2) - counts
    table = ((step // 2 + below) // step.clamp(min=1)).clamp(max=255)
    return _look_up(images, torch.where(step > 0, table, torch.arange(256, device=images.device)))


def invert(images: Tensor) -> Tensor:
    """Exchange dark and bright."""
    return 255 - images


def posterize(images: Tensor, bits: Tensor) -> Tensor:
    """Keep the highest `bits` of the eight bits of each value; black at 0."""
    return images & (256 - (2 ** (8 - bits)))[:, None, None, None].byte()


def solarize(images: Tensor, threshold: Tensor) -> Tensor:
    """Invert the values at or above the threshold (0..256)."""
    return torch.where(images < threshold[:, None, None, None], images, 255 - images)


def solarize_add(images: Tensor, addend: Tensor) -> Tensor:
    """Add to the values below 128."""
    brighter = (images + addend[:, None, None, None]).clamp(max=255).byte()
    return torch.where(images < 128, brighter, images)


def color(images: Tensor, factor: Tensor) -> Tensor:
    """Blend with the grey image: 0 is grey, 1 the image."""
    return _blend(_grey(images), images, factor)


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Blend with the mean grey level: 0 is uniform, 1 the image."""
    mean = (_grey(images).double().mean((1, 2, 3), keepdim=True) + 0.5).floor()
    return _blend(mean, images, factor)


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    """Blend with black: 0 is black, 1 the image."""
    return _blend(torch.zeros((), device=images.device), images, factor)


def sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """Blend with the smoothed image (3x3, centre 5/13, neighbours 1/13, no border): 1 is the image."""
    smooth = images.float()
    rows = smooth[:, :, :-2] + smooth[:, :, 1:-1] + smooth[:, :, 2:]
    sums = rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:] + 4 * smooth[:, :, 1:-1, 1:-1]
    smooth[:, :, 1:-1, 1:-1] = (sums / 13 + 0.5).floor()
    return _blend(smooth, images, factor)


def _grey(images: Tensor) -> Tensor:
    """Luma (ITU-R 601) in Pillow's 16-bit fixed point: int32 [B, 1, H, W]."""
    weights = torch.tensor([19595, 38470, 7471], dtype=torch.int32, device=images.device)
    luma = (images * weights[:, None, None]).sum(1, keepdim=True, dtype=torch.int32)
    return (luma + 32768) >> 16


def _blend(degenerate: Tensor, images: Tensor, factor: Tensor) -> Tensor:
    """From the degenerate image (factor 0) through the image (1) and beyond; fractions are cut off."""
    base = degenerate.float()
    return (base + factor.float()[:, None, None, None] * (images - base)).clamp(0, 255).byte()


def _look_up(images: Tensor, table: Tensor) -> Tensor:
    """Replace each value by its entry in the channel's table [B, 3, 256]; fractions are cut off."""
    return table.byte().gather(2, images.flatten(2).long()).view_as(images)
