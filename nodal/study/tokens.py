"""Texts as tokenizers give them, as one tensor of ids."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad


def token_ids(given: Mapping[str, Any], split: str) -> Tensor:
    """Token ids int32 [N, T], -1 behind the end of each text.

    Args:
        given: `input_ids` [N, T]; `attention_mask` [N, T], 1 before the end of a text and 0 behind it, where
            there is one; `token_type_ids`, if all are 0, as a network takes them where it is given none.
        split: Name of the split, for messages.

    Raises:
        ValueError: There is more, or the padding is not behind the texts.
    """
    parts = {name: torch.as_tensor(value).detach().cpu() for name, value in given.items()}
    ids = parts.pop("input_ids")
    mask = parts.pop("attention_mask", ids >= 0).bool()
    if "token_type_ids" in parts and not parts["token_type_ids"].any():
        del parts["token_type_ids"]
    if parts:
        raise ValueError(f"{split}: {next(iter(parts))} beside input_ids and attention_mask cannot be used")
    if ids.ndim != 2 or mask.shape != ids.shape or ids.is_floating_point():
        raise ValueError(
            f"{split}: input_ids {ids.dtype} {list(ids.shape)} and attention_mask {list(mask.shape)} where"
            " integers and a mask [N, T] are needed"
        )
    if (mask[:, 1:] & ~mask[:, :-1]).any() or not mask[:, :1].all():
        raise ValueError(
            f"{split}: padding before or within a text: take padding_side='right', no empty text"
        )
    return ids.masked_fill(~mask, -1).to(torch.int32)


def joined(batches: Sequence[Tensor]) -> Tensor:
    """All batches as one tensor; texts of shorter batches are padded to the longest."""
    if batches[0].dtype == torch.int32 and all(each.ndim == 2 for each in batches):
        most = max(each.shape[1] for each in batches)
        batches = [pad(each, (0, most - each.shape[1]), value=-1) for each in batches]
    return torch.cat(list(batches))
