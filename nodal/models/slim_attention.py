"""Attention with fewer heads or smaller ones, as what is left of a larger one."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from nodal.models.linear import Linear


class SlimAttention(nn.Module):
    """Multi-head self-attention whose heads have sizes of their own; without a head it gives its bias.

    Args:
        width: Nodes of a token.
        heads: Heads that are left.
        matched: Nodes of a head's queries and keys.
        mixed: Nodes of a head's values.
        scale: Factor of the products of queries and keys: heads keep the one they were trained with.
        bias: Whether `qkv` has one.

    Attributes:
        qkv: Linear to heads * (2 * matched + mixed) nodes: head by head its queries, keys, values.
        proj: Linear from heads * mixed nodes to the width.
    """

    def __init__(self, width: int, heads: int, matched: int, mixed: int, scale: float, bias: bool) -> None:
        super().__init__()
        self.width, self.heads, self.matched, self.mixed = width, heads, matched, mixed
        self.scale, self.bias = scale, bias
        self.qkv: nn.Module = Linear(width, heads * (2 * matched + mixed), bias)
        self.proj: nn.Module = Linear(heads * mixed, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, tokens, width] -> [B, tokens, width]."""
        return self.attend(tokens, None)

    def attend(self, tokens: Tensor, mask: Tensor | None) -> Tensor:
        """The same, with what is added to the products [B, heads, tokens, tokens] or to parts of them."""
        parts = self.qkv(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        query, key, value = parts.split((self.matched, self.matched, self.mixed), -1)
        mixed = scaled_dot_product_attention(query, key, value, mask, scale=self.scale)
        return self.proj(mixed.transpose(1, 2).flatten(2))


class SlimSelfAttention(SlimAttention):
    """`SlimAttention` in the place of torch's `nn.MultiheadAttention`, tokens attending to each other."""

    # Read by `nn.TransformerEncoderLayer`, whose fast path would run past this module.
    batch_first = True
    in_proj_bias = None
    _qkv_same_embed_dim = False

    def forward(  # type: ignore[override]
        self, query: Tensor, key: Tensor, value: Tensor, key_padding_mask: Tensor | None = None,
        need_weights: bool = False, attn_mask: Tensor | None = None, **_: Any,
    ) -> tuple[Tensor, None]:  # fmt: skip
        """As of `nn.MultiheadAttention`, whose weights are not given.

        Args:
            query: [B, tokens, width].
            key: The same tensor.
            value: The same tensor.
            key_padding_mask: [B, tokens], true or -inf where a token is none.
            need_weights: False.
            attn_mask: [tokens, tokens], true or -inf where not to look.

        Raises:
            ValueError: It is no self-attention, its weights are wanted, or there is a mask a head.
        """
        if need_weights or query is not key or key is not value:
            raise ValueError("a compacted attention is a self-attention that does not give its weights")
        if attn_mask is not None and attn_mask.ndim != 2:
            raise ValueError(f"attn_mask: {list(attn_mask.shape)} where [tokens, tokens] is needed")
        mask = _added(attn_mask, query)
        if key_padding_mask is not None:
            padding = _added(key_padding_mask, query)
            assert padding is not None
            mask = padding[:, None, None] if mask is None else mask + padding[:, None, None]
        return self.attend(query, mask), None


class Constant(nn.Module):
    """A branch of which only its bias is left.

    Args:
        width: Nodes of a token.
        paired: Whether a pair is given, as by `nn.MultiheadAttention`.
    """

    # As above.
    batch_first = True
    in_proj_bias = None
    _qkv_same_embed_dim = False

    def __init__(self, width: int, paired: bool) -> None:
        super().__init__()
        self.width, self.paired = width, paired
        self.value = nn.Parameter(torch.zeros(width))

    def forward(self, tokens: Tensor, *_: Any, **__: Any) -> Any:
        """[..., width] -> [..., width]."""
        value = self.value.expand_as(tokens)
        return (value, None) if self.paired else value


def _added(mask: Tensor | None, like: Tensor) -> Tensor | None:
    """A mask as what is added to products: -inf where a bool one is true."""
    if mask is None or mask.dtype != torch.bool:
        return mask
    return torch.zeros(mask.shape, dtype=like.dtype, device=like.device).masked_fill(mask, float("-inf"))
