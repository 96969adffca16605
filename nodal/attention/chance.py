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


def joint_p_value(observed: NDArray[np.int64] | Floats, null: NDArray[np.int64] | Floats) -> float:
    """How often chance alone gives all seeds together as much: never 0, as one more draw is what was seen.

    Args:
        observed: [S], a number a seed.
        null: [S, draws], the same in the random draws of each seed, which are independent of each other.

    Returns:
        (1 + draws whose sum over the seeds is at least the observed sum) / (1 + draws); nan where one is.
    """
    sums, total = null.sum(axis=0), observed.sum()
    if not (np.isfinite(total) and np.isfinite(sums).all()):
        return float("nan")
    # The tolerance: equal sums of fractions may differ in their last digits.
    return float((1 + (sums >= total - 1e-9 * abs(total)).sum()) / (1 + len(sums)))


def label_p_values(counts: Counts, null: Counts) -> Floats:
    """How often random heads hold each label as unevenly: float64 [L], never 0.

    Args:
        counts: Appearances [H, L].
        null: The same with nodes dealt out at random, [draws, H, L].

    Returns:
        (1 + draws whose largest head count is at least the largest one seen) / (1 + draws).
    """
    as_large = null.max(axis=1) >= counts.max(axis=0)
    return np.asarray((1 + as_large.sum(axis=0)) / (1 + len(null)), np.float64)


def excess_interval(
    observed: NDArray[np.int64], null: NDArray[np.int64], rng: np.random.Generator
) -> tuple[float, float]:
    """95 % interval of how much more than chance there is: a bootstrap over the seeds, then over the draws.

    Args:
        observed: [S], a number a seed.
        null: [S, draws], the same in the random draws of each seed.
        rng: Source of the bootstrap, of as many samples as there are draws.

    Returns:
        Percentiles of the mean, over seeds chosen with replacement, of the observed less one random draw.
    """
    seeds, draws = null.shape
    chosen = rng.integers(seeds, size=(draws, seeds))
    excess = (observed[chosen] - null[chosen, rng.integers(draws, size=chosen.shape)]).mean(axis=1)
    low, high = np.quantile(excess, [0.025, 0.975])
    return float(low), float(high)


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


def subset_differences(
    values: Floats, chosen: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> Floats:
    """Means of random subsets of the values less those of the rest.

    Args:
        values: float64 [L].
        chosen: bool [L]; only its size matters.
        draws: Number of random subsets.
        rng: Source of the draws.

    Returns:
        float64 [draws]; nan where the subset or the rest is empty.
    """
    values, chosen = (
        as_numbers("values", values, "[labels]", np.float64),
        as_flags("chosen", chosen, "[labels]"),
    )
    same_shape(values=values, chosen=chosen)
    size, labels = int(chosen.sum()), len(values)
    if size in (0, labels):
        return np.full(draws, np.nan)
    order = rng.permuted(np.broadcast_to(values, (count("draws", draws), labels)), axis=1)
    return np.asarray(order[:, :size].mean(1) - order[:, size:].mean(1))


def reach(differences: Floats) -> float:
    """How far from 0 are 95 % of random differences [draws], either way; nan where they are."""
    return float(np.quantile(np.abs(differences), 0.95))
