"""Safetensors files whose every tensor carries its SHA-256, and so does what they say of themselves.

A damaged one is never used silently.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from nodal.files.atomic import DamagedFile, replacing

if TYPE_CHECKING:
    from torch import Tensor

_RUNNING = ("running_mean", "running_var", "num_batches_tracked")
_MAPPED = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "F32": np.float32}
DIGEST = "sha256."  # before a tensor's name in the metadata; alone, of what else is there


def write_tensors(
    path: str | Path,
    tensors: "Mapping[str, NDArray[Any] | Tensor]",
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write arrays, or torch tensors on the CPU, whole or not at all.

    Args:
        path: The file.
        tensors: By name.
        about: What the file is about, kept as JSON values in its metadata.
    """
    arrays = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    # `ascontiguousarray` makes scalars one-dimensional.
    arrays = {name: value.reshape(np.shape(tensors[name])) for name, value in arrays.items()}
    digests = {f"{DIGEST}{name}": _digest(value) for name, value in arrays.items()}
    said = {key: json.dumps(value) for key, value in (about or {}).items()}
    digests[DIGEST] = _digest_of_about(said)
    with replacing(path) as temporary:
        save_file(arrays, temporary, metadata={**said, **digests})
        _order_metadata(temporary)


def read_arrays(path: str | Path, names: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file, or the named ones.

    Raises:
        DamagedFile: The file is damaged, or not one that `write_tensors` wrote.
    """
    return _read(path, names, "numpy")


def read_tensors(path: str | Path, names: Sequence[str] | None = None) -> "dict[str, Tensor]":
    """The same as torch tensors on the CPU."""
    return _read(path, names, "pt")


def map_arrays(path: str | Path, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The named arrays as they lie in the file: read-only, and in memory only where they are looked at.

    Raises:
        DamagedFile: As of `read_arrays`.
    """
    try:
        with safe_open(path, "numpy") as file:  # which does not say where an array lies
            digests: dict[str, str] = file.metadata() or {}
    except (SafetensorError, UnicodeDecodeError) as error:
        raise DamagedFile(path, str(error)) from error
    with Path(path).open("rb") as content:
        length = int.from_bytes(content.read(8), "little")
        header = json.loads(content.read(length))
    found: dict[str, NDArray[Any]] = {}
    for name in names:
        if name not in header:
            raise DamagedFile(path, f"it has no {name}")
        own = header[name]
        first = 8 + length + own["data_offsets"][0]
        found[name] = np.memmap(path, _MAPPED[own["dtype"]], "r", first, tuple(own["shape"]))
        _check(path, name, found[name], digests)
    return found


def parameter_count(path: str | Path) -> int:
    """Numbers in a network's state but for the running statistics of its batch norms; no tensor is read.

    Raises:
        DamagedFile: The file is damaged.
    """
    try:
        with safe_open(path, "numpy") as file:
            shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise DamagedFile(path, str(error)) from error
    return sum(math.prod(shape) for name, shape in shapes.items() if not name.endswith(_RUNNING))


def read_about(path: str | Path) -> dict[str, Any]:
    """What was kept with the tensors.

    Raises:
        DamagedFile: The file is damaged, or not one that `write_tensors` wrote.
    """
    try:
        with safe_open(path, "numpy") as file:
            metadata: dict[str, str] = file.metadata() or {}
        said = {key: value for key, value in metadata.items() if not key.startswith(DIGEST)}
        about = {key: json.loads(value) for key, value in said.items()}
    except (SafetensorError, ValueError) as error:
        raise DamagedFile(path, str(error)) from error
    digest = _digest_of_about(said)
    if metadata.get(DIGEST, digest) != digest:  # files of the first edition have none
        raise DamagedFile(path, "its header is not what was written")
    return about


def _read(path: str | Path, names: Sequence[str] | None, framework: str) -> dict[str, Any]:
    try:
        with safe_open(path, framework) as file:
            digests: dict[str, str] = file.metadata() or {}
            found = {name: file.get_tensor(name) for name in names or file.keys()}
    except (SafetensorError, UnicodeDecodeError) as error:
        raise DamagedFile(path, str(error)) from error
    for name, value in found.items():
        _check(path, name, np.asarray(value), digests)
    return found


def _check(path: str | Path, name: str, value: NDArray[Any], digests: Mapping[str, str]) -> None:
    if digests.get(f"{DIGEST}{name}") != _digest(value):
        raise DamagedFile(path, f"{name} is not what was written")


def _order_metadata(path: Path) -> None:
    """Sort the metadata in a file's header, which are written in any order: same content, same bytes."""
    with path.open("r+b") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        assert len(text) <= length, "the header would not fit in its place"
        file.seek(8)
        file.write(text.ljust(length))


def _digest(value: NDArray[Any]) -> str:
    content = hashlib.sha256(f"{value.dtype}{value.shape}".encode())
    content.update(np.ascontiguousarray(value).data)
    return content.hexdigest()


def _digest_of_about(said: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
