"""Data beyond memory: a file four times the memory that the process is allowed, against the same in memory.

    python -m benchmarks.beyond_memory [--mib 1280] [--folder results]

Random 96x96 images with ten labels, as many as fill a data file of four times `--mib`, in `--folder` (removed
at the end). One process may hold so many MiB of its own (RLIMIT_DATA, as `prlimit --data` sets it) and reads
the file as every job does; before each piece of work the system is asked to forget the file, so that it comes
from the disk. Another one may hold what it likes and has all images in memory. Both train a small network for
an epoch, in random order, train a probe on its last block for an epoch, and measure it; a small network,
because a large one would hide the disk. The results are the same to the bit.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.timing import table, timed, use_threads
from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.probe_sets import new_probes
from nodal.training.evaluation import evaluate
from nodal.training.pretraining import pretrain
from nodal.training.probes import train_probes

SIDE, LABELS, SEED = 96, 10, 3
TAPS = {"block2": Tap("classifier.blocks.1", "output", block=2)}
RECIPE: dict[str, Any] = {
    "epochs": 1, "batch": 100, "optimizer": "adamw", "lr": 1e-3, "beta2": 0.999, "weight_decay": 0.0,
    "clip": 0.0, "smoothing": 0.0, "schedule": {"kind": "constant"}, "bf16": False, "tf32": False,
    "compile": False, "norm": "none", "bias": False, "pooling": "sequence",
    "augment": {
        "shift": 0, "flip": True, "crop_scale": None, "erase": 0.0, "randaugment": False, "mixup": 0.0,
        "cutmix": 0.0,
    },
}  # fmt: skip


def write(path: Path, mib: int) -> int:
    """Fill a data file with so many MiB of random images; how many these are."""
    count = (mib << 20) // (3 * SIDE * SIDE)
    images = torch.randint(0, 256, (count, 3, SIDE, SIDE), dtype=torch.uint8)
    labels = torch.arange(count) % LABELS
    few = dict.fromkeys(("heldout", "test"), images[:LABELS])
    names = tuple(map(str, range(LABELS)))
    Dataset({"train": images} | few, {"train": labels} | dict.fromkeys(few, labels[:LABELS]), names).save(
        path
    )
    return count


def forget(path: Path) -> None:
    """Ask the system to drop a file from its cache."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def work(path: Path, in_memory: bool) -> dict[str, Any]:
    """Seconds of each piece of work, and a number of its result."""
    use_threads()
    data = Dataset.load(path, ["train"])
    if in_memory:
        data = replace(data, inputs={"train": data.inputs["train"].clone()})
    inputs = data.inputs["train"]
    torch.manual_seed(SEED)
    network = CCT(
        image_size=SIDE, labels=LABELS, kernel=7, stride=8, padding=3, width=32, depth=2, heads=2, mlp_ratio=2
    )
    prepare = preparation(inputs, "image", RECIPE["augment"])
    probes = new_probes(network, TAPS, prepare.plain(inputs[:1]), LABELS, RECIPE)
    works: dict[str, Callable[[], Any]] = {
        "train the network": lambda: pretrain(network, data, "image", RECIPE, seed=SEED)[0]["loss"],
        "train a probe": lambda: train_probes(
            network, probes, TAPS, data, prepare, RECIPE, seed=SEED
        )[0]["loss"],
        "measure it": lambda: evaluate(
            network, probes, TAPS, inputs, data.labels["train"], prepare
        )["block2"].pooled_mean.double().sum().item(),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, each in works.items():
        if not in_memory:
            forget(path)
        found[name] = timed(each)
    return found


def child(path: Path, mib: int | None) -> dict[str, Any]:
    """What `work` finds in a process of its own, with a limit or in memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (mib << 20, mib << 20) if mib else (-1, -1))

    command = [sys.executable, "-m", "benchmarks.beyond_memory", "--work", str(path)]
    done = subprocess.run(
        command + ["--in-memory"] * (mib is None),
        preexec_fn=limit,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mib", type=int, default=1280)
    parser.add_argument("--folder", type=Path, default=Path("results"))
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--in-memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(work(options.work, options.in_memory)))
        return
    path = options.folder / "beyond_memory.safetensors"
    try:
        count = write(path, 4 * options.mib)
        mapped, held = child(path, options.mib), child(path, None)
    finally:
        path.unlink(missing_ok=True)
    assert np.array_equal([x for _, x in mapped.values()], [x for _, x in held.values()])
    print(f"{count} images, {4 * options.mib} MiB; {options.mib} MiB allowed.\n")
    rows = [
        (name, f"{count / seconds:.0f}", f"{count / held[name][0]:.0f}", f"{held[name][0] / seconds:.2f}")
        for name, (seconds, _) in mapped.items()
    ]
    print(table(("images/s", "beyond memory", "in memory", "ratio"), rows))


if __name__ == "__main__":
    main()
