"""Random groups of the nodes of a layer, to stand in for groups that the network has, its attention heads."""

import numpy as np
from numpy.typing import NDArray

GROUPINGS = 10


def random_groups(nodes: int, seed: int, tap: int) -> NDArray[np.int64]:
    """Orders of the nodes in which consecutive ones are a group: int64 [GROUPINGS, K].

    Args:
        nodes: K.
        seed: Of the run.
        tap: Place of the tap in its probe set.
    """
    order = np.broadcast_to(np.arange(nodes), (GROUPINGS, nodes))
    return np.random.default_rng([seed, tap, nodes]).permuted(order, axis=1)
