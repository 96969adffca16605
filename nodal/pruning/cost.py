"""What a network costs: its weights and the multiplications they make."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.preparation import Prepared, length
from nodal.models.csr import CsrLinear
from nodal.models.features import forward
from nodal.models.grouped import GroupedLinear
from nodal.models.reading import read_only

_LAYERS = (nn.Linear, nn.Conv2d, GroupedLinear, CsrLinear)


def cost(network: nn.Module, sample: Prepared) -> dict[str, int]:
    """Count the weights of a network and its multiply-accumulates (MACs) an input.

    Args:
        network: Any module.
        sample: What it takes.

    Returns:
        `parameters` and of these `nonzero`; `macs` of fully connected layers and convolutions, and
        `macs_left`, those with a weight that is not zero. The products of queries, keys and values are
        counted in neither.
    """
    found = {"macs": 0, "macs_left": 0}
    with ExitStack() as after:
        for module in network.modules():
            if isinstance(module, _LAYERS):
                after.callback(module.register_forward_hook(_counting(found)).remove)
        after.enter_context(read_only(network))
        after.enter_context(torch.no_grad())
        forward(network, sample)
    parameters = list(network.parameters())
    return {
        "parameters": sum(each.numel() for each in parameters),
        "nonzero": sum(int(each.count_nonzero()) for each in parameters),
        **{name: count // length(sample) for name, count in found.items()},
    }


def _counting(found: dict[str, int]) -> Callable[[nn.Module, Any, Tensor], None]:
    def count(module: nn.Module, _: Any, output: Tensor) -> None:
        weight: Any = module.weight
        nodes = module.out_channels if isinstance(module, nn.Conv2d) else module.out_features
        positions = output.numel() // int(nodes)  # type: ignore[arg-type]
        found["macs"] += positions * weight.numel()
        found["macs_left"] += positions * int(weight.count_nonzero())

    return count
