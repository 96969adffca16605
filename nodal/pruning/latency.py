"""How long networks take to answer, in torch and in onnxruntime, beside each other in one process.

What is timed is the processor's time: on one thread that of the clock where nothing else runs, and other jobs
count as little as they can. The networks take turns, and each turn's time is divided by the dense network's
in that turn.
"""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from nodal.models.onnx_file import session

_AT_LEAST = 0.02  # seconds of work that are timed at once


def latencies(
    networks: Mapping[str, nn.Module],
    files: Mapping[str, Path],
    images: Tensor,
    batches: Sequence[int],
    dense: str,
    turns: int,
) -> pd.DataFrame:
    """Median time of a batch in each runtime, and how many times as fast as the dense network.

    Args:
        networks: By name, in evaluation mode.
        files: Their ONNX files, of those that have one.
        images: What they take, as many as the largest batch.
        batches: The sizes of a batch.
        dense: The name of the network that the others are compared with.
        turns: How often each is timed.

    Returns:
        `batch, network, runtime`; `milliseconds`, the median over the turns; `speed`, that of the dense
        network's time in the same runtime over this one's.
    """
    sessions = {name: session(path, torch.get_num_threads()) for name, path in files.items()}
    parts = [_at(size, networks, sessions, images[:size], dense, turns) for size in batches]
    return pd.concat(parts, ignore_index=True)


def fastest(found: pd.DataFrame, dense: str) -> pd.DataFrame:
    """The same with each network in the runtime that is the faster one for it, the dense one, too."""
    best = found.loc[found.groupby(["batch", "network"], sort=False)["milliseconds"].idxmin()]
    of_dense = best[best["network"] == dense].set_index("batch")["milliseconds"]
    return best.assign(speed=best["batch"].map(of_dense) / best["milliseconds"])


def _at(
    size: int,
    networks: Mapping[str, nn.Module],
    sessions: Mapping[str, Any],
    images: Tensor,
    dense: str,
    turns: int,
) -> pd.DataFrame:
    given = {"inputs": images.numpy()}
    works: dict[tuple[str, str], Callable[[], Any]] = {
        (name, "torch"): partial(network, images) for name, network in networks.items()
    }
    works |= {(name, "onnxruntime"): partial(each.run, None, given) for name, each in sessions.items()}
    with torch.inference_mode():
        for work in works.values():
            work()
        calls = {key: math.ceil(_AT_LEAST / max(_seconds(work, 1), 1e-6)) for key, work in works.items()}
        taken = [{key: _seconds(work, calls[key]) for key, work in works.items()} for _ in range(turns)]
    rows = [
        {
            **{"batch": size, "network": name, "runtime": runtime},
            "milliseconds": 1e3 * statistics.median(turn[name, runtime] for turn in taken),
            "speed": statistics.median(turn[dense, runtime] / turn[name, runtime] for turn in taken),
        }
        for name, runtime in works
    ]
    return pd.DataFrame(rows)


def _seconds(work: Callable[[], Any], calls: int) -> float:
    """The processor's time of a piece of work, the mean of so many calls."""
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls
