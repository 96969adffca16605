"""Where the nodes of every layer go: which layers read them, and what keeps a node from being removed.

Read off the graph that `torch.export` makes of one pass, so nothing is missed: a node is free only where
every way from it leads, node by node, to layers that can lose a column.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
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
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
# Node by node where nodes are channels.
_POOLS = {"max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"}
_VIEWS = {"view", "reshape", "flatten", "squeeze", "unsqueeze", "_unsafe_view"}
_LAYERS = {"linear", "conv2d"}


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
    owners = {node: owned[node.name].rpartition(".")[0] for node in program.graph.nodes if node.name in owned}
    graph = _Graph(owners, {name for name, module in model.named_modules() if type(module) in _NORMS})
    layers = [node for node in program.graph.nodes if _operation(node) in _LAYERS]
    return {name: graph.flow(node) for node in layers if (name := graph.module(node)) is not None}


class _Graph:
    """A graph whose parameters and buffers are known by the modules that own them.

    Args:
        owners: Dotted names of modules.
        norms: Those of batch normalisations.
    """

    def __init__(self, owners: Mapping[Node, str], norms: Collection[str]) -> None:
        self.owners, self.norms = owners, norms

    def module(self, node: Node) -> str | None:
        """The module whose weights an operation uses; none where one is computed, or used elsewhere, too."""
        last = 5 if _operation(node) == _NORM else 3  # means and variances, too
        weights = [each for each in node.args[1:last] if isinstance(each, Node)]
        owners = {self.owners.get(each) if len(each.users) == 1 else None for each in weights}
        return owners.pop() if len(owners) == 1 else None

    def flow(self, layer: Node) -> Flow:
        """Follow the nodes of a layer to all that read them."""
        if _groups(layer) > 1:
            return Flow(held="its convolution is grouped")
        found = Flow()
        self._follow(layer, 1 if _operation(layer) == "conv2d" else len(_shape(layer)) - 1, 1, found)
        return found

    def _follow(self, node: Node, dimension: int, positions: int, found: Flow) -> None:
        for user in node.users:
            if found.held:
                return
            operation = _operation(user)
            first = user.args[0] is node if user.args else False
            if operation == _NORM and first and dimension == 1:
                self._norm(user, positions, found)
            elif operation in _LAYERS and first:
                self._read(user, dimension, positions, found)
            elif first and (moved := _moved(operation, user, node, dimension)):
                self._follow(user, moved[0], positions * moved[1], found)
            else:
                found.held = _named(user)

    def _norm(self, norm: Node, positions: int, found: Flow) -> None:
        name = self.module(norm)
        if name is None or name not in self.norms or positions != 1:
            found.held = _named(norm)
            return
        found.norms.append(name)
        for normed in norm.users:  # the first of what it gives; in evaluation mode the rest is empty
            self._follow(normed, 1, positions, found)

    def _read(self, layer: Node, dimension: int, positions: int, found: Flow) -> None:
        name, shape = self.module(layer), _shape(layer.args[0])
        linear = _operation(layer) == "linear"
        fits = dimension == len(shape) - 1 if linear else dimension == positions == 1
        if name is None or not fits or _groups(layer) > 1:
            found.held = _named(layer)
            return
        found.readers.append(Reader(name, positions, not linear and _padding(layer, 4)))


def _moved(operation: str, user: Node, node: Node, dimension: int) -> tuple[int, int] | None:
    """Where the nodes are behind what keeps them apart, and over how many positions each is laid out."""
    old, new = _shape(node), _shape(user)
    arguments: Any = user.args[1:]
    if operation in _ELEMENTWISE or (operation in _POOLS and dimension == 1 and _pools_alike(user, node)):
        return dimension, 1
    if operation in _VIEWS:
        return _viewed(old, new, dimension)
    if operation == "permute":
        return [each % len(old) for each in arguments[0]].index(dimension), 1
    if operation == "transpose":
        one, other = (each % len(old) for each in arguments)
        return {one: other, other: one}.get(dimension, dimension), 1
    if operation == "mean" and arguments:
        gone = {each % len(old) for each in arguments[0]}
        if dimension in gone:
            return None
        return dimension if len(new) == len(old) else dimension - sum(each < dimension for each in gone), 1
    return None


def _viewed(old: list[int], new: list[int], dimension: int) -> tuple[int, int] | None:
    """The same where only the sizes are others."""
    if old == new:
        return dimension, 1
    if dimension == len(old) - 1 and new[-1] == old[-1]:
        return len(new) - 1, 1
    if dimension == 1 and new[:1] == old[:1] and len(new) == 2:
        return 1, prod(old[2:])
    if dimension == 1 and new[:2] == old[:2]:
        return 1, 1
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


def _pools_alike(pool: Node, node: Node) -> bool:
    """Whether a pooling leaves a constant one at the border, too."""
    return len(_shape(node)) == 4 and not (_operation(pool) == "avg_pool2d" and _padding(pool, 3))


def _groups(layer: Node) -> Any:
    return layer.args[6] if _operation(layer) == "conv2d" and len(layer.args) > 6 else 1


def _padding(node: Node, argument: int) -> bool:
    """Whether zeros are put around what an operation reads."""
    padding: Any = node.args[argument] if len(node.args) > argument else 0
    return padding == "same" or (padding != "valid" and bool(np.any(padding)))
