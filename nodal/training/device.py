"""Where torch computes, and in which precision.

A switch is true, false, or `auto`: on where there is a GPU. On a CPU bfloat16 is emulated and slow, TF32
does not exist, and compiling takes longer than it saves on small networks.
"""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

Switch = bool | str


def best_device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def is_on(switch: Switch, device: torch.device) -> bool:
    """What a switch means on a device."""
    return device.type == "cuda" if switch == "auto" else bool(switch)


def compiles(switch: Switch, device: torch.device) -> bool:
    """Whether to use `torch.compile`, which needs a C compiler: `auto` does without where there is none.

    Raises:
        ValueError: It is asked for, and there is no C compiler.
    """
    compiler = any(map(shutil.which, ("cc", "gcc", "clang")))
    if switch is True and not compiler:
        raise ValueError("compile: there is no C compiler (cc, gcc, clang): install one, or set it to false")
    return compiler and is_on(switch, device)


def mixed_precision(bf16: Switch, device: torch.device) -> AbstractContextManager[object]:
    """bfloat16 autocast, or nothing."""
    return torch.autocast(device.type, torch.bfloat16) if is_on(bf16, device) else nullcontext()


@contextmanager
def float32(*, tf32: bool) -> Iterator[None]:
    """Multiply float32 numbers in TF32 (10 bits of mantissa), or exactly; as before afterwards.

    Convolutions would use TF32 by default.
    """
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]
