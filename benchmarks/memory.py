"""Peak memory of a piece of work, beyond what was held before it."""

import ctypes
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import torch

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_mib(work: Callable[[], object]) -> float | None:
    """Run the work once: MiB by which the resident set (or the GPU's memory) grew at most.

    None where the system does not tell (it takes Linux).
    """
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        work()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    if not RESET.exists():
        return None
    # What was freed goes back to the system first, or new arrays would be made of it unseen.
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    RESET.write_text("5")  # the high-water mark starts anew
    before = _resident("VmRSS")
    work()
    return (_resident("VmHWM") - before) / 2**10


def _resident(name: str) -> int:
    """A line of the status file, in KiB."""
    found = re.search(rf"{name}:\s+(\d+)", STATUS.read_text())
    assert found is not None
    return int(found[1])
