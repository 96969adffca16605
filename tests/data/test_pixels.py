"""Images of every kind as RGB squares, and what is said in the log of what was done to them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.folders import PIXELS, grey, pixels, put

RAMP = np.linspace(0, 65535, 144).reshape(12, 12)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "L"), ("a.png", "1"), ("a.png", "P"), ("a.png", "LA"), ("a.png", "RGBA"), ("a.gif", "P"),
     ("a.webp", "RGB"), ("a.bmp", "RGB"), ("a.tiff", "CMYK"), ("a.tiff", "LAB"), ("a.ppm", "RGB")],
)  # fmt: skip
def test_lossless_images_of_any_mode(tmp_path: Path, name: str, mode: str) -> None:
    converted = Image.fromarray(PIXELS).convert(mode)
    converted.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    expected = np.asarray(converted.convert("RGB")).transpose(2, 0, 1)
    assert pixels(tmp_path / name).tolist() == expected.tolist()


def test_cmyk_jpeg(tmp_path: Path) -> None:
    flat = Image.new("RGB", (16, 16), (200, 40, 90))
    flat.convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert np.abs(pixels(tmp_path / "a.jpg", 16).mean((1, 2)) - [200, 40, 90]).max() < 4


# ---- orientation

TURNS = {  # what a camera that says this number has done to the upright pixels
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("ending", ["jpg", "png", "tiff", "webp", "avif", "mpo"])
def test_photographs_are_turned_upright(
    tmp_path: Path, ending: str, orientation: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:16, :24] = (200, 40, 90)  # the corner at the upper left
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(TURNS[orientation](upright)))
    stored.save(tmp_path / f"a.{ending}", exif=exif, **({"lossless": True} if ending == "webp" else {}))
    middle = upright[:, 8:40].transpose(2, 0, 1)
    assert np.abs(pixels(tmp_path / f"a.{ending}", 32).astype(int) - middle).mean() < 6
    assert ("1 of 1 images were turned upright" in caplog.text) == (orientation != 1)


def test_sixteen_bits_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(RAMP).astype(np.uint16)).save(tmp_path / "a.png", exif=exif)
    assert np.abs(pixels(tmp_path / "a.png") - RAMP / 257).max() <= 1


def test_damaged_exif_data_are_said_and_the_pixels_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    Image.fromarray(PIXELS).save(tmp_path / "a.png", exif=b"Exif\0\0no TIFF header")
    assert pixels(tmp_path / "a.png").tolist() == PIXELS.transpose(2, 0, 1).tolist()
    assert "1 of 1 images have EXIF data that cannot be read" in caplog.text


# ---- depth


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.pgm"])
def test_sixteen_bits_keep_their_scale(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    Image.fromarray(RAMP.astype(np.uint16)).save(tmp_path / name)
    assert np.abs(pixels(tmp_path / name) - RAMP / 257).max() <= 1
    assert "1 of 1 images have more than 8 bits a pixel: brought to 8" in caplog.text


def test_floating_point_pixels_lie_in_0_to_255(tmp_path: Path) -> None:
    Image.fromarray(PIXELS[..., 0].astype(np.float32)).save(tmp_path / "a.tiff")
    assert pixels(tmp_path / "a.tiff").tolist() == [PIXELS[..., 0].tolist()] * 3
    Image.fromarray(np.zeros((12, 12), np.float32)).save(tmp_path / "black.tiff")
    assert not pixels(tmp_path / "black.tiff").any()


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [(0, 1, np.float32), (-1, 1, np.float32), (0, 256, np.float32), (-1, 200, np.float32),
     (np.nan, np.nan, np.float32), (0, np.inf, np.float32), (-1, 200, np.int32), (0, 65536, np.int32)],
)  # fmt: skip
def test_pixels_of_unknown_scale_are_refused(tmp_path: Path, low: float, high: float, kind: type) -> None:
    values = np.zeros((12, 12), kind)
    values[0, 0], values[0, 1] = low, high
    Image.fromarray(values).save(tmp_path / "a.tiff")
    with pytest.raises(ValueError, match=rf"a\.tiff cannot .*pixels from {low:g} to {high:g}: save it with"):
        pixels(tmp_path / "a.tiff")


# ---- transparency, frames


@pytest.mark.parametrize("kind", ["RGBA", "LA", "P", "RGB", "I;16"])
def test_transparency_is_dropped_and_that_is_said(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The colours stay that are stored where nothing is to be seen."""
    caplog.set_level("INFO")
    if kind in ("RGBA", "LA"):
        image = Image.fromarray(PIXELS).convert(kind)
        image.putalpha(Image.fromarray(np.tile(np.array([0, 80, 255], np.uint8), (12, 4))))
        image.save(tmp_path / "a.png")
        stored = np.asarray(image.convert("RGB" if kind == "RGBA" else "L").convert("RGB"))
    elif kind == "I;16":
        Image.fromarray(RAMP.astype(np.uint16)).save(tmp_path / "a.png", transparency=0)
        stored = np.stack([(RAMP.astype(np.uint16) / 257).astype(np.uint8)] * 3, -1)
    else:
        image = Image.fromarray(PIXELS).quantize(9) if kind == "P" else Image.fromarray(grey(7))
        image.save(tmp_path / "a.png", transparency=0 if kind == "P" else (7, 7, 7))
        stored = np.asarray(image.convert("RGB"))
    assert pixels(tmp_path / "a.png").tolist() == stored.transpose(2, 0, 1).tolist()
    assert "1 of 1 images are transparent in places: that is dropped" in caplog.text


@pytest.mark.parametrize("ending", ["gif", "tiff", "png", "webp", "mpo"])
def test_the_first_frame_is_taken_and_that_is_said(
    tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first, second = (Image.fromarray(grey(value)) for value in (40, 200))
    more = {"lossless": True} if ending == "webp" else {}
    first.save(tmp_path / f"a.{ending}", save_all=True, append_images=[second, first], **more)
    assert np.abs(pixels(tmp_path / f"a.{ending}").astype(int) - 40).max() <= 1
    assert "1 of 1 images have several frames, of which the first is taken" in caplog.text


# ---- size and shape


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (7, 5), (1, 1), (1, 200), (300, 1)])
def test_any_size_becomes_a_square(tmp_path: Path, shape: tuple[int, int]) -> None:
    put(tmp_path / "a.png", np.full((*shape, 3), 77, np.uint8))
    assert (pixels(tmp_path / "a.png") == 77).all()
    assert pixels(tmp_path / "a.png").shape == (3, 12, 12)


def test_the_middle_is_kept(tmp_path: Path) -> None:
    """Left third black, middle third a ramp, right third black."""
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = PIXELS[:10, :10]
    put(tmp_path / "a.png", wide)
    assert pixels(tmp_path / "a.png", 10).tolist() == PIXELS[:10, :10].transpose(2, 0, 1).tolist()


@pytest.mark.parametrize(
    ("shape", "said"),
    [((11, 12), "1 of 1 images have a side below 12 pixels and were enlarged"),
     ((25, 12), "1 of 1 images are more than 2 times as long as wide: only the middle is kept"),
     ((24, 12), ""), ((300, 300), "")],
)  # fmt: skip
def test_enlarged_and_cut_images_are_said(
    tmp_path: Path, shape: tuple[int, int], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    put(tmp_path / "a.png", np.full((*shape, 3), 77, np.uint8))
    pixels(tmp_path / "a.png")
    assert [record.getMessage() for record in caplog.records] == (
        [f"{said}, e.g. {tmp_path / 'a.png'}"] if said else []
    )
