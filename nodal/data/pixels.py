"""Pixels of any kind as RGB squares, and what is worth a word in how an image became one."""

from collections.abc import Iterator

import numpy as np
from PIL import ExifTags, Image, ImageOps

_SIXTEEN_BITS = 65535
_ELONGATED = 2  # times as long as wide, from which on less than half of an image is kept


def to_square(image: Image.Image, size: int) -> Image.Image:
    """Bring an image to an RGB square: its shorter side to `size`, the middle of the longer one kept.

    Transparency is dropped: pixels keep the colours that are stored for them. Grey of more than 8 bits is
    taken to lie in [0, 65535], floating-point pixels in [0, 255]. Colour profiles are not applied.

    Raises:
        ValueError: Pixels lie outside these ranges, or floating-point ones all in (0, 1]: nothing says
            what is white.
    """
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    elif image.mode == "F":
        low, high = (find(np.asarray(image)) for find in (np.min, np.max))
        if not (low >= 0 and (high == 0 or 1 < high <= 255)):  # so for nan, too
            raise ValueError(f"floating-point pixels from {low:g} to {high:g}: save it with 8 or 16 bits")
    rgb = image.convert("RGBA").convert("RGB") if image.mode in ("P", "LA", "PA") else image.convert("RGB")
    return rgb if rgb.size == (size, size) else ImageOps.fit(rgb, (size, size), Image.Resampling.BICUBIC)


def upright_square(image: Image.Image, size: int) -> tuple[Image.Image, list[str]]:
    """Turn an image just opened as its EXIF orientation says, and bring it to an RGB square.

    Of several frames or pages the first is taken.

    Returns:
        The square, and remarks on what was done, each a predicate of images.
    """
    # Asked before the pixels are read: to count may leave the page, and TIFF forgets what it has turned.
    several = getattr(image, "is_animated", False)
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damaged EXIF data can raise anything, and are no reason to refuse the pixels
        orientation = None
    image.load()
    if orientation in range(2, 9):
        ImageOps.exif_transpose(image, in_place=True)
    remarks = ["have several frames, of which the first is taken"] if several else []
    if orientation is None:
        remarks.append("have EXIF data that cannot be read: taken as they lie")
    elif orientation in range(2, 9):
        remarks.append("were turned upright, as their EXIF orientation says")
    return to_square(image, size), [*remarks, *_remarks(image, size)]


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of more bits; Pillow would clip it at 255."""
    pixels = np.asarray(image, dtype=np.float64)
    low, high = pixels.min(), pixels.max()
    if low < 0 or high > _SIXTEEN_BITS:
        raise ValueError(f"pixels from {low:.0f} to {high:.0f}: save it with 8 or 16 bits")
    return Image.fromarray((pixels / 257).astype(np.uint8))


def _remarks(image: Image.Image, size: int) -> Iterator[str]:
    """What `to_square` does to an image that one may not expect."""
    short, long = sorted(image.size)
    if short < size:
        yield f"have a side below {size} pixels and were enlarged"
    if long > _ELONGATED * short:
        yield f"are more than {_ELONGATED} times as long as wide: only the middle is kept"
    if image.mode.startswith("I") or image.mode == "F":
        yield "have more than 8 bits a pixel: brought to 8"
    if image.has_transparency_data and _lowest_alpha(image) < 255:
        yield "are transparent in places: that is dropped, the colours stored there are kept"


def _lowest_alpha(image: Image.Image) -> int:
    if image.mode.startswith("I"):  # one grey stands for transparent; Pillow does not convert these
        return 0
    return int(np.asarray(image.convert("RGBA").getchannel("A")).min())
