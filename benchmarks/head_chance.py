"""Chance in Table 4: 10,000 permutations of nodes among heads, and 50,000 random choices of labels.

    python -m benchmarks.head_chance

256 nodes, four heads, 100 labels in 20 super-classes; a node's clusters hold 4.12 labels on average, as the
paper's attention nodes of block 7 do. Against plain NumPy loops over the draws with the same random numbers.
"""

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import interleaved, table, use_threads
from nodal.attention.chance import null_appearances
from nodal.attention.ownership import owners
from nodal.attention.superclasses import simulated_occupation

NODES, LABELS, HEADS, HELD, RATIO = 256, 100, 4, 4.12, 2
PERMUTATIONS, CHOICES = 10_000, 50_000
SUPERCLASS = np.arange(LABELS) // 5


def null(sets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Owned labels of every draw, as the workflow counts them."""
    counts = null_appearances(sets, HEADS, PERMUTATIONS, np.random.default_rng(1))
    return (owners(counts, RATIO) >= 0).sum(1)


def loop_null(sets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The same, one permutation and head at a time."""
    rng, each, owned = np.random.default_rng(1), NODES // HEADS, []
    for _ in range(PERMUTATIONS):
        order = rng.permuted(np.arange(NODES))
        counts = [sets[order[each * head : each * (head + 1)]].sum(0) for head in range(HEADS)]
        labels = 0
        for head, mine in enumerate(counts):
            others = [other for number, other in enumerate(counts) if number != head]
            labels += int(np.all([(mine > 0) & (mine >= RATIO * other) for other in others], axis=0).sum())
        owned.append(labels)
    return np.array(owned)


def loop_occupation(owned: int) -> NDArray[np.float64]:
    """Super-classes of which so many labels are among the chosen ones, one choice at a time."""
    rng, total = np.random.default_rng(1), np.zeros(5)
    for _ in range(CHOICES):
        chosen = np.argsort(rng.random(LABELS, dtype=np.float32))[:owned]
        filled = np.bincount(SUPERCLASS[chosen], minlength=20)
        total += np.bincount(filled, minlength=6)[1:]
    return total / CHOICES


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    use_threads()
    sets = np.random.default_rng(0).random((NODES, LABELS)) < HELD / LABELS
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "10,000 permutations": (lambda: loop_null(sets), lambda: null(sets)),
        "50,000 choices of 25 labels": (
            lambda: loop_occupation(25),
            lambda: simulated_occupation(25, SUPERCLASS, CHOICES, np.random.default_rng(1)),
        ),
    }
    rows = []
    for name, (loop, ours) in pairs.items():
        runs = interleaved({"loop": loop, "ours": ours})
        apart = np.abs(np.subtract(runs["loop"].result, runs["ours"].result)).max()
        rows.append(
            [name, runs["loop"], runs["ours"], f"{runs['loop'].best / runs['ours'].best:.0f}", f"{apart:.1g}"]
        )
    print(table(["what", "loop (s): best (median)", "ours (s)", "ratio", "largest deviation"], rows))


if __name__ == "__main__":
    main()
