"""The embedded data set: every label exists, differs from every other, and is drawn the same every time."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

from nodal.data.glyphs import FAMILIES, FONTS, draw, draw_dataset

COUNTS = {"train": 2, "heldout": 1, "test": 1}


def font_file(name: str) -> str:
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", FONTS)
def test_every_label_exists_and_differs_in_every_font(family: str, name: str) -> None:
    labels = FAMILIES[family].replace(" ", "")
    assert not [label for label in labels if ord(label) not in FT2Font(font_file(name)).get_charmap()]
    font, pictures = ImageFont.truetype(font_file(name), 54), set()
    for label in labels:
        picture = Image.new("L", (96, 96))
        ImageDraw.Draw(picture).text((48, 48), label, fill=255, font=font, anchor="mm")
        pictures.add(picture.tobytes())
    assert len(pictures) == len(labels)


def test_latin100_has_twenty_groups_of_five() -> None:
    data = draw_dataset("latin100", 12, COUNTS, seed=0)
    assert len(data.names) == len(set(data.names)) == 100
    assert np.bincount(data.superclass).tolist() == [5] * 20
    assert data.names[data.superclass.index(7)] == "O"


def test_counts_sizes_and_labels() -> None:
    data = draw_dataset("cyrillic_greek", 20, COUNTS, seed=0)
    for split, count in COUNTS.items():
        assert data.images[split].shape == (count * len(data.names), 3, 20, 20)
        assert data.images[split].dtype == torch.uint8
        assert torch.bincount(data.labels[split]).tolist() == [count] * len(data.names)


def test_same_seed_same_images_another_seed_others() -> None:
    one, two, other = (draw_dataset("latin100", 12, COUNTS, seed) for seed in (3, 3, 4))
    assert torch.equal(one.images["test"], two.images["test"])
    assert not torch.equal(one.images["test"], other.images["test"])


def test_an_image_does_not_depend_on_how_many_are_drawn() -> None:
    few, more = (draw_dataset("latin100", 12, {**COUNTS, "train": n}, seed=1) for n in (1, 2))
    assert torch.equal(few.images["train"], more.images["train"][::2])
    assert torch.equal(few.images["test"], more.images["test"])


def test_splits_share_no_image() -> None:
    data = draw_dataset("latin100", 12, COUNTS, seed=0)
    pictures = [image.numpy().tobytes() for images in data.images.values() for image in images]
    assert len(set(pictures)) == len(pictures)


def test_the_glyph_is_lighter_than_its_ground() -> None:
    pictures = [draw("M", 24, np.random.default_rng(seed)).mean(axis=2) for seed in range(40)]
    middle = np.mean([picture[8:16, 8:16].mean() for picture in pictures])
    border = np.mean([picture[[0, -1]].mean() for picture in pictures])
    assert middle > border + 20
