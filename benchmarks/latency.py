"""How long networks take to answer, in torch and in onnxruntime, beside each other on one thread.

What is timed is the processor's time: on one thread that of the clock where nothing else runs, and other jobs
do not count. The networks take turns, and each turn's time is divided by the dense network's in that turn.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnxruntime
import torch
from torch import Tensor, nn

from nodal.models.onnx_file import write_onnx

Answer = Callable[[], Any]
_RUNTIMES = ("torch", "onnxruntime")


def latencies(
    networks: Mapping[str, nn.Module], images: Tensor, batches: Sequence[int], dense: str, repeats: int
) -> dict[int, dict[str, dict[str, float]]]:
    """Median time of a batch in each runtime, and how many times as fast as the dense network.

    Args:
        networks: By name, in evaluation mode.
        images: What they take, as many as the largest batch.
        batches: The sizes of a batch.
        dense: The name of the network that the others are compared with.
        repeats: Turns.

    Returns:
        By batch and name `torch` and `onnxruntime` in milliseconds, for each
        `..._speed`, the median over the turns of the dense network's time over this one's, and
        `fastest_speed`, both in the runtime that is the faster one for it.
    """
    with TemporaryDirectory() as folder:
        sessions = {
            name: _session(network, images[:2], Path(folder) / f"{number}.onnx")
            for number, (name, network) in enumerate(networks.items())
        }
    return {batch: _compared(networks, sessions, images[:batch], dense, repeats) for batch in batches}


def _compared(
    networks: Mapping[str, nn.Module], sessions: Mapping[str, Any], images: Tensor, dense: str, repeats: int
) -> dict[str, dict[str, float]]:
    given = {"inputs": images.numpy()}
    works: dict[tuple[str, str], Answer] = {
        (name, "torch"): lambda network=network: network(images) for name, network in networks.items()
    } | {
        (name, "onnxruntime"): lambda session=session: session.run(None, given)
        for name, session in sessions.items()
    }
    with torch.inference_mode():
        for work in works.values():
            work()
        turns = [{key: _seconds(work) for key, work in works.items()} for _ in range(repeats)]
    found: dict[str, dict[str, float]] = {name: {} for name in networks}
    for name, runtime in works:
        found[name][runtime] = 1e3 * statistics.median(turn[name, runtime] for turn in turns)
        found[name][f"{runtime}_speed"] = statistics.median(
            turn[dense, runtime] / turn[name, runtime] for turn in turns
        )
    best = {name: min(each[runtime] for runtime in _RUNTIMES) for name, each in found.items()}
    for name, each in found.items():
        each["fastest_speed"] = best[dense] / best[name]
    return found


def _seconds(work: Answer) -> float:
    """The processor's time of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _session(network: nn.Module, sample: Tensor, path: Path) -> Any:
    write_onnx(path, network, sample)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
