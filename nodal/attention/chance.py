"""What chance alone would give attention heads: their nodes dealt out, or labels drawn, at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from nodal.attention.ownership import Counts, nodes_a_head
from nodal.snp.arrays import as_flags, as_integers, as_numbers, count, same_shape

Floats = NDArray[np.float64]


def null_appearances(sets: NDArray[np.bool_], heads: int, draws: int, rng: np.random.Generator) -> Counts:
    """Appearances when nodes are assigned to heads at random: int64 [draws, H, L].

    Every draw permutes the nodes; what a node holds stays.

    Raises:
        ValueError: The heads do not divide the nodes, or there are no draws.
    """
    sets, nodes = as_flags("sets", sets, "[nodes, labels]"), len(sets)
    each = nodes_a_head(nodes, heads)
    order = rng.permuted(np.broadcast_to(np.arange(nodes), (count("draws", draws), nodes)), axis=1)
    head_of = np.empty_like(order)
    np.put_along_axis(head_of, order, np.broadcast_to(np.arange(nodes) // each, order.shape), axis=1)
    # One product counts all draws and heads: rows (draw, head), columns nodes.
    members = (head_of[:, None, :] == np.arange(heads)[:, None]).reshape(draws * heads, nodes)
    counts = members.astype(np.float32) @ sets.astype(np.float32)
    return counts.astype(np.int64).reshape(draws, heads, -1)


@dataclass(frozen=True)
class Band:
    """Appearances [L] of each label in one head, if its nodes were dealt to the heads at random."""

    low: Floats
    high: Floats


def appearance_band(counts: Counts, nodes: int) -> Band:
    """The exact 95 % range of appearances in a head.

    A label held by n of the K nodes has a hypergeometric number of holders among the K / H nodes of a head.

    Args:
        counts: Appearances [H, L].
        nodes: K.
    """
    counts = as_integers("counts", counts, "[heads, labels]")
    holders, drawn = counts.sum(axis=0), nodes_a_head(nodes, len(counts))
    if holders.max() > nodes:
        raise ValueError(f"nodes: {nodes}, but in counts {holders.max()} hold one label")
    low, high = (hypergeom.ppf(share, nodes, holders, drawn) for share in (0.025, 0.975))
    return Band(low, high)


def subset_difference(
    values: Floats, chosen: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> float:
    """How far the means of a random subset and of the rest differ, in 95 % of all draws of its size.

    Args:
        values: float64 [L].
        chosen: bool [L]; only its size matters.
        draws: Number of random subsets.
        rng: Source of the draws.

    Returns:
        The 95th percentile of the absolute difference; nan where the subset or the rest is empty.
    """
    values, chosen = (
        as_numbers("values", values, "[labels]", np.float64),
        as_flags("chosen", chosen, "[labels]"),
    )
    same_shape(values=values, chosen=chosen)
    size, labels = int(chosen.sum()), len(values)
    if size in (0, labels):
        return float("nan")
    order = rng.permuted(np.broadcast_to(values, (count("draws", draws), labels)), axis=1)
    differences = order[:, :size].mean(1) - order[:, size:].mean(1)
    return float(np.quantile(np.abs(differences), 0.95))
