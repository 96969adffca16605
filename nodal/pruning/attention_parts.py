"""Attentions whose heads can be made smaller or removed, and what of them is gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.preparation import Prepared
from nodal.models.cct import Attention
from nodal.models.features import forward
from nodal.models.reading import read_only
from nodal.models.slim_attention import Constant, SlimAttention, SlimSelfAttention

Call = tuple[tuple[Any, ...], dict[str, Any]]  # what a module is called with, by position and by name


@dataclass(frozen=True)
class Parts:
    """The weights of an attention with H heads of d nodes, as views of the network's own.

    Attributes:
        heads: H.
        paired: Whether it gives a pair, as torch's own does.
        query, key, value: Weight [H * d, width].
        biases: Those of queries, keys and values, each [H * d]; zeros of their own where there are none.
        out: The projection, [width, H * d].
        out_bias: [width].
    """

    heads: int
    paired: bool
    query: Tensor
    key: Tensor
    value: Tensor
    biases: tuple[Tensor, Tensor, Tensor]
    out: Tensor
    out_bias: Tensor

    def settle(self) -> bool:
        """Set to zero what is without effect, and fold what is constant; whether anything changed.

        A value that is constant comes out of the softmax as it went in, so it belongs to the projection's
        bias. A key that is constant adds the same to all products of a query, which the softmax cancels. A
        query that is a constant other than zero weighs the keys, so it stays.
        """
        query_bias, key_bias, value_bias = self.biases
        unread = ~_any(self.out, 0)
        constant = ~_any(self.value, 1) & ~unread
        changed = bool(constant.any())
        self.out_bias.add_(self.out[:, constant] @ value_bias[constant])
        self.out[:, constant] = 0
        unread |= constant
        changed |= _clear(self.value, value_bias, unread)
        silent = ~_any(self.key, 1) | ~(_any(self.query, 1) | (query_bias != 0)) | self._headless(unread)
        changed |= _clear(self.query, query_bias, silent)
        return changed | _clear(self.key, key_bias, silent)

    def slim(self) -> nn.Module:
        """The attention of what is left."""
        width, inner = self.out.shape
        mixed, matched = _any(self.out, 0), _any(self.key, 1)
        heads = [head for head in self._nodes() if mixed[head].any()]
        if not heads:
            constant = Constant(width, self.paired)
            constant.value.data = self.out_bias.clone()
            return constant
        most_matched = max(1, *(int(matched[head].sum()) for head in heads))
        most_mixed = max(int(mixed[head].sum()) for head in heads)
        kind = SlimSelfAttention if self.paired else SlimAttention
        biased = any(bool(bias.any()) for bias in self.biases)
        scale = (inner // self.heads) ** -0.5
        slim = kind(width, len(heads), most_matched, most_mixed, scale, biased).to(self.out)
        # A head smaller than the largest one is filled with zeros.
        rows = [self._rows(head, matched, mixed, most_matched, most_mixed) for head in heads]
        slim.qkv.weight.data = torch.cat([weight for weight, _, _ in rows])
        if biased:
            slim.qkv.bias.data = torch.cat([bias for _, bias, _ in rows])
        slim.proj.weight.data = torch.cat([out for _, _, out in rows], 1)
        slim.proj.bias.data = self.out_bias.clone()
        return slim

    def left(self, name: str) -> list[tuple[str, str, int, str]]:
        """Queries that stay though they read nothing."""
        count = int((~_any(self.query, 1) & _any(self.key, 1)).sum())
        weight = f"{name}.{'in_proj_weight' if self.paired else 'qkv.weight'}"
        return [(weight, "nodes", count, "a query that is its bias weighs the keys")] if count else []

    def _rows(
        self, head: slice, matched: Tensor, mixed: Tensor, most_matched: int, most_mixed: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The queries, keys and values of a head, their biases, and its columns of the projection."""
        parts = ((self.query, matched, most_matched), (self.key, matched, most_matched),
                 (self.value, mixed, most_mixed))  # fmt: skip
        weights = [_padded(weight[head][keep[head]], most) for weight, keep, most in parts]
        biases = [
            _padded(bias[head][keep[head]], most)
            for bias, (_, keep, most) in zip(self.biases, parts, strict=True)
        ]
        out = _padded(self.out[:, head][:, mixed[head]].T, most_mixed).T
        return torch.cat(weights), torch.cat(biases), out

    def _nodes(self) -> Iterator[slice]:
        size = len(self.value) // self.heads
        yield from (slice(head * size, (head + 1) * size) for head in range(self.heads))

    def _headless(self, unread: Tensor) -> Tensor:
        """Whether nothing is read of the head to which a node belongs."""
        return (
            unread.unflatten(0, (self.heads, -1))
            .all(1, keepdim=True)
            .expand(-1, len(unread) // self.heads)
            .flatten()
        )


def attentions(model: nn.Module, sample: Prepared) -> dict[str, Parts]:
    """The attentions that can be made smaller, by dotted name: those of a CCT, and torch's own.

    Of the latter only those that attend to themselves, batch first, and give no weights.
    """
    called = _calls(model, sample)
    found = {}
    for name, module in model.named_modules():
        if type(module) is Attention and len(called.get(name, ())) == 1:
            found[name] = _parts(module.heads, False, module.qkv.weight, module.qkv.bias, module.proj)
        elif type(module) is nn.MultiheadAttention and _plain(module, called.get(name, ())):
            found[name] = _parts(
                module.num_heads, True, module.in_proj_weight, module.in_proj_bias, module.out_proj
            )
    return found


def _parts(heads: int, paired: bool, weight: Tensor, bias: Tensor | None, out: Any) -> Parts:
    if out.bias is None:
        out.bias = nn.Parameter(out.weight.new_zeros(out.out_features))
    all_biases = weight.new_zeros(len(weight)) if bias is None else bias.detach()
    query, key, value = weight.detach().chunk(3)
    biases: Any = all_biases.chunk(3)
    return Parts(heads, paired, query, key, value, biases, out.weight.detach(), out.bias.detach())


def _plain(module: nn.MultiheadAttention, calls: Sequence[Call]) -> bool:
    if len(calls) != 1:
        return False
    ((given, named),) = calls
    tokens = [*given, *(named[name] for name in ("query", "key", "value") if name in named)]
    mask = named.get("attn_mask")
    return (
        module.batch_first
        and module.in_proj_weight is not None
        and module.bias_k is None
        and not module.add_zero_attn
        and len(tokens) == 3
        and tokens[0] is tokens[1] is tokens[2]
        and tokens[0].ndim == 3
        and not named.get("need_weights", True)
        and (mask is None or mask.ndim == 2)
    )


def _calls(model: nn.Module, sample: Prepared) -> dict[str, list[Call]]:
    """What every module was called with."""
    calls: dict[str, list[Call]] = {}
    hooks = [
        module.register_forward_pre_hook(
            lambda _, given, named, name=name: calls.setdefault(name, []).append((given, named)),
            with_kwargs=True,
        )
        for name, module in model.named_modules()
    ]
    try:
        with torch.no_grad(), read_only(model):
            forward(model, sample)
    finally:
        for hook in hooks:
            hook.remove()
    return calls


def _any(weight: Tensor, dimension: int) -> Tensor:
    return (weight != 0).any(dimension)


def _clear(weight: Tensor, bias: Tensor, rows: Tensor) -> bool:
    """Set rows and their biases to zero; whether they were not."""
    changed = bool(weight[rows].any() or bias[rows].any())
    weight[rows] = 0
    bias[rows] = 0
    return changed


def _padded(rows: Tensor, most: int) -> Tensor:
    return torch.cat([rows, rows.new_zeros(most - len(rows), *rows.shape[1:])])
