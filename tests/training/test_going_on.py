"""The training that takes the paper's network further: from given weights, at another size of images."""

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nodal.files.tensors import read_about, read_tensors, write_tensors
from nodal.models.build import cpu_state
from nodal.models.cct import CCT
from nodal.models.published import load_published
from reference import cct7

LABELS = ("bird", "fish", "fox")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images of 16x16, of each label in another colour."""
    drawn = np.random.default_rng(0)
    for split, count in (("train", 4), ("heldout", 1), ("test", 2)):
        for number, name in enumerate(LABELS):
            place = tmp_path / "images" / split / name
            place.mkdir(parents=True)
            for image in range(count):
                pixels = drawn.integers(0, 99, (16, 16, 3), np.uint8)
                pixels[..., number] += 100
                Image.fromarray(pixels).save(place / f"{image}.png")
    return tmp_path / "images"


def test_training_goes_on_at_another_size(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setitem(cct7.RECIPE, "batch", 6)
    torch.manual_seed(1)
    start = CCT(image_size=8, labels=len(LABELS))
    write_tensors(tmp_path / "start.safetensors", cpu_state(start))
    output = tmp_path / "on.safetensors"
    cct7.train(folder, tmp_path / "start.safetensors", 16, 2, output)
    assert "interpolated from 16 tokens to 64" in caplog.text
    assert caplog.text.count("accuracy on test") == 2
    assert not list(tmp_path.glob("*.state"))
    weights = read_tensors(output)
    assert {value.dtype for value in weights.values()} == {torch.float16}
    assert read_about(output)["epochs"] == 2
    network = CCT(image_size=16, labels=len(LABELS))
    load_published(network, output)
    before = start.get_parameter("classifier.fc.weight")
    assert not torch.allclose(network.get_parameter("classifier.fc.weight"), before, atol=1e-4)
