"""Weights that others trained: SHI-Labs checkpoints of CCTs, read without running what is in them."""

import math
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import interpolate

_WRAPPERS = ("state_dict", "model", "model_state_dict")
_POSITION = "classifier.positional_emb"


def load_published(network: nn.Module, path: str | Path) -> None:
    """Put published weights into a network, in place.

    A position embedding for another number of tokens is interpolated (bicubic, as for vision transformers).

    Args:
        network: A CCT of the checkpoint's architecture.
        path: A safetensors file, or a file of `torch.save` that holds nothing but a state dict, bare or under
            `state_dict` or `model`, its keys bare or under `module.`.

    Raises:
        ValueError: The file is something else, or its keys or shapes are not the network's: names the first.
    """
    found, wanted = read_state_dict(path), network.state_dict()
    if _POSITION in found and _POSITION in wanted:
        found[_POSITION] = resized_position(found[_POSITION], wanted[_POSITION].shape[1])
    _same_names(path, set(found), set(wanted))
    for name, value in wanted.items():
        if found[name].shape != value.shape:
            raise ValueError(
                f"{path}: {name} is {list(found[name].shape)}, the model needs {list(value.shape)}"
            )
    network.load_state_dict(found)


def read_state_dict(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint by name, wrappers taken off; nothing in the file is executed."""
    try:
        content = (
            load_file(path)
            if Path(path).suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except (pickle.UnpicklingError, SafetensorError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise ValueError(
            f"{path} is no plain state dict and was not loaded ({type(error).__name__})"
        ) from error
    for wrapper in _WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
    if not isinstance(content, Mapping) or not all(isinstance(value, Tensor) for value in content.values()):
        raise ValueError(f"{path} is no plain state dict: it holds more than tensors by name")
    return {str(name).removeprefix("module."): value for name, value in content.items()}


def resized_position(embedding: Tensor, tokens: int) -> Tensor:
    """Interpolate a position embedding [1, N, width] of a square grid to [1, tokens, width]."""
    if embedding.shape[1] == tokens:
        return embedding
    old, new = math.isqrt(embedding.shape[1]), math.isqrt(tokens)
    grid = embedding.reshape(1, old, old, -1).permute(0, 3, 1, 2)
    return interpolate(grid, size=(new, new), mode="bicubic").permute(0, 2, 3, 1).flatten(1, 2)


def _same_names(path: str | Path, found: set[str], wanted: set[str]) -> None:
    for what, names in (("misses", wanted - found), ("has unexpected", found - wanted)):
        if names:
            first = sorted(names)[0]
            raise ValueError(f"{path} {what} {first} ({len(names)} such keys): it is of another architecture")
