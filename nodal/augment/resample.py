"""Resampling of batches of uint8 images, each with its own parameters, as Pillow does it for one.

Both functions take the filter per image, bicubic or bilinear. Pillow's two bicubic filters differ:
resizing uses a = -1/2, affine transforms a = -1; `torch.nn.functional.grid_sample` uses -3/4, so neither
can stand on it.
"""

import torch
from torch import Tensor


def resized_crop(images: Tensor, boxes: Tensor, bicubic: Tensor) -> Tensor:
    """Cut a box out of each image and enlarge it to the size of the image (`PIL.Image.resize`).

    Args:
        images: uint8 [B, C, H, W].
        boxes: int64 [B, 4] on the images' device: top, left, height, width.
        bicubic: bool [B] on the images' device; bilinear elsewhere.

    Returns:
        uint8 [B, C, H, W]; along the rows first, rounded to grey levels after each of the two passes.
    """
    top, left, height, width = boxes.unbind(1)
    return _enlarge(_enlarge(images, 3, left, width, bicubic), 2, top, height, bicubic)


def affine(images: Tensor, matrices: Tensor, bicubic: Tensor, fill: Tensor) -> Tensor:
    """Sample each image at affinely mapped positions (`PIL.Image.transform`).

    Args:
        images: uint8 [B, C, H, W].
        matrices: float64 [B, 2, 3] on the images' device: from output to input position (x, y, 1) in pixels,
            the centre of the first pixel at (1/2, 1/2).
        bicubic: bool [B] on the images' device; bilinear elsewhere.
        fill: uint8 [C] on the images' device, the colour where the position lies outside the image.

    Returns:
        uint8 [B, C, H, W]; fractions of a grey level are cut off, as in Pillow.
    """
    _, channels, height, width = images.shape
    y, x = (torch.arange(n, device=images.device, dtype=torch.float64) + 0.5 for n in (height, width))
    grid = torch.stack(
        [x.expand(height, width), y[:, None].expand(height, width), torch.ones_like(x).expand(height, width)]
    )
    position_x, position_y = (matrices @ grid.flatten(1)).unbind(1)  # float64 [B, H W]
    inside = (position_x >= 0) & (position_x < width) & (position_y >= 0) & (position_y < height)
    corner_x, corner_y = (position_x - 0.5).floor(), (position_y - 0.5).floor()
    step_x = (position_x - 0.5 - corner_x).float()[:, None]
    step_y = (position_y - 0.5 - corner_y).float()[:, None]
    columns = [(corner_x.long() + k).clamp(0, width - 1) for k in (-1, 0, 1, 2)]
    rows = [(corner_y.long() + k).clamp(0, height - 1) * width for k in (-1, 0, 1, 2)]
    flat, cubic = images.flatten(2), bicubic[:, None, None]

    def pixel(row: Tensor, column: Tensor) -> Tensor:
        return flat.gather(2, (row + column)[:, None].expand(-1, channels, -1)).float()

    lines = [_between([pixel(row, column) for column in columns], step_x, cubic) for row in rows]
    values = _between(lines, step_y, cubic).clamp(0, 255).byte()
    return torch.where(inside[:, None], values, fill[:, None]).view_as(images)


def _between(values: list[Tensor], step: Tensor, cubic: Tensor) -> Tensor:
    """Interpolate from the second of four neighbours (step 0) to the third (1); exact where all are equal."""
    a, b, c, d = values
    curve = step * (c - a + step * (2 * (a - b) + c - d + step * (b - a + d - c)))
    return b + torch.where(cubic, curve, step * (c - b))


def _enlarge(images: Tensor, dim: int, start: Tensor, length: Tensor, bicubic: Tensor) -> Tensor:
    """Enlarge start .. start + length of each image along one dimension to its whole size."""
    size = images.shape[dim]
    positions = torch.arange(size, device=images.device) + 0.5
    centre = positions * (length / size)[:, None]  # [B, size], in the box
    nearest = (centre - 0.5).floor().long()[:, None] + torch.arange(-1, 3, device=images.device)[:, None]
    distance = (nearest + 0.5 - centre[:, None]).abs()  # [B, 4, size]
    weights = torch.where(bicubic[:, None, None], _cubic(distance), (1 - distance).clamp(min=0))
    weights *= (nearest >= 0) & (nearest < length[:, None, None])
    weights /= weights.sum(1, keepdim=True)
    source = (nearest + start[:, None, None]).clamp(0, size - 1)
    shape = [len(images), 1, 1, 1]
    shape[dim] = size
    total = torch.full(images.shape, 0.5, device=images.device)  # rounds to the nearest level
    for index, weight in zip(source.unbind(1), weights.unbind(1), strict=True):
        total.addcmul_(images.gather(dim, index.view(shape).expand_as(images)).float(), weight.view(shape))
    return total.clamp(0, 255).byte()


def _cubic(distance: Tensor) -> Tensor:
    """The cubic convolution kernel with a = -1/2."""
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return torch.where(distance < 1, near, torch.where(distance < 2, far, 0.0))
