"""Weights that others trained, put into a network under the network's own names (a CCT's are SHI-Labs')."""

import logging
import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from nodal.models.cct import sine_embedding
from nodal.models.checkpoint import read_state_dict

log = logging.getLogger(__name__)

_POSITION = "classifier.positional_emb"
_COMPILED = "_orig_mod."  # what torch.compile puts into names, before whatever was compiled
_COUNTER = "num_batches_tracked"  # decides nothing in a trained network, and old checkpoints lack it
_ROUNDING = 0.01  # of a sine, more than that of bfloat16


def load_published(network: nn.Module, path: str | Path) -> None:
    """Put published weights into a network, in place; what is altered on the way is said in the log.

    What stands before the name of every weight (`module.`, `model.`, ...) is taken off; entries without it
    are left. Other precisions are cast. A CCT's learnable position embedding for another number of tokens is
    interpolated (bicubic, as for vision transformers); its sine embedding is a function of that number, so
    the network keeps its own. Networks of other families need inputs of the checkpoint's size.

    Args:
        network: Of the checkpoint's architecture.
        path: See `read_state_dict`.

    Raises:
        ValueError: The file is no checkpoint, or its names, shapes or numbers are not the network's: one line
            that names the first.
    """
    wanted = network.state_dict()
    found = _bare_names(path, read_state_dict(path), wanted)
    fixed = _POSITION in wanted and not network.get_parameter(_POSITION).requires_grad
    if fixed:
        found.setdefault(_POSITION, wanted[_POSITION])
    same_names(path, set(found), set(wanted))
    found = cast(path, found, wanted)
    if _POSITION in wanted and found[_POSITION].ndim == 3:
        fit = _sine_position if fixed else _learnt_position
        found[_POSITION] = fit(path, found[_POSITION], wanted[_POSITION])
    same_shapes(path, found, network)
    network.load_state_dict(found)


def resized_position(embedding: Tensor, tokens: int) -> Tensor:
    """Interpolate a position embedding [1, N, width] of a square grid to [1, tokens, width].

    Raises:
        ValueError: One of the two is no square.
    """
    if embedding.shape[1] == tokens:
        return embedding
    old, new = math.isqrt(embedding.shape[1]), math.isqrt(tokens)
    if (old * old, new * new) != (embedding.shape[1], tokens):
        raise ValueError(
            f"a position embedding of {embedding.shape[1]} tokens cannot be interpolated to {tokens}, as both"
            " would have to be squares: take images of the size for which it was trained"
        )
    grid = embedding.reshape(1, old, old, -1).permute(0, 3, 1, 2)
    return interpolate(grid, size=(new, new), mode="bicubic").permute(0, 2, 3, 1).flatten(1, 2)


def _bare_names(
    path: str | Path, found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Take off what stands before every wanted name, and with it what does not bear it."""
    bare = {}
    for name, value in found.items():
        short = name.replace(_COMPILED, "")
        bare[name if short in found else short] = value
    ends = [(name, part.start()) for name in bare for part in re.finditer(r"[^.]+", name)]
    before = Counter(name[:at] for name, at in ends if name[at:] in wanted).most_common(2)
    equal = [prefix for prefix, count in before if count == before[0][1] > len(wanted) / 2]
    if len(equal) > 1:
        raise ValueError(
            f"{path} holds several networks, named {equal[0]!r} and {equal[1]!r}: save one of them"
        )
    prefix = before[0][0] if before else ""
    inside = {name.removeprefix(prefix): bare[name] for name in bare if name.startswith(prefix)}
    if prefix:
        left = ", ".join(name for name in bare if not name.startswith(prefix))
        log.info("%s: %r is taken off the names; left: %s", path, prefix, left or "nothing")
    counters = {name: value for name, value in wanted.items() if name.endswith(_COUNTER)}
    others = {name: value for name, value in inside.items() if name in wanted or not name.endswith(_COUNTER)}
    return counters | others


def same_names(path: str | Path, found: set[str], wanted: set[str]) -> None:
    """Raise a ValueError where a checkpoint has other names than the network."""
    for what, names in (("misses", wanted - found), ("has unexpected", found - wanted)):
        if names:
            first = sorted(names)[0]
            raise ValueError(f"{path} {what} {first} ({len(names)} such keys): it is of another architecture")


def cast(path: str | Path, found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors in the network's own precision.

    Raises:
        ValueError: One is of another kind, or not finite.
    """
    numbers = {}
    for name, value in found.items():
        dtype = wanted[name].dtype
        if (
            value.is_floating_point() != dtype.is_floating_point
            or value.is_meta
            or value.layout != torch.strided
        ):
            raise ValueError(
                f"{path}: {name} holds {value.dtype} ({value.layout}), the model needs plain {dtype}"
            )
        numbers[name] = value.to(dtype)
        if not numbers[name].isfinite().all():
            raise ValueError(f"{path}: {name} holds values that are not finite (in {dtype})")
    others = Counter(value.dtype for name, value in found.items() if value.dtype != wanted[name].dtype)
    for other, count in others.items():
        log.info("%s: %d tensors of %s are cast to the model's precision", path, count, other)
    return numbers


def _learnt_position(path: str | Path, embedding: Tensor, own: Tensor) -> Tensor:
    if embedding.shape[1] == own.shape[1]:
        return embedding
    if _is_sine(embedding):
        raise ValueError(
            f"{path}: {_POSITION} is the sine table of {embedding.shape[1]} tokens, which is made anew for"
            f" {own.shape[1]}, not interpolated: set model.position: sine"
        )
    try:
        resized = resized_position(embedding, own.shape[1])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    log.info("%s: %s interpolated from %d tokens to %d", path, _POSITION, embedding.shape[1], own.shape[1])
    return resized


def _sine_position(path: str | Path, embedding: Tensor, own: Tensor) -> Tensor:
    if not _is_sine(embedding):
        raise ValueError(f"{path}: {_POSITION} is learnt, not the sine table: set model.position: learnable")
    if embedding.shape[1] != own.shape[1]:
        log.info(
            "%s: %s made anew for %d tokens (it has %d)", path, _POSITION, own.shape[1], embedding.shape[1]
        )
    return own


def _is_sine(embedding: Tensor) -> bool:
    table = sine_embedding(*embedding.shape[1:])
    return torch.allclose(embedding.cpu(), table, rtol=0, atol=_ROUNDING)


def same_shapes(path: str | Path, found: Mapping[str, Tensor], network: nn.Module) -> None:
    """Raise a ValueError where a checkpoint has other shapes than the network."""
    other = {
        name: (list(found[name].shape), list(value.shape))
        for name, value in network.state_dict().items()
        if found[name].shape != value.shape
    }
    if not other:
        return
    name, (has, needs) = next(iter(other.items()))
    shapes = f"{name} is {has}, the model needs {needs}"
    if all(_has_other_outputs(network, each, *other[each]) for each in other):
        raise ValueError(f"{path} knows {has[0]} labels, the data set has {needs[0]} ({shapes})")
    raise ValueError(f"{path}: {shapes}")


def _has_other_outputs(network: nn.Module, name: str, has: list[int], needs: list[int]) -> bool:
    """Whether a fully connected layer differs in its outputs alone: none reads these, so they are labels."""
    layer = network.get_submodule(name.rpartition(".")[0])
    return isinstance(layer, nn.Linear) and has[1:] == needs[1:]
