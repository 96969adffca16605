"""The drawn data sets: every glyph exists and is its own picture in every font; drawing is deterministic."""

from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from nodal.data.glyphs import FAMILIES, FONTS, draw, draw_dataset

ANY = [(family, font) for family in FAMILIES for font in FONTS]
# The same picture but for a grey edge: a reader cannot tell the two in this font.
TWINS = {("DejaVuSerif-Bold", "п", "π")}
COUNTS = {"train": 3, "heldout": 2, "test": 2}


def path_of(font: str) -> str:
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf")


def characters(family: str) -> str:
    return "".join(FAMILIES[family].split())


def picture(character: str, font: str) -> NDArray[np.uint8]:
    image = Image.new("L", (100, 100))
    face = ImageFont.truetype(path_of(font), 54, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(image).text((50, 54), character, fill=255, font=face, anchor="mm")
    return np.asarray(image)


@pytest.mark.parametrize(("family", "font"), ANY)
def test_font_has_every_character(family: str, font: str) -> None:
    known = FT2Font(path_of(font)).get_charmap()
    assert [character for character in characters(family) if ord(character) not in known] == []


@pytest.mark.parametrize(("family", "font"), ANY)
def test_characters_are_different_pictures(family: str, font: str) -> None:
    pictures = {character: picture(character, font) for character in characters(family)}
    missing = picture("\U0010fffe", font)
    for first, second in combinations(pictures, 2):
        difference = np.abs(pictures[first].astype(int) - pictures[second]).max()
        assert difference > 0
        assert difference > 128 or (font, first, second) in TWINS, (first, second)
    assert all((one != missing).any() and one.any() for one in pictures.values())


def test_latin100_has_the_hierarchy_of_cifar100() -> None:
    data = draw_dataset("latin100", 8, {"train": 1, "heldout": 1, "test": 1}, 0)
    assert len(set(data.names)) == 100
    assert np.bincount(data.superclass).tolist() == [5] * 20
    assert data.names[data.superclass.index(7)] == "O"
    groups = FAMILIES["latin100"].split()
    assert all(name in groups[group] for name, group in zip(data.names, data.superclass, strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_shapes_counts_and_labels(family: str) -> None:
    data = draw_dataset(family, 10, COUNTS, 0)
    count = len(characters(family))
    assert len(data.superclass) == len(data.names) == len(set(data.names)) == count
    for split, per_label in COUNTS.items():
        assert data.inputs[split].shape == (count * per_label, 3, 10, 10)
        assert data.inputs[split].dtype == torch.uint8
        assert torch.bincount(data.labels[split]).tolist() == [per_label] * count


def test_same_seed_same_images_another_seed_others() -> None:
    one, again, other, of_run, of_next = (
        draw_dataset("latin100", 12, COUNTS, seed) for seed in (4, 4, 5, (4, 0), (4, 1))
    )
    for split in COUNTS:
        assert torch.equal(one.inputs[split], again.inputs[split])
        for drawn in (other, of_run, of_next):
            assert not torch.equal(one.inputs[split], drawn.inputs[split])
        assert not torch.equal(of_run.inputs[split], of_next.inputs[split])


def test_an_image_depends_on_its_own_place_only() -> None:
    """More images a label, or of another split, change none of those that were there."""
    few = draw_dataset("latin100", 12, COUNTS, 4)
    more = draw_dataset("latin100", 12, {"train": 5, "heldout": 1, "test": 2}, 4)
    assert torch.equal(few.inputs["train"].view(100, 3, -1), more.inputs["train"].view(100, 5, -1)[:, :3])
    assert torch.equal(few.inputs["test"], more.inputs["test"])


def test_no_image_occurs_twice() -> None:
    data = draw_dataset("latin100", 12, COUNTS, 4)
    flat = torch.cat(list(data.inputs.values())).flatten(1).numpy()
    assert len({image.tobytes() for image in flat}) == len(flat)


def test_ink_stands_out_from_the_ground() -> None:
    """The mean image of a broad letter is light where the letter is and dark in the corners."""
    images = [draw("O", 24, np.random.default_rng([9, index])) for index in range(200)]
    luminance = np.mean(images, axis=0) @ [0.299, 0.587, 0.114]
    corners = luminance[[0, 0, -1, -1], [0, -1, 0, -1]].mean()
    assert luminance[12, [6, 7, 8]].max() > corners + 30
    assert np.abs(luminance[12:15, 11:13].mean() - corners) < 30
