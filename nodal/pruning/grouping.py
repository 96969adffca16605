"""Weights that fall into groups which do not see each other, as grouped layers."""

from math import gcd
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from torch import nn

from nodal.models.grouped import GroupedLinear, Reordered, convolution_like

Order = NDArray[np.int64]


def grouped(layer: Any) -> nn.Module | None:
    """The same layer in groups; None where its weights do not fall into equal ones.

    Args:
        layer: A Linear, or a Conv2d without groups.
    """
    if isinstance(layer, nn.Conv2d) and layer.groups > 1:
        return None
    pattern = (layer.weight != 0).flatten(2).any(2) if layer.weight.ndim == 4 else layer.weight != 0
    found = groups_of(pattern.cpu().numpy())
    if found is None:
        return None
    groups, rows, columns = found
    inner = _grouped(layer, groups, torch.from_numpy(rows), torch.from_numpy(columns))
    if (np.diff(rows) == 1).all() and (np.diff(columns) == 1).all():
        return inner
    made = torch.from_numpy(np.argsort(rows))
    dimension = 1 if isinstance(layer, nn.Conv2d) else -1
    return Reordered(inner, torch.from_numpy(columns), made, dimension).to(layer.weight.device).eval()


def groups_of(pattern: NDArray[np.bool_]) -> tuple[int, Order, Order] | None:
    """Equal groups of outputs and inputs with no weight between them; as many as there are.

    Args:
        pattern: Weights that are not zero, bool [out, in].

    Returns:
        Their number, and the outputs and inputs group by group; None where there is but one.
    """
    if not pattern.any():
        return None
    outs, ins = pattern.shape
    for groups in range(gcd(outs, ins), 1, -1):
        if gcd(outs, ins) % groups == 0 and _is_block_diagonal(pattern, groups):
            return groups, np.arange(outs), np.arange(ins)
    return _scattered(pattern)


def _is_block_diagonal(pattern: NDArray[np.bool_], groups: int) -> bool:
    blocks = pattern.reshape(groups, len(pattern) // groups, groups, -1)
    inside = np.einsum("grgc->", blocks.astype(np.int64))
    return bool(inside == pattern.sum())


def _scattered(pattern: NDArray[np.bool_]) -> tuple[int, Order, Order] | None:
    """Groups whose nodes lie anywhere; nodes without weights fill up those that are smaller."""
    outs, ins = pattern.shape
    made, read = np.nonzero(pattern)
    graph = csr_array((np.ones(len(made)), (made, outs + read)), shape=(outs + ins, outs + ins))
    _, member = connected_components(graph, directed=False)
    joined = np.unique(member[:outs][pattern.any(1)])
    groups = len(joined)
    if groups < 2 or outs % groups or ins % groups:
        return None
    orders = [_filled(part, joined, len(part) // groups) for part in (member[:outs], member[outs:])]
    if any(order is None for order in orders):
        return None
    return groups, orders[0], orders[1]  # type: ignore[return-value]


def _filled(member: NDArray[np.integer[Any]], joined: NDArray[np.integer[Any]], size: int) -> Order | None:
    """The nodes group by group, each of `size`; None where one has more."""
    owned = [np.flatnonzero(member == group).tolist() for group in joined]
    if max(map(len, owned)) > size:
        return None
    free = np.flatnonzero(~np.isin(member, joined)).tolist()
    order: list[int] = []
    for own in owned:
        order += own + [free.pop(0) for _ in range(size - len(own))]
    return np.asarray(order, np.int64)


def _grouped(layer: Any, groups: int, rows: torch.Tensor, columns: torch.Tensor) -> nn.Module:
    weight = layer.weight.detach()[rows][:, columns]
    bias = None if layer.bias is None else layer.bias.detach()[rows]
    blocks = weight.unflatten(0, (groups, -1)).unflatten(2, (groups, -1))
    diagonal = blocks.diagonal(dim1=0, dim2=2).movedim(-1, 0)  # [groups, out, in, ...]
    weight = diagonal.flatten(0, 1).contiguous()
    if isinstance(layer, nn.Conv2d):
        return convolution_like(layer, weight, bias, groups).eval()
    made = GroupedLinear(len(columns), len(rows), groups, bias is not None)
    made.weight = nn.Parameter(weight)
    if bias is not None:
        made.bias = nn.Parameter(bias)
    return made.eval()
