"""How long networks take to answer, in torch and in onnxruntime, beside each other on one thread.

Timed in turns, and each turn's time is divided by that of the dense network in the same turn, so that other
jobs on the machine fall on both sides.
"""

import copy
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnxruntime
import torch
from torch import Tensor, nn

from benchmarks.timing import interleaved
from nodal.models.onnx_file import write_onnx

Answer = Callable[[], Any]


class SparseLinear(nn.Module):
    """A fully connected layer whose zeros are left out, row by row (CSR)."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight.detach().to_sparse_csr(), layer.bias

    def forward(self, tokens: Tensor) -> Tensor:
        """[..., in] -> [..., out]."""
        found = (self.weight @ tokens.flatten(0, -2).T).T.unflatten(0, tokens.shape[:-1])
        return found if self.bias is None else found + self.bias


def sparse(network: nn.Module) -> nn.Module:
    """A copy whose fully connected layers with zeros are `SparseLinear`."""
    network = copy.deepcopy(network)
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Linear) and (module.weight == 0).any():
            network.set_submodule(name, SparseLinear(module))
    return network


def latencies(
    networks: Mapping[str, nn.Module], images: Tensor, dense: str, repeats: int
) -> dict[str, dict[str, float]]:
    """Median seconds of a batch in each runtime, and how many times as fast as the dense network.

    Args:
        networks: By name, in evaluation mode.
        images: A batch of what they take.
        dense: The name of the network that the others are compared with.
        repeats: Turns.

    Returns:
        By name `torch`, `onnxruntime` (not of sparse weights, which it does not know), and for each
        `..._speed`, the median over the turns of the dense network's time over this one's.
    """
    with TemporaryDirectory() as folder, torch.inference_mode():
        works = _works(networks, images, Path(folder))
        for work in works.values():
            work()
        times = interleaved(works, repeats)
    found: dict[str, dict[str, float]] = {}
    for name, runtime in works:
        seconds, whole = (times[each, runtime].seconds for each in (name, dense))
        ratios = [one / other for one, other in zip(whole, seconds, strict=True)]
        found.setdefault(name, {})[runtime] = times[name, runtime].median
        found[name][f"{runtime}_speed"] = statistics.median(ratios)
    return found


def _works(networks: Mapping[str, nn.Module], images: Tensor, folder: Path) -> dict[tuple[str, str], Answer]:
    works: dict[tuple[str, str], Answer] = {}
    for name, network in networks.items():
        works[name, "torch"] = lambda network=network: network(images)
        if not any(isinstance(module, SparseLinear) for module in network.modules()):
            works[name, "onnxruntime"] = _in_onnxruntime(network, images, folder / f"{name}.onnx")
    return works


def _in_onnxruntime(network: nn.Module, images: Tensor, path: Path) -> Answer:
    sample = images if len(images) > 1 else images.repeat(2, *[1] * (images.ndim - 1))
    with torch.inference_mode(False):
        write_onnx(path, network, sample.clone())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    given = {"inputs": images.numpy()}
    return lambda: session.run(None, given)
