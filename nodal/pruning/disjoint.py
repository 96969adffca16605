"""Disjoint groups of labels and nodes, dealt before training: the A-ANDC whose mask is block-diagonal.

Every label, and every node of every tap, belongs to one group; a weight is kept where its two nodes belong
to the same one, so 1/G of the weights of G groups. Any other deal of the labels is the same network with its
outputs renamed: apart from the FC layer's mask, label groups are random groups.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from nodal.architectures.architecture import Architecture, Layer
from nodal.pruning.andc import Mask, Sets, andc_masks, fc_mask

_PARTS = {"qkv": 3}  # of an attention the queries, keys and values, each of which holds every group


def disjoint_masks(
    architecture: Architecture, shapes: Mapping[str, Sequence[int]], labels: int, groups: int
) -> dict[str, Mask]:
    """The masks of all prunable layers and of the readout, bool [out, in] by the weight's name.

    Args:
        architecture: Of the network.
        shapes: Of its weights, [out, in, ...].
        labels: Number of labels; those of a group follow each other.
        groups: Number of groups. Layers whose nodes it does not divide, as those that read colours, stay
            whole and are left out.

    Raises:
        ValueError: The groups divide no layer.
    """
    layers = {
        name: layer for name, layer in architecture.layers.items()
        if not any(nodes % groups for nodes in (*shapes[name][:2], shapes[name][0] // _parts(layer)))
    }  # fmt: skip
    if not layers:
        raise ValueError(f"groups: {groups} divide the nodes of no layer")
    sets = {}
    for name, layer in layers.items():
        out, into = shapes[name][:2]
        sets[layer.target] = np.tile(_sets(out // _parts(layer), labels, groups), (_parts(layer), 1))
        sets.setdefault(layer.source, _sets(into, labels, groups))
    masks = andc_masks(layers, sets)
    if architecture.readout:
        weight = f"{architecture.readout.module}.weight"
        masks[weight] = fc_mask(_sets(shapes[weight][1], labels, groups))
    return masks


def _sets(nodes: int, labels: int, groups: int) -> Sets:
    """Label sets of nodes, bool [nodes, labels], group after group."""
    return (np.arange(nodes) * groups // nodes)[:, None] == np.arange(labels) * groups // labels


def _parts(layer: Layer) -> int:
    return _PARTS.get(layer.kind, 1)
