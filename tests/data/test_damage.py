"""Damaged images: the file is named, or the picture is what it was; of what no format can tell, only that."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from tests.data.folders import grey, message, pixels, put, read

KINDS: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("PNG", ("RGB", "L", "1", "P", "LA", "RGBA", "I;16"), {}),
    ("JPEG", ("RGB", "L", "CMYK"), {}),
    ("JPEG", ("RGB", "L"), {"progressive": True}),
    ("GIF", ("L", "P", "1"), {}),
    ("WEBP", ("RGB", "RGBA"), {}),
    ("WEBP", ("RGB", "RGBA"), {"lossless": True}),
    ("TIFF", ("RGB", "L", "1", "P", "RGBA", "CMYK", "LAB", "I;16", "F"), {}),
    ("TIFF", ("RGB", "L", "P"), {"compression": "tiff_lzw"}),
    ("TIFF", ("RGB", "L"), {"compression": "tiff_adobe_deflate"}),
    ("BMP", ("RGB", "L", "1", "P", "RGBA"), {}),
    ("PPM", ("RGB", "L", "1"), {}),
    ("TGA", ("RGB", "L", "RGBA"), {"compression": "tga_rle"}),
    ("AVIF", ("RGB",), {}),
]


@st.composite
def encoded(draw: st.DrawFn) -> tuple[str, bytes]:
    """A format, and an image in it, of any size, mode and texture."""
    kind, modes, options = draw(st.sampled_from(KINDS))
    mode, height, width = draw(st.sampled_from(modes)), draw(st.integers(1, 30)), draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    values = rng.integers(0, 256, (height, width, 3), dtype=np.uint8) // draw(st.sampled_from([1, 40]))
    if mode in ("I;16", "F"):
        image = Image.fromarray(values[..., 0].astype(np.uint16 if mode == "I;16" else np.float32))
    else:
        image = Image.fromarray(values).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return kind, buffer.getvalue()


def read_or_named(path: Path, content: bytes) -> np.ndarray | None:
    """The decoded image, or None where the file is named in one line."""
    path.write_bytes(content)
    try:
        return pixels(path)
    except ValueError as error:
        said = str(error)
    assert said.startswith(f"{path} cannot be read as an image (")
    assert "\n" not in said
    return None


@pytest.fixture(scope="module", autouse=True)
def _small_images() -> Any:
    """A flipped bit in a size must not make the tests fill the memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "MAX_IMAGE_PIXELS", 200_000)
        yield


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage") / "image"


@pytest.mark.filterwarnings("ignore")
@given(encoded(), st.floats(0, 1, exclude_max=True))
def test_a_truncated_image_is_named_or_whole(path: Path, made: tuple[str, bytes], share: float) -> None:
    _, content = made
    whole = read_or_named(path, content)
    assert whole is not None or made[0] == "TIFF"  # floating-point pixels of an unknown scale
    cut = read_or_named(path, content[: int(share * len(content))])
    assert cut is None or np.array_equal(cut, whole)


@pytest.mark.filterwarnings("ignore")
@given(
    encoded(),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=9),
)
def test_flipped_bits_never_end_in_anything_but_a_named_file(
    path: Path, made: tuple[str, bytes], flips: list[tuple[float, int]]
) -> None:
    kind, content = made
    damaged = bytearray(content)
    for share, bit in flips:
        damaged[int(share * len(content))] ^= 1 << bit
    found = read_or_named(path, bytes(damaged))
    assert found is None or found.shape == (3, 12, 12)
    if kind == "PNG" and found is not None:  # has checksums; any other format cannot tell
        assert np.array_equal(found, read_or_named(path, content))


def test_every_flipped_bit_of_a_png_is_named_or_changes_nothing(path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.tile(np.arange(0, 240, 20, dtype=np.uint8), (12, 1))).save(buffer, "PNG")
    content = buffer.getvalue()
    whole = read_or_named(path, content)
    unnoticed = set()
    for place in range(8 * len(content)):
        damaged = bytearray(content)
        damaged[place // 8] ^= 1 << place % 8
        found = read_or_named(path, bytes(damaged))
        if found is not None:
            assert np.array_equal(found, whole)
            unnoticed.add(place // 8)
    assert unnoticed <= set(range(len(content) - 12, len(content)))  # of the part that says the end


def test_truncated_images_are_not_filled_up() -> None:
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.filterwarnings("ignore:Truncated File Read")  # Pillow's word on a TIFF; ours names the file
@pytest.mark.parametrize("extension", ["png", "jpg", "gif", "webp", "ppm", "dds", "tiff", "bmp"])
@pytest.mark.parametrize("part", [0.1, 0.6])
def test_truncated_image_is_named(root: Path, extension: str, part: float) -> None:
    path = root / "train" / "eel" / f"broken.{extension}"
    put(path)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    assert f"{path} cannot be read as an image" in message(root)


def test_empty_file_is_named(root: Path) -> None:
    (root / "test" / "cat" / "0.png").write_bytes(b"")
    assert "0.png cannot be read as an image (the file is empty): repair or remove it" in message(root)


@pytest.mark.parametrize("name", ["notes.txt", "image.png", "a\nb.jpg"])
def test_file_that_is_no_image_is_named(root: Path, name: str) -> None:
    (root / "test" / "cat" / name).write_text("no image")
    assert f"{name!r}"[1:-1] + " cannot be read as an image" in message(root)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_image_of_a_forbidding_size_is_named(root: Path) -> None:
    put(root / "test" / "cat" / "huge.png", np.zeros((700, 700, 3), np.uint8))
    assert "huge.png cannot be read as an image" in message(root)


def test_one_bad_image_does_not_hide_behind_good_ones(root: Path) -> None:
    read(root)
    put(root / "train" / "cat" / "z.png", grey(1))
    (root / "train" / "cat" / "z.png").write_bytes((root / "train" / "cat" / "z.png").read_bytes()[:-20])
    assert "z.png cannot be read as an image" in message(root)
