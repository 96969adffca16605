"""Where the nodes of every layer go: which layers read them, and what keeps a node from being removed.

Read off the graph that `torch.export` makes of one pass, so nothing is missed: a node is free only where
every way from it leads, node by node, to layers that can lose a column.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import nn
from torch.fx import Node

from nodal.augment.preparation import Prepared

# Node by node, wherever the nodes are.
_ELEMENTWISE = {
    "relu", "gelu", "silu", "hardswish", "hardsigmoid", "hardtanh", "sigmoid", "tanh", "leaky_relu", "elu",
    "mish", "softplus", "relu6", "dropout", "clone", "contiguous", "alias", "detach",
}  # fmt: skip
_NORM = "_native_batch_norm_legit_no_training"  # a batch normalisation in evaluation mode
# Node by node where nodes are channels.
_POOLS = {"max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"}


@dataclass(frozen=True)
class Reader:
    """A layer that reads the nodes.

    Attributes:
        module: Its dotted name.
        positions: Columns that each node has there: its positions, where they were flattened.
        padded: Whether zeros are put around what it reads, so that a constant is none at the border.
    """

    module: str
    positions: int = 1
    padded: bool = False


@dataclass
class Flow:
    """What becomes of a layer's nodes.

    Attributes:
        readers: The layers that read them.
        norms: Batch normalisations on the way.
        held: What keeps its nodes from being removed; empty where they are free.
    """

    readers: list[Reader] = field(default_factory=list)
    norms: list[str] = field(default_factory=list)
    held: str = ""


def flows(model: nn.Module, sample: Prepared) -> dict[str, Flow]:
    """What becomes of the nodes of each Linear and Conv2d that runs once, by dotted name; in their order.

    Args:
        model: Any module in evaluation mode that `torch.export` takes.
        sample: What it takes.

    Raises:
        ValueError: It cannot be exported: one line.
    """
    arguments, named = ((sample,), {}) if isinstance(sample, torch.Tensor) else ((), dict(sample))
    try:
        program = torch.export.export(model, arguments, named).run_decompositions({})
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        raise ValueError(f"the network cannot be exported: {said} ({type(error).__name__})") from error
    signature = program.graph_signature
    owned = signature.inputs_to_parameters | signature.inputs_to_buffers
    graph = _Graph({node: owned[node.name].rpartition(".")[0] for node in program.graph.nodes
                    if node.name in owned})  # fmt: skip
    layers = [node for node in program.graph.nodes if _operation(node) in ("linear", "conv2d")]
    found = {name: graph.flow(node) for node in layers if (name := graph.module(node)) is not None}
    norms = Counter(norm for flow in found.values() for norm in flow.norms)
    for flow in found.values():
        if any(norms[norm] > 1 for norm in flow.norms):
            flow.held = "its normalisation is shared"
    return found


class _Graph:
    """A graph whose parameters and buffers are known by the modules that own them."""

    def __init__(self, owners: Mapping[Node, str]) -> None:
        self.owners = owners

    def module(self, node: Node) -> str | None:
        """The module whose weight a layer uses; none where it is computed, or used elsewhere, too."""
        weight = node.args[1]
        if not isinstance(weight, Node) or len(weight.users) > 1:
            return None
        return self.owners.get(weight)

    def flow(self, layer: Node) -> Flow:
        """Follow the nodes of a layer to all that read them."""
        found = Flow()
        width = _shape(layer)
        self._follow(layer, 1 if _operation(layer) == "conv2d" else len(width) - 1, 1, False, found)
        return found

    def _follow(self, node: Node, dimension: int, positions: int, padded: bool, found: Flow) -> None:
        for user in node.users:
            if found.held:
                return
            operation = _operation(user)
            first = user.args[0] is node if user.args else False
            if operation in _ELEMENTWISE and first:
                self._follow(user, dimension, positions, padded, found)
            elif operation in _POOLS and first and dimension == 1 and len(_shape(node)) == 4:
                zeros = operation == "avg_pool2d" and len(user.args) > 3 and any(_pair(user.args[3]))
                self._follow(user, dimension, positions, padded or zeros, found)
            elif operation == _NORM and first and dimension == 1:
                self._norm(user, positions, padded, found)
            elif operation in ("linear", "conv2d") and first:
                self._read(user, dimension, positions, padded, found)
            elif first and (moved := _moved(operation, user, node, dimension)):
                self._follow(user, moved[0], positions * moved[1], padded, found)
            else:
                found.held = _named(user)

    def _norm(self, norm: Node, positions: int, padded: bool, found: Flow) -> None:
        owners = {
            self.owners[each] for each in norm.args[1:5] if isinstance(each, Node) and each in self.owners
        }
        if len(owners) != 1 or positions != 1:
            found.held = _named(norm)
            return
        found.norms += owners
        for normed in norm.users:  # the first of what it gives; in evaluation mode the rest is empty
            self._follow(normed, 1, positions, padded, found)

    def _read(self, layer: Node, dimension: int, positions: int, padded: bool, found: Flow) -> None:
        name, shape = self.module(layer), _shape(layer.args[0])
        last = _operation(layer) == "linear"
        groups = layer.args[6] if not last and len(layer.args) > 6 else 1
        if name is None or groups != 1 or dimension != (len(shape) - 1 if last else 1):
            found.held = _named(layer)
            return
        padding = layer.args[4] if not last and len(layer.args) > 4 else 0
        found.readers.append(Reader(name, positions, padded or padding == "same" or any(_pair(padding))))


def _moved(operation: str, user: Node, node: Node, dimension: int) -> tuple[int, int] | None:
    """Where the nodes are behind a change of shape, and over how many positions each is laid out."""
    old, new = _shape(node), _shape(user)
    if operation in ("view", "reshape", "flatten", "squeeze", "unsqueeze", "_unsafe_view"):
        if old == new:
            return dimension, 1
        if dimension == len(old) - 1 and new[-1] == old[-1]:
            return len(new) - 1, 1
        if dimension == 1 and new[:1] == old[:1] and len(new) == 2:
            return 1, prod(old[2:])
        if dimension == 1 and new[:2] == old[:2]:
            return 1, 1
        return None
    if operation == "permute":
        return [each % len(old) for each in user.args[1]].index(dimension), 1  # type: ignore[union-attr]
    if operation == "transpose":
        one, other = (each % len(old) for each in user.args[1:3])  # type: ignore[operator]
        return {one: other, other: one}.get(dimension, dimension), 1
    if operation == "mean" and len(user.args) > 1:
        gone = {each % len(old) for each in user.args[1]}  # type: ignore[union-attr]
        if dimension in gone:
            return None
        return dimension if len(new) == len(old) else dimension - sum(each < dimension for each in gone), 1
    return None


def _operation(node: Any) -> str:
    """The name of an operation, `relu`; empty where it is none."""
    target = getattr(node, "target", None)
    if getattr(node, "op", "") != "call_function" or not isinstance(target, torch._ops.OpOverload):
        return ""
    return target._schema.name.partition("::")[2].removesuffix("_")


def _named(node: Node) -> str:
    if node.op == "output":
        return "it is the network's output"
    return f"it goes into {_operation(node) or node.name}"


def _shape(node: Any) -> list[int]:
    return list(node.meta["val"].shape)


def _pair(padding: Any) -> list[int]:
    return list(padding) if isinstance(padding, (list, tuple)) else [padding]
