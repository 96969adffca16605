"""How many attention heads the blocks of a network have, and the same network with another number of them."""

from collections.abc import Mapping, Sequence
from typing import Any

_ARGUMENTS = ("num_attention_heads", "num_heads", "n_heads", "n_head")  # of networks from libraries


def heads_by_block(heads: int | Sequence[int], depth: int) -> list[int]:
    """The number of attention heads of each block: one for all of them, or a number each.

    Raises:
        ValueError: There are not as many numbers as blocks.
    """
    each = [heads] * depth if isinstance(heads, int) else list(heads)
    if len(each) != depth:
        raise ValueError(f"heads: {len(each)} numbers where one for each of {depth} blocks is needed")
    return each


def with_heads(model: Mapping[str, Any], heads: int | Sequence[int]) -> dict[str, Any]:
    """The settings of the same network with so many attention heads in every block, or in each of them.

    Raises:
        ValueError: The settings say not how many heads the network has, or not block by block.
    """
    if model["family"] == "cct":
        return {**model, "heads": heads if isinstance(heads, int) else list(heads)}
    arguments = model.get("arguments", {})
    names = [name for name in _ARGUMENTS if name in arguments]
    if len(names) != 1:
        raise ValueError(
            f"family: how many heads a network of {model['family']} has is not among its settings"
        )
    if not isinstance(heads, int):
        raise ValueError(f"family: a network of {model['family']} has as many heads in every block")
    return {**model, "arguments": {**arguments, names[0]: heads}}
