"""What disjoint groups buy at full size: CCT-7/3x1 and VGG-16 at 32x32, 100 labels, four groups.

Random weights, as they decide no time. Beside the groups the dense network of half the width.

    OMP_NUM_THREADS=1 .venv/bin/python -m benchmarks.shipping
"""

import os
import sys

import torch
from torch import nn

from benchmarks.latency import latencies
from benchmarks.timing import table, use_threads
from nodal.architectures.families import architecture
from nodal.architectures.halved import halved
from nodal.models.build import build_for
from nodal.pruning.compact import compact
from nodal.pruning.cost import cost
from nodal.pruning.disjoint import disjoint_masks

LABELS, SIDE, GROUPS = 100, 32, 4
CCT = {"family": "cct", "kernel": 3, "width": 256, "depth": 7, "heads": 4, "mlp_ratio": 2}
VGG = {"family": "vgg", "widths": [64, 128, 256, 512, 512], "layers": [2, 2, 3, 3, 3], "hidden": [512, 512]}
MODELS = {"VGG-16": VGG, "CCT-7/3x1": CCT}


def networks(model: dict[str, object]) -> dict[str, nn.Module]:
    """The dense network of these settings and what it is compared with."""
    torch.manual_seed(0)
    dense = build_for(model, LABELS, SIDE).eval()
    shapes = {name: each.shape for name, each in dense.named_parameters()}
    masks = disjoint_masks(architecture(model), shapes, LABELS, GROUPS)
    sample = torch.randn(2, 3, SIDE, SIDE)
    return {
        "dense": dense,
        "groups": compact(dense, masks, sample).network,
        "half the width": build_for(halved(model), LABELS, SIDE).eval(),
    }


def main(repeats: int) -> None:
    """Print a table a batch size."""
    print(f"{use_threads()} thread, {repeats} turns, load {os.getloadavg()[0]:.1f}")
    for title, model in MODELS.items():
        compared = networks(model)
        costs = {name: cost(each, torch.randn(1, 3, SIDE, SIDE)) for name, each in compared.items()}
        images = torch.randn(64, 3, SIDE, SIDE)
        for batch, times in latencies(compared, images, (64, 1), "dense", repeats).items():
            rows = [
                (name, f"{costs[name]['nonzero'] / 1e6:.2f}", f"{costs[name]['macs'] / 1e6:.0f}",
                 *(f"{at[each]:.4g}" for each in ("torch", "onnxruntime")),
                 *(f"{at[f'{each}_speed']:.2f}" for each in ("torch", "onnxruntime", "fastest")))
                for name, at in times.items()
            ]  # fmt: skip
            columns = ("network", "non-zero, M", "MACs, M", "torch, ms", "onnxruntime, ms", "torch, x",
                       "onnxruntime, x", "faster of both, x")  # fmt: skip
            print(f"\n{title}, batch {batch}\n\n{table(columns, rows)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
