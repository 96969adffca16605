"""Inputs of every kind, prepared for a network, and prepared inputs in parts."""

import re
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from nodal.augment.pipeline import Augment
from nodal.augment.preparation import Prepared, Tokens, Vectors, length, preparation, split

TEXTS = torch.tensor([[7, 0, 3, -1, -1], [2, 5, 9, 4, 1], [6, -1, -1, -1, -1]], dtype=torch.int32)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        (torch.zeros(2, 3, 8, 8, dtype=torch.uint8), Augment),
        (TEXTS, Tokens),
        (torch.zeros(2, 5), Vectors),
        (torch.zeros(2, 3, 8, 8), Vectors),
    ],
)
def test_the_dtype_says_what_the_inputs_are(inputs: Tensor, kind: type) -> None:
    assert type(preparation(inputs)) is kind
    assert not preparation(inputs).random


def test_images_are_normalised_and_varied_as_the_settings_say() -> None:
    images = torch.randint(0, 256, (2, 3, 8, 8), dtype=torch.uint8, generator=generator())
    normalise = {"mean": [0.1, 0.2, 0.3], "std": [1.0, 2.0, 4.0]}
    recipe = {"shift": 2, "flip": True, "mixup": 0.8, "cutmix": 1.0}  # the last two are Mix's
    prepare, same = preparation(images, normalise, recipe), Augment(normalise, shift=2, flip=True)
    assert prepare.random
    assert prepare.mask(images) is None
    torch.testing.assert_close(prepare.plain(images), Augment(normalise).plain(images), rtol=0, atol=0)
    torch.testing.assert_close(
        prepare(images, generator()), same(images, generator=generator()), rtol=0, atol=0
    )


def test_ids_and_mask_of_texts() -> None:
    tokens = preparation(TEXTS)
    found = tokens.plain(TEXTS)
    assert isinstance(found, Mapping)
    assert {name: value.dtype for name, value in found.items()} == {
        "input_ids": torch.int64,
        "attention_mask": torch.int64,
    }
    # 0 is a token, too: the mask alone says which one is behind the end.
    assert found["input_ids"].tolist() == [[7, 0, 3, 0, 0], [2, 5, 9, 4, 1], [6, 0, 0, 0, 0]]
    assert found["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]]
    mask = tokens.mask(TEXTS)
    assert mask is not None
    assert mask.dtype == torch.bool
    assert mask.tolist() == [[True] * n + [False] * (5 - n) for n in (3, 5, 1)]
    torch.testing.assert_close(tokens(TEXTS, generator()), found, rtol=0, atol=0)
    assert TEXTS.min() == -1  # left as they were


def test_vectors_are_taken_as_they_are() -> None:
    vectors = torch.randn(3, 4, generator=generator())
    prepare = preparation(vectors)
    assert prepare.mask(vectors) is None
    for found in (prepare.plain(vectors), prepare(vectors, generator())):
        torch.testing.assert_close(found, vectors, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (torch.zeros(2, 5, dtype=torch.float64), "inputs: torch.float64 [2, 5] where"),
        (torch.zeros(2, 5, dtype=torch.int64), "inputs: torch.int64 [2, 5] where"),
        (torch.zeros(2), "inputs: torch.float32 [2] where"),
        (torch.zeros(7, dtype=torch.int32), "inputs: torch.int32 [7] where"),
    ],
)
def test_other_inputs_are_refused_in_one_line(inputs: Tensor, said: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(said)}") as caught:
        preparation(inputs)
    for kind in (
        "uint8 [N, 3, H, W] (images)",
        "int32 [N, T] (token ids)",
        "float32 [N, ...] (taken as they are)",
    ):
        assert kind in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_parts_put_together_are_the_whole(size: int) -> None:
    whole: list[Prepared] = [torch.arange(21).view(7, 3), Tokens().plain(TEXTS.repeat(3, 1)[:7])]
    for prepared in whole:
        parts = list(split(prepared, size))
        assert length(prepared) == 7
        assert [length(part) for part in parts] == [size] * (7 // size) + [7 % size] * bool(7 % size)
        if isinstance(prepared, Tensor):
            torch.testing.assert_close(torch.cat(parts), prepared, rtol=0, atol=0)
        else:
            assert all(part.keys() == prepared.keys() for part in parts)
            for name, value in prepared.items():
                torch.testing.assert_close(torch.cat([part[name] for part in parts]), value, rtol=0, atol=0)
