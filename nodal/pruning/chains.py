"""The plain layers of a network: what of their nodes is without effect, and the layers without them."""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.preparation import Prepared
from nodal.models.features import forward
from nodal.models.grouped import convolution_like
from nodal.pruning.flow import Flow, Reader


class Chains:
    """The plain layers of a network, each with where its nodes go."""

    def __init__(self, network: nn.Module, found: Mapping[str, Flow], sample: Prepared) -> None:
        self.network, self.flows, self.sample = network, found, sample
        self.layers: dict[str, Any] = {name: network.get_submodule(name) for name in found}

    def settle(self) -> bool:
        """Clear nodes that nothing reads, and fold nodes that are constant; whether anything changed."""
        changed = False
        for name, flow in self.flows.items():
            if not flow.held:
                changed |= _clear(self.layers[name], ~self._read(name))
        return self._fold() or changed

    def cut(self) -> None:
        """Make every layer as small as what is left of it; one node at least."""
        kept = {name: self._read(name) for name, flow in self.flows.items() if not flow.held}
        for mask in kept.values():
            mask[0] |= not mask.any()
        columns = {
            reader.module: kept[name].repeat_interleave(reader.positions)
            for name in kept
            for reader in self.flows[name].readers
        }
        for name, mask in kept.items():
            for norm in self.flows[name].norms:
                self.network.set_submodule(norm, _norm(self.network.get_submodule(norm), mask))
        for name, layer in self.layers.items():
            if name in kept or name in columns:
                smaller = _layer(layer, kept.get(name), columns.get(name))
                self.network.set_submodule(name, smaller)

    def left(self) -> list[tuple[str, str, int, str]]:
        """Nodes without inputs that stay."""
        rows = []
        for name, flow in self.flows.items():
            empty = ~_rows(self.layers[name])
            if not flow.held:
                empty &= self._read(name)
            if count := int(empty.sum()):
                why = flow.held or "its constant goes into a padded convolution"
                rows.append((f"{name}.weight", "nodes", count, why))
        return rows

    def _read(self, name: str) -> Tensor:
        """Which nodes of a layer any other reads, bool [K]."""
        layer = self.layers[name]
        read = torch.zeros(len(layer.weight), dtype=torch.bool, device=layer.weight.device)
        for reader in self.flows[name].readers:
            read |= (self._columns(reader) != 0).any(2).any(0)
        return read

    def _columns(self, reader: Reader) -> Tensor:
        """What a layer makes of the nodes it reads: [out, K, positions], over the places of a kernel too."""
        weight = self.layers[reader.module].weight
        return weight.flatten(2) if weight.ndim == 4 else weight.unflatten(1, (-1, reader.positions))

    def _fold(self) -> bool:
        """Move constants into the biases of the layers that read them."""
        constant = {
            name: ~_rows(self.layers[name]) & self._read(name)
            for name, flow in self.flows.items()
            if not flow.held
        }
        constant = {name: mask for name, mask in constant.items() if mask.any()}
        if not constant:
            return False
        inputs = self._inputs({reader.module for name in constant for reader in self.flows[name].readers})
        changed = False
        for name, mask in constant.items():
            readers = self.flows[name].readers
            values = [
                _value(self.layers[each.module], inputs[each.module], each.positions) for each in readers
            ]
            for reader, value in zip(readers, values, strict=True):
                if reader.padded:
                    mask = mask & ~(value != 0).any(1)
            for reader, value in zip(readers, values, strict=True):
                self._into_bias(reader, mask, value)
            changed |= bool(mask.any())
        return changed

    def _into_bias(self, reader: Reader, mask: Tensor, value: Tensor) -> None:
        layer, columns = self.layers[reader.module], self._columns(reader)
        if layer.bias is None:
            layer.bias = nn.Parameter(layer.weight.new_zeros(len(layer.weight)))
        places = columns.sum(2, keepdim=True) if layer.weight.ndim == 4 else columns
        layer.bias += (places * value)[:, mask].sum((1, 2))
        columns[:, mask] = 0

    def _inputs(self, names: set[str]) -> dict[str, Tensor]:
        """What these layers read in a pass."""
        found: dict[str, Tensor] = {}
        hooks = [
            self.layers[name].register_forward_pre_hook(
                lambda _, given, name=name: found.update({name: given[0].clone()})
            )
            for name in names
        ]
        try:
            forward(self.network, self.sample)
        finally:
            for hook in hooks:
                hook.remove()
        return found


def _value(layer: nn.Module, inputs: Tensor, positions: int) -> Tensor:
    """What a layer reads of each node, [K, positions], at the first place of the first input."""
    if isinstance(layer, nn.Conv2d):
        return inputs[0, :, 0, 0, None]
    return inputs.reshape(-1, inputs.shape[-1])[0].unflatten(0, (-1, positions))


def _rows(layer: Any) -> Tensor:
    """Which nodes of a layer have an input, bool [K]."""
    return (layer.weight != 0).flatten(1).any(1)


def _clear(layer: Any, rows: Tensor) -> bool:
    """Set nodes and their biases to zero; whether they were not."""
    changed = bool(layer.weight[rows].any())
    layer.weight[rows] = 0
    if layer.bias is not None:
        changed |= bool(layer.bias[rows].any())
        layer.bias[rows] = 0
    return changed


def _layer(layer: Any, rows: Tensor | None, columns: Tensor | None) -> nn.Module:
    """A layer of some of the nodes and of some of what it reads."""
    weight = layer.weight if rows is None else layer.weight[rows]
    weight = (weight if columns is None else weight[:, columns]).clone()
    bias = layer.bias if rows is None or layer.bias is None else layer.bias[rows]
    if isinstance(layer, nn.Conv2d):
        return convolution_like(layer, weight, bias).eval()
    smaller = type(layer)(weight.shape[1], len(weight), bias is not None)
    smaller.weight = nn.Parameter(weight)
    if bias is not None:
        smaller.bias = nn.Parameter(bias)
    return smaller.eval()


def _norm(norm: Any, nodes: Tensor) -> nn.Module:
    """A batch normalisation of some of the nodes."""
    smaller = copy.deepcopy(norm)
    smaller.num_features = int(nodes.sum())
    for name, value in norm.state_dict(keep_vars=True).items():
        if value.ndim:
            part = value.detach()[nodes].clone()
            setattr(smaller, name, nn.Parameter(part) if isinstance(value, nn.Parameter) else part)
    return smaller
