"""Layers of groups of nodes that do not see each other: block-diagonal weights without their zeros."""

import math

import torch
from torch import Tensor, nn

from nodal.models.linear import as_convolution, pays


class GroupedLinear(nn.Module):
    """A fully connected layer of equal, contiguous groups: group g of the outputs reads that of the inputs.

    Args:
        in_features: Nodes read, a multiple of `groups`.
        out_features: Nodes made, a multiple of `groups`.
        groups: Number of groups.
        bias: Whether there is one.

    Attributes:
        weight: [out_features, in_features / groups].

    Raises:
        ValueError: The groups do not divide the nodes.
    """

    def __init__(self, in_features: int, out_features: int, groups: int, bias: bool = True) -> None:
        super().__init__()
        if in_features % groups or out_features % groups:
            raise ValueError(f"groups: {groups} do not divide {in_features} and {out_features} nodes")
        self.in_features, self.out_features, self.groups = in_features, out_features, groups
        self.weight = nn.Parameter(torch.empty(out_features, in_features // groups))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None
        bound = 1 / math.sqrt(in_features // groups)
        nn.init.uniform_(self.weight, -bound, bound)

    def extra_repr(self) -> str:
        """Its sizes, as torch's own layers give them."""
        return f"in_features={self.in_features}, out_features={self.out_features}, groups={self.groups}"

    def forward(self, inputs: Tensor) -> Tensor:
        """[..., in_features] -> [..., out_features]."""
        if inputs.ndim == 3 and pays(inputs, self.out_features // self.groups):
            return as_convolution(inputs, self.weight, self.bias, self.groups)
        groups = inputs.unflatten(-1, (self.groups, -1)).flatten(0, -3).transpose(0, 1)
        made = torch.bmm(groups, self.weight.unflatten(0, (self.groups, -1)).mT).transpose(0, 1)
        found = made.reshape(*inputs.shape[:-1], self.out_features)
        return found if self.bias is None else found + self.bias


def convolution_like(layer: nn.Conv2d, weight: Tensor, bias: Tensor | None, groups: int = 1) -> nn.Conv2d:
    """The same convolution with other weights [out, in / groups, height, width]."""
    alike = ("kernel_size", "stride", "padding", "dilation", "padding_mode")
    given = {name: getattr(layer, name) for name in alike} | {"groups": groups, "bias": bias is not None}
    made = nn.Conv2d(weight.shape[1] * groups, len(weight), **given)
    made.weight = nn.Parameter(weight)
    if bias is not None:
        made.bias = nn.Parameter(bias)
    return made


class Reordered(nn.Module):
    """A layer of groups whose nodes do not lie side by side.

    Args:
        inner: The layer, of contiguous groups.
        read: Which node each of its inputs is.
        made: Which of its nodes each output is.
        dimension: That of the nodes.
    """

    def __init__(self, inner: nn.Module, read: Tensor, made: Tensor, dimension: int) -> None:
        super().__init__()
        self.inner, self.dimension = inner, dimension
        self.read: Tensor
        self.made: Tensor
        self.register_buffer("read", read)
        self.register_buffer("made", made)

    def forward(self, inputs: Tensor) -> Tensor:
        """As of `inner`, in the order of the network's nodes."""
        found: Tensor = self.inner(inputs.index_select(self.dimension, self.read))
        return found.index_select(self.dimension, self.made)
