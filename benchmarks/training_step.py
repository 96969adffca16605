"""Training steps of CCT-7/3x1 as the workflow takes them: images a second, and the fraction of the peak.

    python -m benchmarks.training_step [--batch 128] [--images 12800] [--width 256]

Each line is a training of its own by `nodal.training.pretraining`, two epochs over random images, of which
the second is timed (so that compiling is not). The peak is that of a large product of bfloat16 matrices
measured in the same run (on a CPU of float32 ones, as PyTorch multiplies or as `nodal.models.linear` does).
Operations are
counted by torch, forward and backward, with the attention products.
"""

import argparse
import time
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.linear import as_convolution
from nodal.training.device import best_device
from nodal.training.pretraining import pretrain

LABELS, SIDE = 100, 32
NO_AUGMENT = {"mixup": 0.0, "cutmix": 0.0}
PUBLISHED = {
    "flip": True, "crop_scale": (0.8, 1.0), "randaugment": True, "erase": 0.25, "mixup": 0.8, "cutmix": 1.0,
}  # fmt: skip
RECIPE = {
    "epochs": 2, "optimizer": "adamw", "lr": 6e-4, "beta2": 0.999, "weight_decay": 0.06, "smoothing": 0.1,
    "clip": 0.0, "schedule": {"kind": "constant"}, "augment": NO_AUGMENT,
    "bf16": False, "tf32": False, "compile": False,
}  # fmt: skip
VARIANTS: dict[str, dict[str, Any]] = {
    "float32": {},
    "TF32": {"tf32": True},
    "bf16": {"bf16": True, "tf32": True},
    "bf16, compiled": {"bf16": True, "tf32": True, "compile": True},
    "bf16, compiled, published augmentation": {
        "bf16": True,
        "tf32": True,
        "compile": True,
        "augment": PUBLISHED,
    },
}
CPU_VARIANTS: dict[str, dict[str, Any]] = {
    "float32": {},
    "float32, compiled": {"compile": True},
    "float32, published augmentation": {"augment": PUBLISHED},
}


def peak(device: torch.device) -> float:
    """Operations a second of a large matrix product, the best of five."""
    size, kind = (8192, torch.bfloat16) if device.type == "cuda" else (1024, torch.float32)
    a, b = torch.randn(2, size, size, device=device, dtype=kind)
    ways = [lambda: a @ b]
    if device.type == "cpu":
        ways.append(lambda: as_convolution(a.unflatten(0, (16, -1)), b, None))
    best = float("inf")
    for product in ways * 5:
        start = time.perf_counter()
        product().sum().item()  # waits for the device
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best


def operations(network: CCT, device: torch.device) -> int:
    """Of one training image, forward and backward."""
    with FlopCounterMode(display=False) as counter:
        network(torch.randn(1, 3, SIDE, SIDE, device=device)).sum().backward()
    return counter.get_total_flops()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--images", type=int, default=12_800)
    parser.add_argument("--width", type=int, default=256)
    options = parser.parse_args()
    device = best_device()
    if device.type == "cpu":
        torch.set_num_threads(1)
    images = torch.randint(256, (options.images, 3, SIDE, SIDE), dtype=torch.uint8, device=device)
    labels = torch.arange(options.images, device=device) % LABELS
    data = Dataset({"train": images}, {"train": labels}, tuple(map(str, range(LABELS))))

    highest = peak(device)
    work = operations(CCT(image_size=SIDE, labels=LABELS, width=options.width).to(device), device)
    print(f"peak {highest / 1e12:.3g} TFLOP/s; {work / 1e9:.2f} GFLOP a training image")
    print("| training | images/s | of the peak | peak memory (GiB) |\n|---|---|---|---|")
    for name, changes in (VARIANTS if device.type == "cuda" else CPU_VARIANTS).items():
        torch.manual_seed(0)
        network = CCT(image_size=SIDE, labels=LABELS, width=options.width).to(device)
        memory = "-"
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        speed = pretrain(network, data, "image", RECIPE | {"batch": options.batch} | changes, seed=0)[-1][
            "images_per_second"
        ]
        if device.type == "cuda":
            memory = f"{torch.cuda.max_memory_allocated() / 2**30:.2f}"
        print(f"| {name} | {speed:.0f} | {100 * speed * work / highest:.0f} % | {memory} |", flush=True)


if __name__ == "__main__":
    main()
