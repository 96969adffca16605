"""Applied nodal diagonal connections (ANDC): which weights the single-nodal performance (SNP) keeps (Fig 6).

A weight is kept iff the label sets of the two nodes it joins, the labels in the clusters of their SNP
matrices, share at least one label. A node with an empty set is disconnected. Biases stay.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.architecture import Layer
from nodal.snp.arrays import as_flags

Sets = NDArray[np.bool_]
Mask = NDArray[np.bool_]
_SETS = "[nodes, labels]"


def andc_mask(out_sets: Sets, in_sets: Sets) -> Mask:
    """Keep a weight iff its two nodes share a label.

    Args:
        out_sets: bool [K_out, L], label sets of the output nodes.
        in_sets: bool [K_in, L], of the input nodes.

    Returns:
        bool [K_out, K_in], as a torch Linear's weight.

    Raises:
        TypeError: The sets are not bool (of cluster numbers: `numbers >= 0`).
        ValueError: They are of different labels.
    """
    out_sets, in_sets = as_flags("out_sets", out_sets, _SETS), as_flags("in_sets", in_sets, _SETS)
    if out_sets.shape[1] != in_sets.shape[1]:
        raise ValueError(f"out_sets {list(out_sets.shape)} and in_sets {list(in_sets.shape)}: other labels")
    return out_sets.astype(np.float32) @ in_sets.astype(np.float32).T > 0


def fc_mask(sets: Sets) -> Mask:
    """The FC layer's mask, bool [L, K]: node k keeps the labels of its set, bool [K, L]."""
    return as_flags("sets", sets, _SETS).T.copy()


def andc_masks(layers: Mapping[str, Layer], sets: Mapping[str, Sets]) -> dict[str, Mask]:
    """The ANDC mask of every layer from the label sets of its two taps.

    Raises:
        ValueError: A layer's tap has no sets.
    """
    missing = {tap for layer in layers.values() for tap in (layer.source, layer.target)} - sets.keys()
    if missing:
        raise ValueError(f"sets: {sorted(missing)[0]} is missing, there are {', '.join(sets)}")
    return {name: andc_mask(sets[layer.target], sets[layer.source]) for name, layer in layers.items()}
