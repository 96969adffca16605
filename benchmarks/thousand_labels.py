"""A thousand labels: every tap of twelve blocks of ViT-S at 224x224, from the images to the clusters.

    python -m benchmarks.thousand_labels [--images 2000]

timm's `vit_small_patch16_224` with random weights, random images and a new probe at every tap, so that the
single-nodal performance (SNP) matrices are those of chance. The pass that measures all taps stands against
the plain forward pass over the same images; memory is what each takes beyond network and images at its peak.
Clusters are those at four thresholds, and the elements above them are counted, matrix by matrix.
"""

import argparse
from collections.abc import Callable

import torch

from benchmarks.memory import peak_mib
from benchmarks.timing import table, timed, use_threads
from nodal.augment.preparation import preparation
from nodal.models.describe import describe
from nodal.models.foreign import build_foreign
from nodal.models.probe_sets import new_probes
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.training.answers import predictions
from nodal.training.evaluation import Measurement, evaluate, matrices

LABELS, THRESHOLDS = 1000, [0.2, 0.3, 0.4, 0.5]
RECIPE = {"norm": "none", "bias": False, "pooling": "sequence"}


def counted(snp: Snp) -> None:
    """Clusters of all matrices of a tap, and what Tables 1 and 2 need of them."""
    statistics(clusters(snp, THRESHOLDS), above(snp, THRESHOLDS))


def once(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and MiB at the peak."""
    seconds = []
    peak = peak_mib(lambda: seconds.append(timed(work)[0]))
    return seconds[0], peak or 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=2000)
    options = parser.parse_args()
    use_threads()
    torch.manual_seed(0)
    network = build_foreign({"family": "timm", "name": "vit_small_patch16_224"}, LABELS).eval()
    images = torch.randint(0, 256, (options.images, 3, 224, 224), dtype=torch.uint8)
    labels = torch.arange(len(images)) % LABELS
    prepare = preparation(images)
    taps = describe(network, prepare.plain(images[:2])).taps
    probes = new_probes(network, taps, prepare.plain(images[:1]), LABELS, RECIPE)
    nodes = [probe.fc.in_features for probe in probes.values()]

    measured: dict[str, Measurement] = {}
    passes = {
        "forward pass": once(lambda: predictions(network, images, prepare)),
        f"SNP of {len(taps)} taps, with it": once(
            lambda: measured.update(evaluate(network, probes, taps, images, labels, prepare))
        ),
    }
    plain = passes["forward pass"][0]
    found = matrices(measured, probes)
    passes["clusters of all taps"] = once(lambda: [counted(snp) for snp in found.values()])
    print(f"{len(images)} images; {len(taps)} taps of {min(nodes)} to {max(nodes)} nodes.\n")
    rows = [
        (name, f"{seconds:.1f}", f"{seconds / plain:.2f}", f"{peak:.0f}")
        for name, (seconds, peak) in passes.items()
    ]
    print(table(("work", "seconds", "of the forward pass", "MiB at the peak"), rows))


if __name__ == "__main__":
    main()
