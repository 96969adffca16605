"""Disjoint groups of labels and nodes, dealt before training: the A-ANDC whose mask is block-diagonal.

Every label, and every node of every tap, belongs to one group; a weight is kept where its two nodes belong
to the same one, so 1/G of the weights of G groups. Any other deal of the labels is the same network with its
outputs renamed: apart from the FC layer's mask, label groups are random groups.
"""

import numpy as np

from nodal.architectures.architecture import Architecture
from nodal.pruning.andc import Mask, Sets
from nodal.pruning.dealt import Shapes, dealt_masks, parts_of, readout_weight


def disjoint_masks(architecture: Architecture, shapes: Shapes, labels: int, groups: int) -> dict[str, Mask]:
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
        if not any(nodes % groups for nodes in (*shapes[name][:2], shapes[name][0] // parts_of(layer)))
    }  # fmt: skip
    if not layers:
        raise ValueError(f"groups: {groups} divide the nodes of no layer")
    return dealt_masks(
        layers, readout_weight(architecture), shapes, lambda nodes: _sets(nodes, labels, groups)
    )


def _sets(nodes: int, labels: int, groups: int) -> Sets:
    """Label sets of nodes, bool [nodes, labels], group after group."""
    return (np.arange(nodes) * groups // nodes)[:, None] == np.arange(labels) * groups // labels
