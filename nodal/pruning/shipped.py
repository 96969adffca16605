"""A network of any shape as one safetensors file, with the settings that rebuild it.

A compacted network is that of its settings with some layers in the place of others, so the file says what
each layer is. Nothing in it is run: a kind of layer is a name of the table below.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nodal.files.atomic import DamagedFile
from nodal.files.tensors import read_about, read_tensors, write_tensors
from nodal.models.build import build_for, cpu_state
from nodal.models.csr import CsrConv2d, CsrLinear
from nodal.models.grouped import GroupedLinear, Reordered
from nodal.models.linear import Linear
from nodal.models.slim_attention import Constant, SlimAttention, SlimSelfAttention
from nodal.pruning.masked_weights import Masks, masks_of

_MASK = "mask:"  # before the name of a masked parameter

# The attributes from which each kind of layer is built, by keyword.
_LINEAR = ("in_features", "out_features", "bias")
_CONVOLUTION = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
                "bias", "padding_mode")  # fmt: skip
_NORM = ("num_features", "eps", "momentum", "affine", "track_running_stats")
_CSR = ("in_channels", "out_channels", "nonzero", "kernel_size", "stride", "padding", "dilation", "bias")
_ATTENTION = ("width", "heads", "matched", "mixed", "scale", "bias")
_KINDS: dict[str, tuple[type[nn.Module], tuple[str, ...]]] = {
    "Linear": (Linear, _LINEAR),
    "torch.Linear": (nn.Linear, _LINEAR),
    "torch.Conv2d": (nn.Conv2d, _CONVOLUTION),
    "torch.BatchNorm1d": (nn.BatchNorm1d, _NORM),
    "torch.BatchNorm2d": (nn.BatchNorm2d, _NORM),
    "GroupedLinear": (GroupedLinear, (*_LINEAR, "groups")),
    "CsrLinear": (CsrLinear, ("in_features", "out_features", "nonzero", "bias")),
    "CsrConv2d": (CsrConv2d, _CSR),
    "Reordered": (Reordered, ("inner", "read", "made", "dimension")),
    "SlimAttention": (SlimAttention, _ATTENTION),
    "SlimSelfAttention": (SlimSelfAttention, _ATTENTION),
    "Constant": (Constant, ("width", "paired")),
}


def save(
    path: str | Path, network: nn.Module, model: Mapping[str, Any], labels: int, size: int, tokens: int = 0
) -> None:
    """Write a network and what rebuilds it; its masks, too, where it has any.

    Args:
        path: The safetensors file.
        network: A network of the settings, compacted or not.
        model: Its settings, as under `model` of a run: `family` and what belongs to it.
        labels: Number of labels.
        size: Side of the images, or length of the texts.
        tokens: Size of the vocabulary, of texts.
    """
    modules = {name: spec for name, module in network.named_modules() if name and (spec := _spec(module))}
    about = {"model": dict(model), "labels": labels, "size": size, "tokens": tokens, "modules": modules}
    masks = {f"{_MASK}{name}": mask.cpu() for name, mask in masks_of(network).items()}
    write_tensors(path, cpu_state(network) | masks, about)


def load(path: str | Path, network: nn.Module | None = None) -> nn.Module:
    """The network of a file that `save` wrote: a plain module of torch in evaluation mode.

    Args:
        path: The safetensors file.
        network: A new network of those settings, changed in place; needed where they name a Python file,
            which is not run.

    Raises:
        ValueError: The file holds no network, or names a Python file and there is no `network`.
        DamagedFile: The file is damaged.
    """
    about = read_about(path)
    if "modules" not in about:
        raise ValueError(f"{path} says not of what layers the network is: it is none that nodal.save wrote")
    if network is None:
        if about["model"]["family"] == "python":
            raise ValueError(f"{path}: its network is made by a Python file: give it as `network`")
        network = build_for(*(about[key] for key in ("model", "labels", "size", "tokens")))
    for name, spec in about["modules"].items():
        network.set_submodule(name, _layer(path, spec))
    tensors = read_tensors(path)
    masks = {name: tensors.pop(name) for name in list(tensors) if name.startswith(_MASK)}
    network.load_state_dict(tensors, assign=True)  # as wide as they were written
    Masks(network, {name.removeprefix(_MASK): mask for name, mask in masks.items()})
    return network.eval()


def _spec(module: nn.Module) -> dict[str, Any] | None:
    """What a layer is, as JSON; None of all that is as the settings say."""
    for kind, (known, attributes) in _KINDS.items():
        if type(module) is known:
            return {"kind": kind} | {name: _value(getattr(module, name)) for name in attributes}
    return None


def _value(value: Any) -> Any:
    if isinstance(value, nn.Module):
        return _spec(value)
    if isinstance(value, nn.Parameter):  # a bias
        return True
    if isinstance(value, Tensor):
        return value.tolist()
    return False if value is None else value


def _layer(path: str | Path, spec: Mapping[str, Any]) -> nn.Module:
    if spec["kind"] not in _KINDS:
        raise DamagedFile(path, f"there is no layer of the kind {spec['kind']!r}")
    given = {key: value for key, value in spec.items() if key != "kind"}
    if spec["kind"] == "Reordered":
        given["inner"] = _layer(path, given["inner"])
        given |= {key: torch.tensor(given[key]) for key in ("read", "made")}
    return _KINDS[spec["kind"]][0](**given)
