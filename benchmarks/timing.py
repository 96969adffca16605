"""What the benchmarks share: threads, interleaved timing, Markdown tables.

Other jobs come and go, so the ways to compare take turns, and both the best and the median time of each
are kept. `OMP_NUM_THREADS` (default 1) is the number of threads of torch and, as it is read when NumPy is
loaded, of NumPy's products.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

Result = TypeVar("Result")


@dataclass(frozen=True)
class Timing(Generic[Result]):
    """Seconds of repeated runs, and what the last of them returned."""

    seconds: tuple[float, ...]
    result: Result

    @property
    def best(self) -> float:
        """The shortest run: what the machine can do."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The middle run: what it did with the other jobs beside it."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.best:.3g} ({self.median:.3g})"


def use_threads() -> int:
    """Give torch as many threads as `OMP_NUM_THREADS` says; their number."""
    count = int(os.environ.get("OMP_NUM_THREADS", "1"))
    torch.set_num_threads(count)
    return count


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that a piece of work takes, the GPU's included, and what it returns."""
    start = time.perf_counter()
    result = work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start, result


def interleaved(works: Mapping[str, Callable[[], Result]], repeats: int = 3) -> dict[str, Timing[Result]]:
    """Time several pieces of work in turn, again and again, so that noise falls on all of them."""
    runs = [{name: timed(work) for name, work in works.items()} for _ in range(repeats)]
    return {name: Timing(tuple(run[name][0] for run in runs), runs[-1][name][1]) for name in works}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
