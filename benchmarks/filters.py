"""Seconds and memory of each tap of VGG-16 where probes flatten, at 100 labels and 32x32, on one thread.

python -m benchmarks.filters > filters.md

Seconds are those of the processor. A step trains the tap's probe on 100 images of given features; SNP is the
matrices of all filters, their clusters at one threshold and the noise; then the same along one random basis.
"""

import resource
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from nodal.architectures.architecture import Tap
from nodal.architectures.vgg import vgg
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.features import collect
from nodal.models.probe_sets import new_probes
from nodal.models.vgg import VGG
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from nodal.snp.signal_to_noise import summaries
from nodal.training.evaluation import evaluate
from nodal.training.probes import train_probes
from nodal.workflow.settings.stages import ProbeSet

LABELS, BATCH = 100, 100
IMAGES = 1400  # whose features nearly fill what is kept


def seconds(work: Callable[[], object]) -> float:
    """Of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peak() -> float:
    """Largest resident set so far, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def images() -> Dataset:
    """Noise; what it is makes no difference to time and memory."""
    rng = torch.Generator().manual_seed(0)
    inputs = {
        split: torch.randint(0, 256, (IMAGES, 3, 32, 32), dtype=torch.uint8, generator=rng)
        for split in ("train", "test")
    }
    labels = {split: torch.arange(IMAGES) % LABELS for split in inputs}
    return Dataset(inputs, labels, tuple(map(str, range(LABELS))))


def at_tap(network: VGG, name: str, place: Tap, sample: Tensor, recipe: Mapping[str, Any]) -> list[str]:
    """The cells of a tap's row."""
    with torch.no_grad():
        tokens = collect(network, sample, {name: place})[name].clone()
    probe = new_probes(network, {name: place}, sample[:1], LABELS, recipe)[name]
    optimizer, target = torch.optim.AdamW(probe.parameters()), torch.arange(BATCH) % LABELS

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(probe(tokens), target).backward()
        optimizer.step()

    step()
    trained = seconds(lambda: [step() for _ in range(3)]) / 3
    mean = np.random.default_rng(0).standard_normal(probe.weights().shape).astype(np.float32)
    snp = Snp(mean, probe.weights())
    native = seconds(lambda: summaries(snp, [0.3], "first_fit"))
    rotated = seconds(lambda: [summaries(each, [0.3], "first_fit") for each in rotations(snp, 1, 0, 0)])
    megabytes = (probe.fc.weight.nbytes / 1e6, tokens.nbytes / BATCH / 1e3)
    return [
        f"{probe.nodes} x {probe.positions}", *(f"{each:.1f}" for each in megabytes),
        *(f"{each:.2f}" for each in (trained, native, rotated)),
    ]  # fmt: skip


def main() -> None:
    """Print the table of the taps, and what all of them take at once."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network, data = VGG(image_size=32, labels=LABELS).eval(), images()
    architecture = vgg({"layers": [2, 2, 3, 3, 3], "hidden": [512, 512]})
    taps = {name: architecture.tap(name) for name in architecture.block_taps()}
    recipe = ProbeSet(pooling="flatten", epochs=1, batch=BATCH).model_dump()
    prepare = preparation(data.inputs["train"], augment=recipe["augment"])
    sample = prepare.plain(data.inputs["train"][:BATCH])
    assert isinstance(sample, Tensor)
    columns = ["tap", "filters x positions", "probe (MB)", "1,000 images (MB)", "step (s)", "SNP (s)"]
    print("|", " | ".join([*columns, "rotated (s)"]), "|")
    print("|---" * (len(columns) + 1), end="|\n")
    for name, place in taps.items():
        print("|", " | ".join([name, *at_tap(network, name, place, sample, recipe)]), "|", flush=True)
    print(f"\nPeak memory {peak():.2f} GiB.")
    probes = new_probes(network, taps, sample[:1], LABELS, recipe)
    trained = seconds(lambda: train_probes(network, probes, taps, data, prepare, recipe, seed=0))
    print(f"All taps at once, an epoch of {IMAGES} images: {trained:.1f} s, peak {peak():.2f} GiB;")
    test = data.inputs["test"], data.labels["test"]
    measured = seconds(lambda: evaluate(network, probes, taps, *test, prepare))
    print(f"their label means over {IMAGES} images: {measured:.1f} s, peak {peak():.2f} GiB.")


if __name__ == "__main__":
    main()
