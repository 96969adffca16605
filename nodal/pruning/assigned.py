"""Label sets dealt before training, A-ANDC and of filters A-AFCC: a mask without a network trained before it.

ANDC (applied nodal diagonal connections) needs a trained network and its single-nodal performance (SNP); here
every node is given labels at random, and a weight is kept where its two nodes share one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import nn

from nodal.pruning.andc import Mask, Sets, andc_mask
from nodal.pruning.random_masks import assigned_sets


def assigned_masks(
    shapes: Mapping[str, Sequence[int]], labels: int, each: int, rng: np.random.Generator
) -> dict[str, Mask]:
    """The masks of a chain of layers, bool [out, in] by the weight's name.

    Args:
        shapes: Of the weights [out, in, ...], in order of the depth. Each layer reads what the one before it
            makes, behind a flattening every node at all its positions; the last one makes the labels.
        labels: Number of labels.
        each: Labels of a node; every label has as many nodes, or one more.
        rng: Deals them out.

    Returns:
        No mask of the first layer, whose inputs have no labels.

    Raises:
        ValueError: A layer does not read the nodes of the one before it; or the last makes other outputs.
    """
    masks: dict[str, Mask] = {}
    read: Sets | None = None
    for number, (name, (out, inputs, *_)) in enumerate(shapes.items(), 1):
        last = number == len(shapes)
        if last and out != labels:
            raise ValueError(f"shapes: {name} makes {out} outputs where {labels} labels are needed")
        made = np.eye(labels, dtype=bool) if last else assigned_sets(out, labels, each * out, rng)
        if read is not None:
            if inputs % len(read):
                raise ValueError(
                    f"shapes: {name} reads {inputs} where the layer before makes {len(read)} nodes"
                )
            masks[name] = np.repeat(andc_mask(made, read), inputs // len(read), axis=1)
        read = made
    return masks


def start_kept(layer: nn.Linear, mask: Mask) -> None:
    """Start a masked layer as the group does: uniform in +-1 over the root of an output's kept inputs.

    Args:
        layer: Its weight is changed in place, drawn by torch's global generator.
        mask: bool [out, in].
    """
    kept = torch.from_numpy(mask).sum(1, keepdim=True).clamp(min=1)
    with torch.no_grad():
        layer.weight.uniform_(-1, 1).div_(kept.to(layer.weight.device).sqrt())
