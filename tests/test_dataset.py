"""The one in-memory form of a data set."""

from pathlib import Path

import pytest
import torch

from nodal.data.dataset import SPLITS, Dataset, split_heldout


def small(labels: int = 3) -> Dataset:
    generator = torch.Generator().manual_seed(0)
    images = {
        split: torch.randint(256, (6, 3, 4, 4), dtype=torch.uint8, generator=generator) for split in SPLITS
    }
    return Dataset(
        images,
        {split: torch.arange(6) % labels for split in SPLITS},
        tuple(f"läbel {i}" for i in range(3)),
        (0, 1, 1),
    )


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    data = small()
    data.save(tmp_path / "d.safetensors")
    again = Dataset.load(tmp_path / "d.safetensors", ["test", "train"])
    assert set(again.images) == {"test", "train"}
    assert torch.equal(again.images["test"], data.images["test"])
    assert torch.equal(again.labels["train"], data.labels["train"])
    assert (again.names, again.superclass) == (data.names, data.superclass)


def test_a_label_without_images_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="label 'läbel 2' has no image in the split train"):
        small(labels=2).save(tmp_path / "d.safetensors")
    assert not list(tmp_path.iterdir())


def test_heldout_is_stratified_disjoint_and_seeded() -> None:
    labels = torch.arange(100) % 5
    stays, out = split_heldout(labels, 0.2, seed=1)
    assert sorted([*stays.tolist(), *out.tolist()]) == list(range(100))
    assert torch.bincount(labels[out]).tolist() == [4] * 5
    assert torch.equal(out, split_heldout(labels, 0.2, seed=1)[1])
    assert not torch.equal(out, split_heldout(labels, 0.2, seed=2)[1])


@pytest.mark.parametrize("share", [0.9, 0.5])
def test_heldout_must_leave_something_to_train_on(share: float) -> None:
    with pytest.raises(ValueError, match="label 1"):
        split_heldout(torch.tensor([0] * 20 + [1]), share, seed=0)
