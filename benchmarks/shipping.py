"""What disjoint groups buy at full size: CCT-7/3x1 and VGG-16 at 32x32, 100 labels, four groups.

    python -m benchmarks.shipping [turns]

Random weights, as they decide no time; beside the groups a dense network of half the width. What is timed is
the processor's time. The networks take turns, and a speed is the median over the turns of the dense network's
time over this one's; in the last column each side has the runtime that is faster for it.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

from benchmarks.timing import table, use_threads
from nodal.architectures.families import architecture
from nodal.architectures.width import of_width
from nodal.models.build import build_for
from nodal.models.onnx_file import write_onnx
from nodal.pruning.compact import compact
from nodal.pruning.cost import cost
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.latency import fastest, latencies

LABELS, SIDE, GROUPS, BATCHES = 100, 32, 4, (64, 1)
CCT = {"family": "cct", "kernel": 3, "width": 256, "depth": 7, "heads": 4, "mlp_ratio": 2}
VGG = {"family": "vgg", "widths": [64, 128, 256, 512, 512], "layers": [2, 2, 3, 3, 3], "hidden": [512, 512]}
MODELS = {"VGG-16": VGG, "CCT-7/3x1": CCT}
RUNTIMES = ("torch", "onnxruntime")


def networks(model: dict[str, object]) -> dict[str, nn.Module]:
    """The dense network of these settings and what it is compared with."""
    torch.manual_seed(0)
    dense = build_for(model, LABELS, SIDE).eval()
    shapes = {name: each.shape for name, each in dense.named_parameters()}
    masks = disjoint_masks(architecture(model), shapes, LABELS, GROUPS)
    return {
        "dense": dense,
        "groups": compact(dense, masks, torch.randn(2, 3, SIDE, SIDE)).network,
        "half the width": build_for(of_width(model, 0.5), LABELS, SIDE).eval(),
    }


def compared(model: dict[str, object], turns: int) -> dict[int, str]:
    """A table a batch size."""
    found, images = networks(model), torch.randn(max(BATCHES), 3, SIDE, SIDE)
    costs = {name: cost(each, images[:1]) for name, each in found.items()}
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{number}.onnx" for number, name in enumerate(found)}
        for name, path in files.items():
            write_onnx(path, found[name], images[:2])
        measured = latencies(found, files, images, BATCHES, "dense", turns)
    best = fastest(measured, "dense").set_index(["batch", "network"])["speed"]
    at = measured.set_index(["batch", "network", "runtime"])
    columns = ("network", "parameters, M", "MACs, M", "torch, ms", "onnxruntime, ms", "torch, x",
               "onnxruntime, x", "faster of both, x")  # fmt: skip
    return {
        batch: table(columns, [
            (name, f"{costs[name]['parameters'] / 1e6:.2f}", f"{costs[name]['macs'] / 1e6:.0f}",
             *(f"{at.loc[batch, name, each]['milliseconds']:.4g}" for each in RUNTIMES),
             *(f"{at.loc[batch, name, each]['speed']:.2f}" for each in RUNTIMES), f"{best[batch, name]:.2f}")
            for name in found
        ])
        for batch in BATCHES
    }  # fmt: skip


def main(turns: int) -> None:
    """Print a table a network and batch size."""
    print(f"{use_threads()} thread(s), {turns} turns, load {os.getloadavg()[0]:.1f}.")
    for title, model in MODELS.items():
        for batch, rows in compared(model, turns).items():
            print(f"\n{title}, batch {batch}; load {os.getloadavg()[0]:.1f}.\n\n{rows}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
