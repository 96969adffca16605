"""Label sets dealt to the nodes of a whole network before it is trained, and the masks that follow from them.

ANDC (applied nodal diagonal connections) reads the sets off a trained network's single-nodal performance
(SNP); its artificial version, A-ANDC, deals them out, every label to as many nodes. Taps of as many nodes
hold the same deal: skips carry a node through all blocks, and queries, keys, values and what attention makes
of them meet node by node.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nodal.architectures.architecture import Architecture, Layer
from nodal.pruning.andc import Mask, Sets, andc_masks, fc_mask
from nodal.pruning.of_size import masks_of_size
from nodal.pruning.random_masks import assigned_sets

Shapes = Mapping[str, Sequence[int]]  # of weights, [out, in, ...], by name
_PARTS = {"qkv": 3}  # of an attention the queries, keys and values, each of which holds the whole deal


def dealt_masks(
    layers: Mapping[str, Layer], readout: str, shapes: Shapes, deal: Callable[[int], Sets]
) -> dict[str, Mask]:
    """The masks of these layers and of the readout, bool [out, in] by the weight's name.

    Args:
        layers: Prunable layers, in the order of the depth; behind a flattening they read each node at all its
            positions.
        readout: Name of the weight to the labels; empty where there is none.
        shapes: Of all these weights.
        deal: The label sets of so many nodes, bool [nodes, labels].
    """
    sets: dict[str, Sets] = {}
    for name, layer in layers.items():
        out, into = shapes[name][:2]
        sets[layer.target] = np.tile(deal(out // parts_of(layer)), (parts_of(layer), 1))
        if layer.source not in sets:
            sets[layer.source] = deal(into)
    masks = {
        name: np.repeat(mask, shapes[name][1] // mask.shape[1], axis=1)
        for name, mask in andc_masks(layers, sets).items()
    }
    if readout:
        masks[readout] = fc_mask(deal(shapes[readout][1]))
    return masks


def assigned_network(
    architecture: Architecture,
    shapes: Shapes,
    labels: int,
    chosen: Sequence[str],
    kept: int,
    seed: Sequence[int],
) -> dict[str, Mask]:
    """The A-ANDC masks of some layers, of most nearly so many weights in all, bool [out, in].

    Args:
        architecture: Of the network.
        shapes: Of its weights.
        labels: Number of labels.
        chosen: Names of the weights that are masked; the readout may be one of them.
        kept: Number of weights that they are to keep.
        seed: Of the deal.
    """

    def masks_at(each: float) -> dict[str, Mask]:
        deal = _deal(labels, each, np.random.default_rng(seed))
        masks = dealt_masks(architecture.layers, readout_weight(architecture), shapes, deal)
        return {name: masks[name] for name in chosen}

    return masks_of_size(masks_at, kept, labels)


def readout_weight(architecture: Architecture) -> str:
    """Name of the weight of the network's own last layer; empty where it is not fully connected."""
    return f"{architecture.readout.module}.weight" if architecture.readout else ""


def parts_of(layer: Layer) -> int:
    """How many times its target holds the nodes: an attention's queries, keys and values are three."""
    return _PARTS.get(layer.kind, 1)


def _deal(labels: int, each: float, rng: np.random.Generator) -> Callable[[int], Sets]:
    """Sets of `each` labels on average, the same for equal numbers of nodes."""
    dealt: dict[int, Sets] = {}

    def deal(nodes: int) -> Sets:
        if nodes not in dealt:
            dealt[nodes] = assigned_sets(nodes, labels, round(each * nodes), rng)
        return dealt[nodes]

    return deal
