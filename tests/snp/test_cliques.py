"""Interval-graph rules against exhaustive search on the compatibility graph."""

from functools import cache

import networkx as nx
import numpy as np
from hypothesis import given

from nodal.snp.cliques import max_clique, min_cover
from nodal.snp.matrix import Snp
from tests.conftest import factors, thresholds


def compatible(matrix: np.ndarray, threshold: np.float32) -> nx.Graph:
    """Labels on the diagonal, joined where both of their elements are above threshold."""
    over = matrix > threshold
    nodes = np.flatnonzero(np.diag(over)).tolist()
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((i, j) for i in nodes for j in nodes if i < j and over[i, j] and over[j, i])
    return graph


def fewest_cliques(graph: nx.Graph) -> int:
    """Size of a minimum clique cover: the first label goes into one of its cliques, tried out."""
    cliques = [frozenset(clique) for clique in nx.find_cliques(graph)]

    @cache
    def cover(left: frozenset[int]) -> int:
        if not left:
            return 0
        first = min(left)
        return 1 + min(cover(left - clique) for clique in cliques if first in clique)

    return cover(frozenset(graph))


def groups(numbers: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(numbers == number).tolist() for number in range(numbers.max() + 1)]


@given(factors(max_nodes=2, max_labels=10), thresholds)
def test_min_cover_needs_as_few_cliques_as_possible(snp: Snp, cut: float) -> None:
    for node, matrix in enumerate(snp.matrices()):
        if snp.maximum[node] <= 0:
            continue
        threshold = np.float32(cut)
        graph = compatible(matrix, threshold)
        found = groups(min_cover(snp.pooled_mean[node], snp.weight[node], snp.maximum[node], threshold))
        assert sorted(label for group in found for label in group) == sorted(graph)
        assert all(graph.has_edge(i, j) for group in found for i in group for j in group if i < j)
        assert len(found) == fewest_cliques(graph)


@given(factors(max_nodes=2, max_labels=10), thresholds)
def test_max_clique_takes_a_largest_clique_each_time(snp: Snp, cut: float) -> None:
    for node, matrix in enumerate(snp.matrices()):
        if snp.maximum[node] <= 0:
            continue
        threshold = np.float32(cut)
        graph = compatible(matrix, threshold)
        for group in groups(
            max_clique(snp.pooled_mean[node], snp.weight[node], snp.maximum[node], threshold)
        ):
            assert all(graph.has_edge(i, j) for i in group for j in group if i < j)
            assert len(group) == max(map(len, nx.find_cliques(graph)))
            graph.remove_nodes_from(group)
        assert not graph


def test_many_labels() -> None:
    rng = np.random.default_rng(0)
    threshold, largest = np.float32(0.1), 0
    for _ in range(20):
        a, noise = rng.standard_normal((2, 1, 25)).astype(np.float32)
        snp = Snp(a, a + noise)  # related, so that diagonal elements are large
        graph = compatible(snp.matrices()[0], threshold)
        arguments = snp.pooled_mean[0], snp.weight[0], snp.maximum[0], threshold
        assert len(groups(min_cover(*arguments))) == fewest_cliques(graph)
        largest = max(largest, len(graph))
        assert len(groups(max_clique(*arguments))[0]) == max(map(len, nx.find_cliques(graph)))
    assert largest > 10
