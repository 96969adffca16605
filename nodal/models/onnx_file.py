"""A network as one ONNX file for any number of inputs at once, checked by the runtime that will run it."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor, nn

from nodal.augment.preparation import Prepared
from nodal.files.atomic import replacing
from nodal.models.features import forward, logits
from nodal.models.reading import read_only

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
    onnxruntime = _imported()
    named = {"inputs": sample} if isinstance(sample, Tensor) else dict(sample)
    arguments, keywords = ((sample,), None) if isinstance(sample, Tensor) else ((), named)
    batch = {0: torch.export.Dim.DYNAMIC}
    shapes = (batch,) if isinstance(sample, Tensor) else dict.fromkeys(named, batch)
    with replacing(path) as temporary, torch.no_grad(), read_only(network):
        try:
            torch.onnx.export(
                network, arguments, temporary, kwargs=keywords, input_names=list(named),
                output_names=["logits"], dynamo=True, dynamic_shapes=shapes, external_data=False,
                verbose=False,
            )  # fmt: skip
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise ValueError(f"{path}: the network cannot be exported: {said}") from error
        session = onnxruntime.InferenceSession(temporary, providers=["CPUExecutionProvider"])
        for some in (named, {name: value[:1] for name, value in named.items()}):
            given = some["inputs"] if isinstance(sample, Tensor) else some
            expected = logits(forward(network, given)).numpy()
            found = session.run(None, {name: value.numpy() for name, value in some.items()})[0]
            difference = np.abs(found - expected).max() / np.abs(expected).max()
            if not difference < _ROUNDING:
                raise ValueError(f"{path}: onnxruntime differs by {difference:.1g} of the largest logit")


def _imported() -> ModuleType:
    """The runtime; what torch's exporter needs comes with the same extra."""
    try:
        import_module("onnxscript")
        return import_module("onnxruntime")
    except ModuleNotFoundError as error:
        raise ValueError(f"{error}: pip install nodal[export]") from None
