"""Characters as images: a data set that needs no download and has the two-level label hierarchy of CIFAR-100.

Every label is a character, every super-class a base letter with its accented variants, drawn in ten
fonts that come with matplotlib under small affine changes, in random colours, with noise.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from nodal.data.dataset import SPLITS, Dataset

FAMILIES = {
    "latin100": (
        "AÁÄÅĄ CÇĆĊČ EÉËĘĚ GĜĞĠĢ IÍÏĮĨ LĹĻĽŁ NÑŃŅŇ OÓÖŐØ SŚŜŞŠ UÚÜŮŲ "
        "WŴẀẂẄ YÝŶŸỲ aáäåą eéëęě gĝğġģ iíïįĩ nñńņň uúüůų yýŷÿỳ oóöőø"
    ),
    # Letters of two scripts that do not look alike; super-classes are scripts and cases.
    "cyrillic_greek": "БГДЖИЛПФЦЧШЩЪЫЬЭЮЯ бвгджзийклмнптфцчшщъыьэюя ΔΘΛΞΣΨΩ αβγδεζηθλμξπρστφχψω",
}
FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold",
    "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralBol",
)  # fmt: skip
_SCALE = 3  # supersampling
_CONTRAST = 0.35  # least difference of luminance of glyph and ground
_LUMINANCE = np.array([0.299, 0.587, 0.114])


def draw_dataset(family: str, size: int, per_label: dict[str, int], seed: int | Sequence[int]) -> Dataset:
    """Draw a data set of glyphs.

    Args:
        family: A key of `FAMILIES`.
        size: Side of the images in pixels.
        per_label: Images a label, by split.
        seed: Seed, of one number or several; each image has a stream of its own, keyed by (seed, split,
            label, index).

    Returns:
        The data set; a label's name is its character.
    """
    key = [seed] if isinstance(seed, int) else [*seed]
    groups = FAMILIES[family].split()
    names = "".join(groups)
    images, labels = {}, {}
    for number, split in enumerate(SPLITS):
        drawn = [
            draw(character, size, np.random.default_rng([*key, number, label, index]))
            for label, character in enumerate(names)
            for index in range(per_label[split])
        ]
        images[split] = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2).contiguous()
        labels[split] = torch.arange(len(names)).repeat_interleave(per_label[split])
    superclass = tuple(index for index, group in enumerate(groups) for _ in group)
    return Dataset(images, labels, tuple(names), superclass)


def draw(character: str, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw one character: uint8 [size, size, 3]."""
    side = size * _SCALE
    font = _font(FONTS[rng.integers(len(FONTS))], round(0.75 * side * rng.uniform(0.92, 1.08)))
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    # Centred by the font's line, not by the glyph: cropping would make O and o one label.
    pen.text((side / 2, side * 0.54), character, fill=255, font=font, anchor="mm")
    mask = mask.transform(
        (side, side), Image.Transform.AFFINE, _affine(side, rng), resample=Image.Resampling.BILINEAR
    ).resize((size, size), Image.Resampling.BOX)
    cover = np.asarray(mask, dtype=np.float64)[..., None] / 255

    ink, ground = _colours(rng)
    direction = rng.normal(size=2)
    slope = np.einsum("i,ixy->xy", direction, np.mgrid[-0.5 : 0.5 : size * 1j, -0.5 : 0.5 : size * 1j])
    canvas = ground + 0.12 * slope[..., None]
    canvas += 0.12 * (_clutter(size, rng)[..., None] - 0.5) * rng.choice([-1, 1])
    picture = canvas * (1 - cover) + ink * cover + rng.normal(scale=0.06, size=(size, size, 3))
    return (picture.clip(0, 1) * 255).round().astype(np.uint8)


_fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}


def _font(name: str, points: int) -> ImageFont.FreeTypeFont:
    if (name, points) not in _fonts:
        path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
        _fonts[name, points] = ImageFont.truetype(str(path), points, layout_engine=ImageFont.Layout.BASIC)
    return _fonts[name, points]


def _affine(side: int, rng: np.random.Generator) -> tuple[float, float, float, float, float, float]:
    """Coefficients of a small rotation, shear and shift about the centre."""
    angle = math.radians(rng.uniform(-8, 8))
    shear = rng.uniform(-0.1, 0.1)
    shift = rng.uniform(-0.045, 0.045, size=2) * side
    a, b = math.cos(angle), math.sin(angle) + shear
    d, e = -math.sin(angle), math.cos(angle)
    centre = side / 2
    return (
        a,
        b,
        centre - a * centre - b * centre + shift[0],
        d,
        e,
        centre - d * centre - e * centre + shift[1],
    )


def _colours(rng: np.random.Generator) -> NDArray[np.float64]:
    """Light ink [3] and dark ground [3], well apart in luminance."""
    while True:
        pair = rng.uniform(size=(2, 3))
        if (pair[0] - pair[1]) @ _LUMINANCE > _CONTRAST:
            return np.asarray(pair)


def _clutter(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Two faint lines across the image, in [0, 1]."""
    canvas = Image.new("L", (size, size))
    pen = ImageDraw.Draw(canvas)
    for _ in range(2):
        pen.line([tuple(point) for point in rng.uniform(0, size, size=(2, 2))], fill=255)
    return np.asarray(canvas, dtype=np.float64) / 255
