"""A data set of some of the labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.data.dataset import Dataset
from nodal.data.subset import of_labels, repeated, some_labels


@given(st.integers(1, 40), st.integers(0, 9), st.data())
def test_some_labels(labels: int, seed: int, drawn: st.DataObject) -> None:
    wanted = drawn.draw(st.integers(1, labels))
    fewer = drawn.draw(st.integers(1, wanted))
    found = some_labels(labels, wanted, seed)
    assert len(found) == wanted
    assert (np.diff(found) > 0).all()
    assert set(found) <= set(range(labels))
    assert set(some_labels(labels, fewer, seed)) <= set(found)
    assert some_labels(labels, labels, seed).tolist() == list(range(labels))


def test_seeds_draw_other_labels() -> None:
    assert len({tuple(some_labels(100, 10, seed)) for seed in range(5)}) == 5


@pytest.mark.parametrize("wanted", [0, 7])
def test_there_are_not_so_many(wanted: int) -> None:
    with pytest.raises(ValueError, match=f"labels: {wanted} wanted of a data set that has 6"):
        some_labels(6, wanted, 0)


def test_parts_share_no_label() -> None:
    parts = [some_labels(50, 10, 3, part) for part in range(5)]
    assert sorted(label for part in parts for label in part) == list(range(50))
    assert parts[0].tolist() == some_labels(50, 10, 3).tolist()
    with pytest.raises(ValueError, match="labels: 60 wanted of a data set that has 50"):
        some_labels(50, 10, 3, 5)


def test_training_inputs_several_times(data: Dataset) -> None:
    often = repeated(data, 3)
    assert (often.names, often.superclass) == (data.names, data.superclass)
    for split, inputs in data.inputs.items():
        times = 3 if split == "train" else 1
        assert len(often.inputs[split]) == len(often.labels[split]) == times * len(inputs)
        for number, image in enumerate(often.inputs[split]):
            assert (image == inputs[number // times]).all()
            assert often.labels[split][number] == data.labels[split][number // times]


def test_inputs_of_some_labels(data: Dataset) -> None:
    chosen = [1, 3, 5]
    few = of_labels(data, chosen)
    assert few.names == ("b", "d", "f")
    assert few.superclass == (0, 1, 1)
    for split, labels in data.labels.items():
        kept = [image for image, label in zip(data.inputs[split], labels, strict=True) if label in chosen]
        named = [data.names[label] for label in labels if label in chosen]
        assert [few.names[label] for label in few.labels[split]] == named
        assert len(few.inputs[split]) == len(kept)
        assert all((a == b).all() for a, b in zip(few.inputs[split], kept, strict=True))


def test_super_classes_that_are_left_are_numbered_anew(data: Dataset) -> None:
    assert of_labels(data, [4, 5]).superclass == (0, 0)
    without = Dataset(data.inputs, data.labels, data.names)
    assert of_labels(without, [4, 5]).superclass == ()
