"""Where torch computes, and in which precision."""

from contextlib import AbstractContextManager, nullcontext

import torch


def best_device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """bfloat16 autocast on a GPU; plain float32 on a CPU, where bfloat16 is emulated and slow."""
    return torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()
