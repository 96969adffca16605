"""A network as one ONNX file for any number of inputs at once, checked by the runtime that will run it."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nodal.augment.preparation import Prepared, split
from nodal.files.atomic import replacing
from nodal.models.features import forward, logits
from nodal.models.reading import read_only

_INPUTS = "inputs"  # the name in the file of what has none in torch
_ROUNDING = 1e-4  # of the largest logit, in float32


def write_onnx(path: str | Path, network: nn.Module, sample: Prepared) -> None:
    """Write a network, and see that onnxruntime gives its logits; a file that does not is not kept.

    Args:
        path: The file.
        network: In float32.
        sample: What the network takes, two inputs or more, on the CPU.

    Raises:
        ValueError: It cannot be exported, onnxruntime gives other logits, or a package for it is missing.
    """
    _imported("onnx"), _imported("onnxscript")  # torch's exporter needs them
    with replacing(path) as temporary, torch.no_grad(), read_only(network):
        try:
            _export(temporary, network, sample)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise ValueError(f"{path}: the network cannot be exported: {said}") from error
        written = session(temporary, torch.get_num_threads())
        for some in (sample, next(split(sample, 1))):
            expected = logits(forward(network, some)).numpy()
            named = {_INPUTS: some} if isinstance(some, Tensor) else some
            found = written.run(None, {name: value.numpy() for name, value in named.items()})[0]
            difference = np.abs(found - expected).max() / np.abs(expected).max()
            if not difference < _ROUNDING:
                raise ValueError(f"{path}: onnxruntime differs by {difference:.1g} of the largest logit")


def session(path: str | Path, threads: int) -> Any:
    """What runs an ONNX file on so many threads of the CPU."""
    onnxruntime = _imported("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _export(path: str | Path, network: nn.Module, sample: Prepared) -> None:
    batch = {0: torch.export.Dim.DYNAMIC}
    if isinstance(sample, Tensor):
        given: dict[str, Any] = {"args": (sample,), "input_names": [_INPUTS], "dynamic_shapes": (batch,)}
    else:
        given = {"kwargs": dict(sample), "dynamic_shapes": dict.fromkeys(sample, batch)}
    torch.onnx.export(
        network, f=path, output_names=["logits"], dynamo=True, external_data=False, verbose=False, **given
    )


def _imported(package: str) -> ModuleType:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise ValueError(f"{error}: pip install nodal[export]") from None
