"""Layers that keep only the weights that are not zero, as compressed sparse rows (CSR); for inference."""

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import unfold

from nodal.models.linear import Linear


class CsrLinear(nn.Module):
    """A fully connected layer with so many weights that are not zero.

    Args:
        in_features: Nodes read.
        out_features: Nodes made.
        nonzero: Number of weights that are kept.
        bias: Whether there is one.

    Attributes:
        weight: [nonzero], row by row.
        columns: int32 [nonzero], the input of each.
        starts: int32 [out_features + 1], where each row begins.
    """

    def __init__(self, in_features: int, out_features: int, nonzero: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features, self.out_features, self.nonzero = in_features, out_features, nonzero
        self.columns: Tensor
        self.starts: Tensor
        self.register_buffer("columns", torch.zeros(nonzero, dtype=torch.int32))
        self.register_buffer("starts", torch.zeros(out_features + 1, dtype=torch.int32))
        self.weight = nn.Parameter(torch.zeros(nonzero), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(out_features), requires_grad=False) if bias else None

    def keep(self, weight: Tensor, bias: Tensor | None) -> None:
        """Take the weights [out_features, in_features] that are not zero."""
        rows = weight.detach().to_sparse_csr()
        self.weight.data = rows.values().clone()
        self.starts, self.columns = rows.crow_indices().int(), rows.col_indices().int()
        if self.bias is not None and bias is not None:
            self.bias.data = bias.detach().clone()

    def forward(self, inputs: Tensor) -> Tensor:
        """[..., in_features] -> [..., out_features]."""
        found = self.product(inputs.reshape(-1, self.in_features).T).T
        found = found.reshape(*inputs.shape[:-1], self.out_features)
        return found if self.bias is None else found + self.bias

    @torch.no_grad()
    def product(self, columns: Tensor) -> Tensor:
        """[in_features, N] -> [out_features, N], without the bias; no gradients go through it."""
        shape = (self.out_features, self.in_features)
        matrix = torch.sparse_csr_tensor(
            self.starts, self.columns, self.weight, shape, check_invariants=False
        )
        return matrix @ columns


class CsrConv2d(nn.Module):
    """A convolution as a `CsrLinear` on patches: torch has no sparse one.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, dilation, bias: As of `nn.Conv2d`.
        nonzero: Number of weights that are kept.
    """

    def __init__(
        self, in_channels: int, out_channels: int, nonzero: int, kernel_size: Any, stride: Any, padding: Any,
        dilation: Any, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.in_channels, self.out_channels, self.nonzero = in_channels, out_channels, nonzero
        self.kernel_size, self.stride = tuple(kernel_size), tuple(stride)
        self.padding, self.dilation = tuple(padding), tuple(dilation)
        inputs = in_channels * self.kernel_size[0] * self.kernel_size[1]
        self.rows = CsrLinear(inputs, out_channels, nonzero, bias)
        self.bias = bias

    def forward(self, images: Tensor) -> Tensor:
        """[B, in_channels, H, W] -> [B, out_channels, H', W']."""
        patches = unfold(images, self.kernel_size, self.dilation, self.padding, self.stride)
        sizes = zip(images.shape[2:], self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        sides = [(size + 2 * pad - gap * (side - 1) - 1) // step + 1 for size, side, step, pad, gap in sizes]
        made: Tensor = self.rows(patches.transpose(1, 2))
        return made.transpose(1, 2).unflatten(2, sides)


def as_csr(network: nn.Module) -> nn.Module:
    """A copy of a network whose layers with zeros in their weights keep the others alone."""
    network = copy.deepcopy(network).eval()
    for name, layer in list(network.named_modules()):
        if type(layer) not in (nn.Linear, Linear, nn.Conv2d) or bool((layer.weight != 0).all()):
            continue
        nonzero, bias = int(layer.weight.count_nonzero()), layer.bias is not None
        if isinstance(layer, nn.Conv2d):
            alike = ("kernel_size", "stride", "padding", "dilation")
            given = {key: getattr(layer, key) for key in alike}
            made: Any = CsrConv2d(layer.in_channels, layer.out_channels, nonzero, bias=bias, **given)
            made.rows.keep(layer.weight.flatten(1), layer.bias)
        else:
            made = CsrLinear(layer.in_features, layer.out_features, nonzero, bias)
            made.keep(layer.weight, layer.bias)
        network.set_submodule(name, made)
    return network
