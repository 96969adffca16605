"""Texts of a user: as a tokenizer gives them, with a mask, in batches of several lengths."""

import re

import pytest
import torch
from torch import Tensor, nn

import nodal
from nodal.models.foreign import build_foreign
from nodal.study.tokens import joined, token_ids
from tests.models.networks import SMALL

Texts = dict[str, Tensor]


def bert() -> nn.Module:
    torch.manual_seed(0)
    arguments = {"vocab_size": 20, **SMALL}
    return build_foreign({"family": "transformers", "name": "bert", "arguments": arguments}, 3)


def texts(count: int, length: int, seed: int) -> Texts:
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, 20, (count, length), generator=generator)
    ends = torch.randint(2, length + 1, (count, 1), generator=generator)
    mask = torch.arange(length) < ends
    return {"input_ids": ids * mask, "attention_mask": mask.long()}


def test_texts_with_a_mask_are_studied() -> None:
    labels, both = torch.arange(24) % 3, texts(24, 7, 0)
    short = {"epochs": 2, "batch": 8}
    taps = {
        "attention": nodal.Input("bert.encoder.layer.1.attention.output.dense"),
        "last": "bert.encoder.layer.1",
    }
    first = nodal.study(bert(), (both, labels), (both, labels), taps, recipe=short)
    assert first["attention"].snp.weight.shape == (16, 3)
    assert first["attention"].heads(4, draws=100).counts.shape == (4, 3)
    with pytest.raises(ValueError, match=r"^masks: "):
        first.masks("last")  # the pooler's dense layer stands before the classifier
    # What stands behind the end of a text changes nothing, nor does the form of the batches.
    filled = {**both, "input_ids": torch.where(both["attention_mask"].bool(), both["input_ids"], 9)}
    batches = [
        {name: value[start : start + 8] for name, value in filled.items()}
        | {"labels": labels[start : start + 8]}
        for start in range(0, 24, 8)
    ]
    second = nodal.study(bert(), batches, batches, taps, recipe=short)
    for tap in taps:
        assert (first[tap].snp.pooled_mean == second[tap].snp.pooled_mean).all()


def test_ids_as_the_workflow_has_them() -> None:
    given = {
        "input_ids": [[5, 0, 7], [4, 8, 8]],
        "attention_mask": [[1, 1, 1], [1, 0, 0]],
        "token_type_ids": [[0] * 3] * 2,
    }
    ids = token_ids(given, "train")
    assert ids.dtype == torch.int32
    assert ids.tolist() == [[5, 0, 7], [4, -1, -1]]
    assert joined([ids, torch.tensor([[1, 2, 3, 4]], dtype=torch.int32)]).tolist() == [
        [5, 0, 7, -1], [4, -1, -1, -1], [1, 2, 3, 4],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"attention_mask": [[0, 1, 1]]}, "test: padding before or within a text"),
        ({"attention_mask": [[0, 0, 0]]}, "test: padding before or within a text"),
        ({"attention_mask": [[1, 1]]}, "test: input_ids torch.int64 [1, 3] and attention_mask [1, 2] where"),
        ({"token_type_ids": [[0, 0, 1]]}, "test: token_type_ids beside input_ids and attention_mask cannot"),
        ({"input_ids": [[0.5, 1.0, 2.0]]}, "test: input_ids torch.float32 [1, 3]"),
    ],
)
def test_other_texts_are_refused_in_one_line(changed: dict[str, list[list[float]]], said: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(said)) as caught:
        token_ids({"input_ids": [[1, 2, 3]], **changed}, "test")
    assert "\n" not in str(caught.value)
