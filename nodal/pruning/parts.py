"""The parts of a network that can be set to zero to see what they matter: blocks, branches, layers, heads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nodal.architectures.architecture import Layer
from nodal.pruning.andc import Mask

Kind = Literal["block", "branch", "layer", "head"]


@dataclass(frozen=True)
class Part:
    """A part of a network.

    Attributes:
        kind: `block`: all its prunable layers; `branch`: those of one module within it, such as attention;
            `layer`; `head`: an attention head, what layers read of its nodes.
        block: From 1.
        name: Of the branch or layer within its block, or the number of the head from 1.
        masks: What is kept of each weight, bool [out, in], by its name.
    """

    kind: Kind
    block: int
    name: str
    masks: Mapping[str, Mask]


def parts(
    layers: Mapping[str, Layer], heads: Mapping[str, int], shapes: Mapping[str, Sequence[int]]
) -> Iterator[Part]:
    """All parts, block by block.

    A branch that is the whole block, or one layer, is left out, as that part is there.

    Args:
        layers: Prunable layers by name of the weight.
        heads: Attention heads of the taps that have any, by the tap's name.
        shapes: Of each weight, [out, in, ...].
    """
    ends = {weight: (shape[0], shape[1]) for weight, shape in shapes.items()}
    for block in sorted({layer.block for layer in layers.values()}):
        own = {weight: layer for weight, layer in layers.items() if layer.block == block}
        yield Part("block", block, "", {weight: np.zeros(ends[weight], bool) for weight in own})
        branches: dict[str, list[str]] = {}
        for weight in own:
            branches.setdefault(_around(weight), []).append(weight)
        for members in branches.values():
            if 1 < len(members) < len(own):
                name = "+".join(own[each].kind for each in members)
                yield Part("branch", block, name, {each: np.zeros(ends[each], bool) for each in members})
        for weight, layer in own.items():
            yield Part("layer", block, layer.kind, {weight: np.zeros(ends[weight], bool)})
        for weight, layer in own.items():
            for head in range(heads.get(layer.source, 0)):
                kept = np.ones(ends[weight], bool)
                width = ends[weight][1] // heads[layer.source]
                kept[:, head * width : (head + 1) * width] = False
                yield Part("head", block, str(head + 1), {weight: kept})


def _around(weight: str) -> str:
    """The module around the layer of a weight."""
    return weight.rpartition(".")[0].rpartition(".")[0]
