"""Attention heads: how many the blocks have, which weights are theirs, the same network with other heads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nodal.architectures.architecture import Architecture

_ARGUMENTS = ("num_attention_heads", "num_heads", "n_heads", "n_head")  # of networks from libraries
# Kinds of layers whose rows are heads, and how many layers in one these are.
_ROWS = {"qkv": 3, "query": 1, "key": 1, "value": 1}


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


@dataclass(frozen=True)
class HeadWeights:
    """Which weights [out, in] of a layer are those of an attention head.

    Attributes:
        side: Heads have the `rows`, or the `columns`.
        heads: H equal groups of them, head by head.
        parts: How often all the heads come, one after the other: thrice where Q, K and V are one layer.
    """

    side: Literal["rows", "columns"]
    heads: int
    parts: int = 1


def head_weights(network: Architecture) -> dict[str, HeadWeights]:
    """The layers whose weights are those of attention heads, by dotted name: Q, K, V and the projection.

    Empty where a network does not show its heads.
    """
    heads = {network.taps[tap].block: network.taps[tap].heads for tap in network.head_taps()}
    found = {}
    for weight, layer in network.layers.items():
        module, own = weight.removesuffix(".weight"), heads.get(layer.block)
        if own and layer.kind in _ROWS:
            found[module] = HeadWeights("rows", own, _ROWS[layer.kind])
        elif own and network.taps[layer.source].heads > 1:
            found[module] = HeadWeights("columns", own)
    return found
