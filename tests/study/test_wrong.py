"""What does not fit is refused in one line that says where."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

import nodal
from nodal.files.atomic import DamagedFile
from tests.conftest import small_cct

IMAGES = torch.zeros(24, 3, 12, 12, dtype=torch.uint8)
LABELS = torch.arange(24) % 6
GOOD: dict[str, Any] = {
    "train": (IMAGES, LABELS), "test": (IMAGES, LABELS), "taps": {"last": "classifier.blocks.1"},
    "recipe": {"epochs": 1, "batch": 6},
}  # fmt: skip


def named(*classes: str) -> DataLoader[Any]:
    """Batches of data that know what their labels are called."""
    data = TensorDataset(IMAGES, LABELS % len(classes))
    data.classes = classes
    return DataLoader(data, batch_size=12)


BATCHES = "(inputs, labels), a mapping with 'labels', a DataLoader"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"train": IMAGES}, f"train: Tensor where {BATCHES}"),
        ({"train": 3}, f"train: int where {BATCHES}"),
        ({"test": [IMAGES]}, f"test: holds Tensor where {BATCHES}"),
        ({"test": {"pixel_values": IMAGES}}, f"test: holds dict where {BATCHES}"),
        ({"test": []}, "test: holds no input"),
        ({"test": (IMAGES[:0], LABELS[:0])}, "test: holds no input"),
        (
            {"test": [(IMAGES, LABELS), (IMAGES[..., :9], LABELS)]},
            "test: inputs of several sizes cannot be one tensor",
        ),
        ({"test": (IMAGES / 0, LABELS)}, "test: inputs hold nan or infinite numbers"),
        (
            {"train": named("cat", "dog"), "test": named("dog", "cat")},
            "test: the same numbers mean other labels than in train (cat there, dog here)",
        ),
        (
            {"train": named(*"abcdef"), "test": named(*"abcde")},
            "test: the same numbers mean other labels than in train (6 labels there, 5 here)",
        ),
        ({"test": [(IMAGES[0], 3)]}, "test: labels are int where a tensor or an array is needed"),
        ({"test": ("a", LABELS)}, "test: inputs are str where a tensor"),
        ({"test": ({"a": IMAGES, "b": IMAGES}, LABELS)}, "test: inputs by the names a, b where input_ids"),
        ({"test": (IMAGES, LABELS.float())}, "test: labels torch.float32 [24] where integers [N] are needed"),
        ({"test": (IMAGES, LABELS[:, None])}, "test: labels torch.int64 [24, 1] where"),
        ({"test": (IMAGES, LABELS[:20])}, "test: labels: have shape [20] where [24] is needed"),
        ({"test": (IMAGES, LABELS % 5)}, "test: labels: 5 does not occur where each of 6 is needed"),
        (
            {"test": (np.zeros((24, 3, 12, 12)), LABELS)},
            "test: inputs torch.float32 [24, 3, 12, 12] where those",
        ),
        ({"train": (IMAGES[:6], LABELS[:6])}, "label '0' has 1 training images: it needs two"),
        ({"labels": ["a", "b"]}, "train: labels: 0 to 5 where 0 to 1 is needed"),
        ({"train": (IMAGES[:, :1], LABELS)}, "images: have shape [2, 1, 12, 12] where"),
        (
            {"train": (IMAGES.short(), LABELS), "test": (IMAGES.short(), LABELS)},
            "inputs: torch.int16 [18, 3, 12, 12] where",
        ),
        ({"taps": {}}, "taps: none where at least one is needed"),
        ({"taps": {"a.b": "classifier.blocks.1"}}, "taps: 'a.b' cannot be a name"),
        ({"taps": {"keys": "classifier.blocks.1"}}, "taps: 'keys' cannot be a name"),
        (
            {"taps": {"last": "classifier.block.1"}},
            "taps.last: the network has no module 'classifier.block.1'; there is classifier.blocks",
        ),
        ({"recipe": {"epoch": 3}}, "recipe: unknown key 'epoch' (epochs?)"),
        ({"recipe": {"epochs": 0}}, "recipe: epochs: "),
        ({"recipe": {"taps": ["a"]}}, "recipe: 'taps' says nothing of the training of a probe"),
        ({"recipe": {"augment": {"mixup": 0.5}}}, "recipe: mixup mixes images"),
        ({"recipe": {"batch": 100}}, "batch: 100 is larger than the training split of 18 inputs"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(changed: dict[str, Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        nodal.study(small_cct(), **GOOD | changed)
    assert str(caught.value).startswith(said), str(caught.value)
    assert "\n" not in str(caught.value)


def test_floating_point_images_are_not_varied() -> None:
    numbers = (IMAGES.double(), LABELS)
    changed = {"train": numbers, "test": numbers, "recipe": {"augment": {"flip": True}}}
    with pytest.raises(
        ValueError, match=r"^recipe: augment varies uint8 images, and the inputs are torch.float32"
    ):
        nodal.study(small_cct(), **GOOD | changed)


def test_inputs_that_the_model_does_not_take() -> None:
    numbers = (torch.zeros(24, 5), LABELS)
    with pytest.raises(
        ValueError, match=r"^the model does not run on inputs torch.float32 \[2, 5\]: "
    ) as caught:
        nodal.study(small_cct(), **GOOD | {"train": numbers, "test": numbers})
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_data_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"nothing of the kind")
    with pytest.raises(DamagedFile):
        nodal.study(small_cct(), **GOOD | {"test": tmp_path / "data"})
