"""1,000 labels, twelve blocks, a ViT-S at 224: the measurement of every tap beside a plain forward pass.

    python -m benchmarks.thousand_labels [--images 2000] [--labels 1000]

timm's ViT-S with patches of 16 and random weights, images drawn at random, and a probe that was not trained
on every tap that the network's description finds (the word `every`; but for the three of the pixels 384 to
1,536 nodes each): none of this decides what a pass takes. The plain forward pass goes over the same images
in the same small batches as `nodal.training.evaluation` does; an image a label each, both take turns.

Clusters are made of the last turn's factors from file to file, as by `workflow/scripts/clusters.py`, at the
default threshold and at those that the embedded default gives its blocks.

Largest arrays: the largest tensor that any operation of a pass gives, whose images themselves may lie in a
file; and all that NumPy holds at most while the clusters of the widest tap are found.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from benchmarks.memory import peak_mib
from benchmarks.timing import table, use_threads
from nodal.augment.preparation import Preparation, preparation
from nodal.files.clusters import write_clusters, write_statistics
from nodal.files.snp import read_snp, write_snp
from nodal.models.describe import describe, sample_of
from nodal.models.foreign import build_foreign
from nodal.models.probe_sets import new_probes
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.training.evaluation import evaluate, matrices
from nodal.training.inputs_at_once import measured_at_once

MODEL = {"family": "timm", "name": "vit_small_patch16_224"}
SIDE, SEED, DENSE_LIMIT = 224, 3, 20_000_000
RECIPE = {"pooling": "sequence", "norm": "none", "bias": False}
THRESHOLDS = ([0.3], [0.2, 0.3, 0.4, 0.5])

Result = TypeVar("Result")


class Largest(TorchDispatchMode):
    """Bytes of the largest tensor that an operation gave; of a view, its own."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run the operation and look at what it gives."""
        found = func(*args, **(kwargs or {}))
        self.bytes = max([self.bytes, *(x.nbytes for x in tree_leaves(found) if isinstance(x, Tensor))])
        return found


@torch.no_grad()
def plain_pass(network: nn.Module, inputs: Tensor, prepare: Preparation) -> None:
    """The forward pass alone."""
    for part in inputs.split(measured_at_once(network, inputs, prepare)):
        network(prepare.plain(part))


def spent(work: Callable[[], Result]) -> tuple[float, float, Result]:
    """Wall clock and processor seconds of a piece of work, and what it returns."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - processor, result


def cluster_files(sources: Sequence[Path], thresholds: Sequence[float]) -> None:
    """What `workflow/scripts/clusters.py` does; its files are written over each other."""
    for source in sources:
        snp, header = read_snp(source)
        numbers = clusters(snp, thresholds)
        write_clusters(source.with_name("clusters"), numbers, thresholds, header)
        found = statistics(numbers, above(snp, thresholds))
        write_statistics(source.with_name("statistics"), found, thresholds, header)


def peak_of_clusters(snp: Snp, thresholds: Sequence[float]) -> int:
    """Bytes that NumPy holds at most while the clusters of one tap are found."""
    tracemalloc.start()
    statistics(clusters(snp, thresholds), above(snp, thresholds))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def time_clusters(snps: Mapping[str, Snp]) -> list[list[object]]:
    """Seconds, file to file, a row for each list of thresholds."""
    widest, rows = max(snps.values(), key=lambda snp: snp.shape), list[list[object]]()
    with TemporaryDirectory() as folder:
        sources = [Path(folder, f"{tap}.parquet") for tap in snps]
        for source, (tap, snp) in zip(sources, snps.items(), strict=True):
            write_snp(source, snp, {"tap": tap}, DENSE_LIMIT)
        for thresholds in THRESHOLDS:
            wall, processor, _ = spent(partial(cluster_files, sources, thresholds))
            peak = f"{peak_of_clusters(widest, thresholds) / 2**20:.0f}"
            rows.append([", ".join(map(str, thresholds)), f"{wall:.1f}", f"{processor:.1f}", peak])
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=2000, help="a multiple of the labels")
    parser.add_argument("--labels", type=int, default=1000)
    options = parser.parse_args()
    use_threads()
    torch.manual_seed(SEED)
    network = build_foreign(MODEL, options.labels).eval()
    taps = describe(network, sample_of("images", [3, SIDE, SIDE])).taps
    inputs = torch.randint(0, 256, (options.images, 3, SIDE, SIDE), dtype=torch.uint8)
    prepare, labels = preparation(inputs), torch.arange(options.labels)
    probes = new_probes(network, taps, prepare.plain(inputs[:1]), options.labels, RECIPE)
    nodes = sum(probes[tap].nodes for tap in taps)
    print(f"{len(taps)} taps, {nodes} nodes in all; {options.labels} labels, {options.images} images.\n")

    parts = inputs.split(options.labels)
    with Largest() as largest:
        peak = peak_mib(lambda: evaluate(network, probes, taps, parts[0], labels, prepare))
    plain, ours = [], []
    for part in parts:
        plain.append(spent(partial(plain_pass, network, part, prepare))[:2])
        *seconds, measured = spent(partial(evaluate, network, probes, taps, part, labels, prepare))
        ours.append(seconds)
    sums = [[sum(clock) for clock in zip(*each, strict=True)] for each in (plain, ours)]
    rows = [
        [name, *(f"{x:.0f}" for x in each), *(f"{x / y:.2f}" for x, y in zip(each, sums[0], strict=True))]
        for name, each in zip(("plain forward pass", "SNP of every tap"), sums, strict=True)
    ]
    print(table(["work", "seconds", "of the processor", "of a plain pass", "of the processor"], rows))
    grown = "" if peak is None else f"; the process grew by {peak:.0f} MiB"
    print(f"\nLargest tensor of a pass: {largest.bytes / 2**20:.0f} MiB{grown}.\n")
    columns = ["thresholds", "clusters: seconds", "of the processor", "NumPy holds at most, MiB"]
    print(table(columns, time_clusters(matrices(measured, probes))))


if __name__ == "__main__":
    main()
