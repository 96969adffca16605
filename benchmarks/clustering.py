"""Clusters and noise of 7 blocks x 256 nodes x 100 labels at 100 thresholds, against loops over matrices.

    python -m benchmarks.clustering

The factors of the single-nodal performance (SNP) matrices are drawn at random, weights correlated with
pooled means, so that clusters are about as many as in the paper. Ours is `nodal.snp.sweep`, first fit and Eqs
1-5 included. Against it, on the first 4 nodes and every tenth threshold of each block, scaled up by the
number of matrices: first fit as a plain Python loop over labels; and networkx, which has no clique cover of
its own, so one colours the graph of *incompatible* labels greedily, in label order (first fit by another
name) and largest degree first (its default). `min_cover` is our exact minimum. Compared are cluster numbers
and noise of each of those matrices with our first fit's.
"""

import argparse
from functools import partial

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import interleaved, table, timed, use_threads
from nodal.snp.clusters import Numbers, above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, sweep

BLOCKS, NODES, LABELS = 7, 256, 100
SOME_NODES, SOME_THRESHOLDS = 4, SWEPT_THRESHOLDS[::10]


def random_snp(seed: int, nodes: int = NODES, labels: int = LABELS) -> Snp:
    """Factors of which about a third of the weight is learned from the pooled means."""
    mean, noise = np.random.default_rng(seed).standard_normal((2, nodes, labels)).astype(np.float32)
    return Snp(mean, 0.7 * mean + noise)


def loop_first_fit(over: NDArray[np.bool_]) -> tuple[list[int], int]:
    """Cluster numbers of the labels and noise of one clipped matrix, in plain Python."""
    rows, opened = over.tolist(), list[list[int]]()
    numbers = [-1] * len(rows)
    for label in range(len(rows)):
        if not rows[label][label]:
            continue
        fitting = (
            number
            for number, members in enumerate(opened)
            if all(rows[label][other] and rows[other][label] for other in members)
        )
        numbers[label] = next(fitting, len(opened))
        if numbers[label] == len(opened):
            opened.append([])
        opened[numbers[label]].append(label)
    return numbers, sum(map(sum, rows)) - sum(len(members) ** 2 for members in opened)


def networkx_cover(over: NDArray[np.bool_], strategy: str) -> tuple[list[int], int]:
    """The same by greedy colouring of the labels that cannot share a cluster."""
    labels = np.flatnonzero(np.diag(over))
    apart = np.argwhere(np.triu(~(over & over.T)[np.ix_(labels, labels)], 1))
    graph = nx.Graph()
    graph.add_nodes_from(labels.tolist())
    graph.add_edges_from(labels[apart].tolist())
    in_order = lambda graph, _: sorted(graph)  # noqa: E731
    colours = nx.greedy_color(graph, in_order if strategy == "label order" else strategy)
    sizes = np.bincount(list(colours.values()), minlength=1)
    return [colours.get(label, -1) for label in range(len(over))], int(over.sum() - (sizes**2).sum())


def some_matrices(layers: list[Snp]) -> list[NDArray[np.bool_]]:
    """The clipped matrices that the slow ways are measured on."""
    dense = [snp.matrices(np.arange(SOME_NODES)) for snp in layers]
    return [m > np.float32(t) for matrices in dense for t in SOME_THRESHOLDS for m in matrices]


def ours_on_some(layers: list[Snp], rule: str) -> list[tuple[list[int], int]]:
    """Numbers and noise of the same matrices, in the same order, by the library."""
    some = [Snp(snp.pooled_mean[:SOME_NODES], snp.weight[:SOME_NODES]) for snp in layers]
    cuts, found = SOME_THRESHOLDS.tolist(), list[tuple[list[int], int]]()
    for snp in some:
        numbers: Numbers = clusters(snp, cuts, rule)
        noise = statistics(numbers, above(snp, cuts)).noise
        found += zip(numbers.reshape(-1, LABELS).tolist(), noise.ravel().tolist(), strict=True)
    return found


def mean_clusters(found: list[tuple[list[int], int]]) -> float:
    """Clusters a matrix."""
    return float(np.mean([max(numbers) + 1 for numbers, _ in found]))


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    use_threads()
    layers = [random_snp(seed) for seed in range(BLOCKS)]
    over = some_matrices(layers)
    ways = {
        "plain Python loop": loop_first_fit,
        "networkx, label order": partial(networkx_cover, strategy="label order"),
        "networkx, largest first": partial(networkx_cover, strategy="largest_first"),
    }
    works = {name: lambda way=way: [way(matrix) for matrix in over] for name, way in ways.items()}
    works["ours"] = lambda: [sweep(snp, SWEPT_THRESHOLDS.tolist(), "first_fit") for snp in layers]
    runs = interleaved(works)

    first_fit = ours_on_some(layers, "first_fit")
    scale = BLOCKS * NODES * len(SWEPT_THRESHOLDS) / len(over)
    best, rows = runs["ours"].best, [["ours", runs["ours"], 1, "-", f"{mean_clusters(first_fit):.3f}"]]
    found = {name: (runs[name].best, runs[name].result) for name in ways}
    found["`min_cover`"] = timed(partial(ours_on_some, layers, "min_cover"))
    for name, (seconds, result) in found.items():
        equal = sum(a == b for a, b in zip(result, first_fit, strict=True))
        rows.append(
            [name, f"{seconds * scale:.0f}, scaled up", f"{seconds * scale / best:.0f}",
             f"{equal} of {len(over)}", f"{mean_clusters(result):.3f}"]
        )  # fmt: skip
    print(table(["way", "seconds: best (median)", "times ours", "identical", "clusters a matrix"], rows))


if __name__ == "__main__":
    main()
