"""Time and peak memory of each stage as labels, nodes and images grow, with fitted exponents.

    python -m benchmarks.growth [--only labels]

One tap, 256 nodes, 100 labels, 1,000 images of 64 tokens, four thresholds where not said otherwise; the
factors of the single-nodal performance (SNP) matrices are drawn at random. Each cell: the shortest of three
runs, and by how much memory one more run grew at most. The exponent is fitted over the whole row and, in
brackets, to its two largest sizes, as small sizes measure fixed costs. The expectation is that of the work
for very large sizes, so fitted exponents should not be above it (the pooling of SNP and probe step, for
one, does not depend on the labels), but for that of clusters: a label is also compared with all clusters
that are open, which are somewhat more where labels are more. Files hold factors alone above 20,000,000
elements of the dense matrices (`dense_limit`); both are measured. The last table is one tap of 1,000 labels
and 768 nodes from file to file.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from benchmarks.clustering import random_snp
from benchmarks.memory import peak_mib
from benchmarks.snp_matrices import Features, Transpose
from benchmarks.timing import interleaved, table, timed, use_threads
from nodal.architectures.architecture import Tap
from nodal.files.clusters import read_clusters, read_noise, write_clusters, write_statistics
from nodal.files.snp import read_snp, write_snp
from nodal.models.probe import Probe, Probes
from nodal.pruning.andc import andc_mask
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.signal_to_noise import signal_to_noise, summarise
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate

SIDE, BATCH, THRESHOLDS, DENSE_LIMIT = 8, 100, [0.2, 0.3, 0.4, 0.5], 20_000_000
BASE = {"labels": 100, "nodes": 256, "images": 1000}
SIZES = {"labels": (10, 100, 1000), "nodes": (256, 768, 3072), "images": (1000, 4000, 16_000)}
# Exponents for large sizes; None where the axis does not reach the stage.
EXPECTED: dict[str, dict[str, float]] = {
    "SNP": {"labels": 1, "nodes": 1, "images": 1},
    "probe step": {"labels": 1, "nodes": 1},
    "clusters": {"labels": 1, "nodes": 1},
    "elements above threshold": {"labels": 2, "nodes": 1},
    "SNR": {"labels": 1, "nodes": 1},
    "ANDC mask": {"labels": 1, "nodes": 2},
    "write factors": {"labels": 1, "nodes": 1},
    "write dense matrices": {"labels": 2, "nodes": 1},
    "read": {"labels": 1, "nodes": 1},
}
Stages = Mapping[str, Callable[[], object]]


def torch_stages(labels: int, nodes: int, images: int) -> Stages:
    """The stages that a network's features pass through: one measurement, one step of one probe."""
    device = best_device()
    torch.manual_seed(0)
    # No more are held; a larger split is the same ones again.
    held = min(images, 1000)
    features = torch.randn(held, nodes, SIDE, SIDE, device=device).to(memory_format=torch.channels_last)
    target = torch.arange(held, device=device) % labels
    probe = Probe(nodes, labels).to(device)
    probes, taps = Probes({"tap": probe}), {"tap": Tap("", "output", heads=4)}
    optimizer = torch.optim.AdamW(probe.parameters(), fused=True)
    tokens = features[:BATCH].flatten(2).transpose(1, 2)

    def snp() -> None:
        for _ in range(images // held):
            evaluate(Transpose(), probes, taps, features, target, Features())

    def step() -> None:
        loss = cross_entropy(probe(tokens), target[:BATCH], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return {"SNP": snp, "probe step": step}


def array_stages(labels: int, nodes: int, folder: Path) -> Stages:
    """The stages that have the factors."""
    snp, path, dense = random_snp(0, nodes, labels), folder / "snp.parquet", folder / "dense.parquet"
    numbers = clusters(snp, THRESHOLDS)
    noise = statistics(numbers, above(snp, THRESHOLDS)).noise
    sets = numbers[1] >= 0
    write_snp(path, snp, {}, 0)
    stages: dict[str, Callable[[], object]] = {
        "clusters": lambda: clusters(snp, THRESHOLDS),
        "elements above threshold": lambda: above(snp, THRESHOLDS),
        "SNR": lambda: [signal_to_noise(summarise(*at)) for at in zip(numbers, noise, strict=True)],
        "ANDC mask": lambda: andc_mask(sets, sets),
        "write factors": lambda: write_snp(path, snp, {}, 0),
        "read": lambda: read_snp(path),
    }
    if nodes * labels**2 <= DENSE_LIMIT:
        stages["write dense matrices"] = lambda: write_snp(dense, snp, {}, DENSE_LIMIT)
    return stages


def measured(stages: Stages) -> dict[str, tuple[float, float | None]]:
    """Best seconds and peak memory of every stage; the first run of all is not counted."""
    for work in stages.values():
        work()
    best = {name: run.best for name, run in interleaved(stages).items()}
    return {name: (best[name], peak_mib(work)) for name, work in stages.items()}


def exponent(sizes: list[int], seconds: list[float]) -> str:
    """Slope of log seconds over log size, of all and of the two largest sizes."""
    x, y = np.log(sizes), np.log(seconds)
    return f"{np.polyfit(x, y, 1)[0]:.2f} ({(y[-1] - y[-2]) / (x[-1] - x[-2]):.2f})"


def rows_of(axis: str, folder: Path) -> Iterator[list[str]]:
    """A row a stage."""
    found: dict[int, dict[str, tuple[float, float | None]]] = {}
    for size in SIZES[axis]:
        at = BASE | {axis: size}
        found[size] = measured(torch_stages(**at))
        if axis != "images":
            found[size] |= measured(array_stages(at["labels"], at["nodes"], folder))
    for stage, expected in EXPECTED.items():
        sizes = [size for size in SIZES[axis] if stage in found[size]]
        if axis not in expected:
            continue
        cells = [_cell(found[size].get(stage)) for size in SIZES[axis]]
        fit = exponent(sizes, [found[size][stage][0] for size in sizes]) if len(sizes) > 1 else "-"
        yield [stage, *cells, fit, str(expected[axis])]


def _cell(value: tuple[float, float | None] | None) -> str:
    if value is None:
        return "left out"
    memory = "" if value[1] is None else f", {value[1]:.0f} MiB"
    return f"{value[0]:.2g} s{memory}"


def end_to_end(folder: Path, labels: int = 1000, nodes: int = 768) -> Iterator[list[str]]:
    """A row a step: seconds, peak memory, and what is left on disk."""
    snp, path = random_snp(0, nodes, labels), folder / "snp.parquet"
    cluster_path, statistics_path = folder / "clusters.parquet", folder / "statistics.parquet"

    def find() -> None:
        read = read_snp(path)[0]
        numbers = clusters(read, THRESHOLDS)
        write_clusters(cluster_path, numbers, THRESHOLDS, {})
        write_statistics(statistics_path, statistics(numbers, above(read, THRESHOLDS)), THRESHOLDS, {})

    def ratios() -> None:
        for threshold in THRESHOLDS:
            read = read_clusters(cluster_path, threshold), read_noise(statistics_path, threshold)
            signal_to_noise(summarise(*read))

    steps = {
        "SNP matrices to their file": (partial(write_snp, path, snp, {}, DENSE_LIMIT), [path]),
        "clusters and noise, file to file": (find, [cluster_path, statistics_path]),
        "SNR of four thresholds from files": (ratios, []),
    }
    for name, (work, files) in steps.items():
        memory, seconds = peak_mib(work), timed(work)[0]
        written = sum(file.stat().st_size for file in files) / 2**20
        yield [name, _cell((seconds, memory)), f"{written:.1f} MiB" if files else "-"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=SIZES, help="what grows (default: each in turn)")
    options = parser.parse_args()
    use_threads()
    with tempfile.TemporaryDirectory() as name:
        for axis in [options.only] if options.only else SIZES:
            sizes = [f"{size:,} {axis}" for size in SIZES[axis]]
            print(table(["stage", *sizes, "exponent", "expected at most"], rows_of(axis, Path(name))) + "\n")
        dense = 768 * 1000**2 * 4 / 2**20
        print(f"1,000 labels, 768 nodes (dense, the matrices alone would be {dense:.0f} MiB):\n")
        print(table(["step", "seconds, peak memory", "on disk"], end_to_end(Path(name))))


if __name__ == "__main__":
    main()
