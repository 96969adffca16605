"""Applied nodal diagonal connections (ANDC): which weights the single-nodal performance (SNP) keeps (Fig 6).

A weight is kept iff the label sets of the two nodes it joins, the labels in the clusters of their SNP
matrices, share at least one label. A node with an empty set is disconnected. Biases stay.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Sets = NDArray[np.bool_]
Mask = NDArray[np.bool_]
# Of a layer: the kinds of its input tap and its output tap.
Ends = tuple[str, str]


def andc_mask(out_sets: Sets, in_sets: Sets) -> Mask:
    """Keep a weight iff its two nodes share a label.

    Args:
        out_sets: bool [K_out, L], label sets of the output nodes.
        in_sets: bool [K_in, L], of the input nodes.

    Returns:
        bool [K_out, K_in], as a torch Linear's weight.
    """
    return out_sets.astype(np.float32) @ in_sets.astype(np.float32).T > 0


def fc_mask(sets: Sets) -> Mask:
    """The FC layer's mask, bool [L, K]: node k keeps the labels of its set, bool [K, L]."""
    return sets.T.copy()


def andc_masks(layers: Mapping[str, Ends], sets: Mapping[str, Sets]) -> dict[str, Mask]:
    """The ANDC mask of every layer from the label sets of its two taps."""
    return {name: andc_mask(sets[out], sets[into]) for name, (into, out) in layers.items()}
