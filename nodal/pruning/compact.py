"""A masked network as a smaller dense one that gives the same logits.

First, at full size, what the masks leave without effect is set to zero and what they leave constant is
folded into the next bias, until nothing changes any more: the network gives the same all the while. Then
what is zero from end to end is cut away, and what falls into groups becomes grouped layers.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.augment.preparation import Prepared
from nodal.models.features import forward, logits
from nodal.models.grouped import GroupedLinear
from nodal.models.linear import Linear
from nodal.models.reading import read_only
from nodal.pruning.attention_parts import Parts, attentions
from nodal.pruning.chains import Chains
from nodal.pruning.flow import Flow, flows
from nodal.pruning.grouping import grouped
from nodal.pruning.masked_weights import Masks, drop_masks

_LAYERS = (nn.Linear, Linear, nn.Conv2d)
_ROUNDING = 1e-3  # of the largest logit, in float32


@dataclass(frozen=True)
class Compacted:
    """A smaller network, and what could not be removed.

    Attributes:
        network: Gives the logits of the masked one, in evaluation mode.
        left: A row for each kind of zero that is still there: `weight`, `what` (nodes or single weights),
            `count`, `why`.
    """

    network: nn.Module
    left: pd.DataFrame


def compact(network: nn.Module, masks: Mapping[str, Tensor | NDArray[Any]], sample: Prepared) -> Compacted:
    """Remove the nodes, heads, branches and filters that masks leave without effect, wherever that is exact.

    It is not exact through a LayerNorm, in the width of a residual stream, for a constant under zero padding
    other than 0, and for a query that is its bias alone; such nodes stay.

    Args:
        network: The network; left as it is.
        masks: Weights that are kept, bool by the name of the parameter, as of `prune`.
        sample: What the network takes, two inputs.

    Raises:
        TypeError, ValueError: A mask is not bool or fits no weight; the network cannot be exported, or does
            not run with smaller layers.
    """
    network = copy.deepcopy(network).eval()
    Masks(network, masks).apply()
    drop_masks(network)
    with torch.no_grad(), read_only(network):
        expected = logits(forward(network, sample))
        found = attentions(network, sample)
        chains = Chains(network, free_flows(network, flows(network, sample), found), sample)
        while any([chains.settle(), *(parts.settle() for parts in found.values())]):
            pass
        left = chains.left() + [row for name, parts in found.items() for row in parts.left(name)]
        chains.cut()
        for name, parts in found.items():
            network.set_submodule(name, parts.slim())
        for name, module in list(network.named_modules()):
            if type(module) in _LAYERS and (smaller := grouped(module)) is not None:
                network.set_submodule(name, smaller)
    _check(network, sample, expected)
    left += _single(network)
    return Compacted(network, pd.DataFrame(left, columns=["weight", "what", "count", "why"]))


@torch.no_grad()
def _check(network: nn.Module, sample: Prepared, expected: Tensor) -> None:
    """See that a smaller network gives the logits: code of its own may name a size."""
    try:
        found = logits(forward(network, sample))
        difference = float((found - expected).abs().max())
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        raise ValueError(f"the network does not run with smaller layers: {said}") from error
    if not difference <= _ROUNDING * float(expected.abs().max()):
        raise ValueError(
            f"the network does not work with smaller layers: its logits differ by {difference:.1g}"
        )


def free_flows(network: nn.Module, found: dict[str, Flow], inside: Mapping[str, Parts]) -> dict[str, Flow]:
    """The flows of plain layers; held where something else reads their nodes, or an attention.

    Args:
        network: The network.
        found: Its flows.
        inside: Its attentions.
    """
    own = {
        name
        for name in found
        if type(network.get_submodule(name)) in _LAYERS and name.rpartition(".")[0] not in inside
    }
    for flow in found.values():
        for reader in flow.readers:
            if reader.module not in own:
                flow.held = flow.held or f"it goes into {reader.module}"
    return {name: flow for name, flow in found.items() if name in own}


def _single(network: nn.Module) -> list[tuple[str, str, int, str]]:
    """The zeros that are left in the weights of layers."""
    counts = {
        f"{name}.weight": int((module.weight == 0).sum())
        for name, module in network.named_modules()
        if isinstance(module, (nn.Linear, nn.Conv2d, GroupedLinear))
    }
    why = "zeros between nodes that stay bring nothing"
    return [(name, "weights", count, why) for name, count in counts.items() if count]
