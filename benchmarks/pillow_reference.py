"""The published RandAugment operations on one image, written with Pillow; and images to try them on."""

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor

Colour = tuple[int, int, int]
FILTERS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def some_images(count: int, side: int, seed: int = 0) -> Tensor:
    """Smooth, noisy, dark, flat and two-valued images in turn: uint8 [count, 3, side, side]."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(0, 255, side)
    kinds = [
        lambda: ramp[None, :, None] * rng.random(3) + 0.2 * ramp[:, None, None] * rng.random(3),
        lambda: rng.integers(0, 256, (side, side, 3)),
        lambda: rng.integers(20, 60, (side, side, 3)),
        lambda: np.full((side, side, 3), rng.integers(0, 256)),
        lambda: 255 * rng.integers(0, 2, (side, side, 3)),
    ]
    images = np.stack([np.broadcast_to(kinds[k % 5](), (side, side, 3)) for k in range(count)])
    return torch.from_numpy(images.clip(0, 255).astype(np.uint8)).permute(0, 3, 1, 2).contiguous()


def to_pillow(image: Tensor) -> Image.Image:
    """From uint8 [3, H, W]."""
    return Image.fromarray(image.permute(1, 2, 0).contiguous().numpy())


def to_tensor(image: Image.Image) -> Tensor:
    """To uint8 [3, H, W]."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def operation(name: str, image: Image.Image, level: float, bicubic: bool, fill: Colour) -> Image.Image:
    """One of `nodal.augment.randaugment.OPERATIONS` on one image, at magnitude 10 |level|."""
    size, grade = image.width, abs(level)
    factor = max(0.1, 1 + 0.9 * level)
    match name:
        case "autocontrast":
            return ImageOps.autocontrast(image)
        case "equalize":
            return ImageOps.equalize(image)
        case "invert":
            return ImageOps.invert(image)
        case "posterize":
            bits = 4 - int(grade * 4)
            return ImageOps.posterize(image, bits) if bits else Image.new("RGB", image.size)
        case "solarize":
            return ImageOps.solarize(image, 256 - int(grade * 256))
        case "solarize_add":
            return image.point([min(255, i + int(grade * 110)) if i < 128 else i for i in range(256)] * 3)
        case "color":
            return ImageEnhance.Color(image).enhance(factor)
        case "contrast":
            return ImageEnhance.Contrast(image).enhance(factor)
        case "brightness":
            return ImageEnhance.Brightness(image).enhance(factor)
        case "sharpness":
            return ImageEnhance.Sharpness(image).enhance(factor)
        case "rotate":
            return image.rotate(level * 30, resample=FILTERS[bicubic], fillcolor=fill)
    shear, move = 0.3 * level, 0.45 * level * size
    matrix = {
        "shear_x": (1, shear, 0, 0, 1, 0),
        "shear_y": (1, 0, 0, shear, 1, 0),
        "translate_x": (1, 0, move, 0, 1, 0),
        "translate_y": (1, 0, 0, 0, 1, move),
    }[name]
    return image.transform(
        image.size, Image.Transform.AFFINE, matrix, resample=FILTERS[bicubic], fillcolor=fill
    )
