"""The in-memory form: what is written is read back; the held-out share is stratified and seeded."""

from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

from nodal.data.dataset import Dataset
from nodal.data.heldout import hold_out, split_heldout


def counted(per_label: list[int]) -> Dataset:
    """Train and test; every image holds its own number."""
    labels = torch.arange(len(per_label)).repeat_interleave(torch.tensor(per_label))
    images = torch.arange(len(labels), dtype=torch.uint8)[:, None, None, None].expand(-1, 3, 2, 2)
    names = tuple(f"n{label}" for label in range(len(per_label)))
    return Dataset({"train": images, "test": images}, {"train": labels, "test": labels}, names)


def test_saved_data_are_read_back(data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path / "data.safetensors")
    back = Dataset.load(tmp_path / "data.safetensors")
    assert (back.names, back.superclass) == (data.names, data.superclass)
    for split in data.inputs:
        assert back.inputs[split].dtype == torch.uint8
        assert back.labels[split].dtype == torch.int64
        torch.testing.assert_close(back.inputs[split], data.inputs[split])
        torch.testing.assert_close(back.labels[split], data.labels[split])


def test_names_of_any_script(data: Dataset, tmp_path: Path) -> None:
    names = ("läbel 0", "ß", "п", "Ω", "花", "f")
    Dataset(data.inputs, data.labels, names).save(tmp_path / "data.safetensors")
    back = Dataset.load(tmp_path / "data.safetensors")
    assert (back.names, back.superclass) == (names, ())


def test_only_the_named_splits_are_read(data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path / "data.safetensors")
    back = Dataset.load(tmp_path / "data.safetensors", ["test"])
    assert list(back.inputs) == list(back.labels) == ["test"]


def test_file_is_readable_without_the_library(data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path / "data.safetensors")
    with safe_open(tmp_path / "data.safetensors", "np") as file:
        assert set(file.keys()) == {
            f"{kind}.{split}" for kind in ("inputs", "labels") for split in data.inputs
        }
        assert file.metadata()["names"] == '["a", "b", "c", "d", "e", "f"]'


@pytest.mark.parametrize("split", ["train", "heldout", "test"])
def test_label_without_image_is_named_and_nothing_written(data: Dataset, tmp_path: Path, split: str) -> None:
    keep = data.labels[split] != 4
    images = data.inputs | {split: data.inputs[split][keep]}
    labels = data.labels | {split: data.labels[split][keep]}
    with pytest.raises(ValueError, match=f"'e' has no input in the split {split}"):
        Dataset(images, labels, data.names).save(tmp_path / "data.safetensors")
    assert not list(tmp_path.iterdir())


@given(
    st.lists(st.integers(2, 30), min_size=1, max_size=8),
    st.floats(0.02, 0.5),
    st.integers(0, 2**31),
    st.randoms(use_true_random=False),
)
def test_heldout_is_a_stratified_part(counts: list[int], share: float, seed: int, random: Random) -> None:
    order = [label for label, count in enumerate(counts) for _ in range(count)]
    random.shuffle(order)
    labels = torch.tensor(order)
    stays, out = split_heldout(labels, share, seed)
    assert sorted(stays.tolist() + out.tolist()) == list(range(len(labels)))
    assert stays.tolist() == sorted(stays.tolist())
    for label, count in enumerate(counts):
        assert (labels[out] == label).sum() == max(1, round(share * count))
        assert (labels[stays] == label).any()
    torch.testing.assert_close(split_heldout(labels, share, seed)[1], out)


def test_another_seed_holds_out_others() -> None:
    labels = torch.arange(5).repeat(40)
    assert not torch.equal(split_heldout(labels, 0.25, 0)[1], split_heldout(labels, 0.25, 1)[1])


def test_hold_out_moves_images_with_their_labels() -> None:
    before = counted([6, 4, 10])
    after = hold_out(before, 0.3, seed=3)
    assert set(after.inputs) == {"train", "heldout", "test"}
    assert set(before.inputs) == {"train", "test"}
    numbers = {split: after.inputs[split][:, 0, 0, 0].tolist() for split in after.inputs}
    assert sorted(numbers["train"] + numbers["heldout"]) == list(range(20))
    for split, found in numbers.items():
        assert before.labels["train"][found].tolist() == after.labels[split].tolist()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_share_outside_the_open_interval_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"heldout: .* in \(0, 1\)"):
        hold_out(counted([5, 5]), share, 0)


def test_label_with_too_few_images_is_named() -> None:
    with pytest.raises(ValueError, match="'n1' has 1 training images"):
        hold_out(counted([5, 1]), 0.2, 0)
    with pytest.raises(ValueError, match=r"heldout: 0.9 of the 2 training images of label 'n1' leaves none"):
        hold_out(counted([5, 2]), 0.9, 0)
    with pytest.raises(ValueError, match="of the 2 of label 1 none is left"):
        split_heldout(torch.tensor([0] * 50 + [1, 1]), 0.9, 0)
    for share in (0.9, 0.5):
        with pytest.raises(ValueError, match="label 1"):
            split_heldout(torch.tensor([0] * 20 + [1]), share, 0)
