"""Reading checkpoints that others wrote: tensors by name, and nothing in the file is executed."""

import logging
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from torch.serialization import safe_globals

from nodal.files.tensors import DIGEST, read_tensors

log = logging.getLogger(__name__)

_USUAL = ("state_dict", "model", "model_state_dict")  # before running means and other copies of the weights
_DEEPEST = 4  # levels at which tensors are looked for: a pickle can hold itself
# What savers keep beside the weights: arguments, paths, NumPy's numbers. None of it is used.
_HARMLESS = (
    "argparse.Namespace",
    *(f"pathlib{local}.{system}Path" for local in ("", "._local") for system in ("Posix", "Windows")),
    *(f"numpy.{core}.multiarray.{make}" for core in ("core", "_core") for make in ("scalar", "_reconstruct")),
    *("numpy.dtype", "numpy.ndarray", "builtins.dict", "builtins.list", "builtins.int", "builtins.float"),
)
_TEXTS = {
    b"version https://git-lfs": "is a pointer of Git LFS, not the file itself: fetch it with `git lfs pull`",
    b"<": "is a web page, not the file itself: download the file that the page leads to",
    b"{": "is JSON, perhaps the index of a checkpoint in several parts: join the parts in one file",
}


_FOLDER = 0x10  # a flag of MS-DOS; for such a record torch gives whatever is in memory


class _Inert:
    """Stands in for a class in the file: takes whatever is given to it, and does nothing."""

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


def read_state_dict(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint by name, on the CPU; says in the log what else is there.

    Args:
        path: A file of safetensors or `torch.save` (but not of its first versions, a tar) that holds tensors
            by name, bare or further down; of several sets the first of `_USUAL` is taken.

    Raises:
        ValueError: The file is something else, damaged, or holds classes; one line that says what to do.
        OSError: It cannot be opened.
    """
    path = Path(path)
    _refuse_others(path)
    try:
        content, classes = _read(path)
    except Exception as error:  # a damaged file can bring an unpickler to anything
        raise ValueError(
            f"{path} was not loaded ({type(error).__name__}): it is damaged, cut short, or nothing that"
            " torch.save or safetensors wrote: fetch it again, or save a state_dict() with torch.save"
        ) from error
    if classes:
        whole = isinstance(content, _Inert)
        alone = "torch.load(file, weights_only=False)" + (".state_dict()" if whole else "['state_dict']")
        what = f"is a whole pickled {classes[0]}" if whole else f"holds objects of {', '.join(classes[:5])}"
        raise ValueError(
            f"{path} was not loaded: it {what}, whose code would run. If you trust the file, save its weights"
            f" alone: torch.save({alone}, 'weights.pth')"
        )
    return _tensors(path, content)


def _refuse_others(path: Path) -> None:
    """Name what is often found in the place of a checkpoint."""
    if path.is_dir():
        raise ValueError(f"{path} is a directory: name the file with the weights that lies in it")
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise ValueError(f"{path} is empty: fetch it again")
    for text, what in _TEXTS.items():
        # The length at the beginning of a safetensors file can look like text, but for its zeros.
        if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(text) and b"\0" not in start:
            raise ValueError(f"{path} {what}")


def _read(path: Path) -> tuple[Any, list[str]]:
    """The content of a file, and the classes in it that are more than harmless."""
    with path.open("rb") as file:
        start = file.read(9)
    if start[8:] == b"{":
        with safe_open(path, "pt") as tensors:
            ours = any(key.startswith(DIGEST) for key in tensors.metadata() or {})
            names = list(tensors.keys())
            return read_tensors(path) if ours else {name: tensors.get_tensor(name) for name in names}, []
    if start.startswith(b"PK"):
        _compare_checksums(path)
    classes: list[str] = []
    while True:
        try:
            return _unpickled(path, classes), classes
        except pickle.UnpicklingError as error:
            named = re.search(r"GLOBAL (\S+) (?:was not|whose)", str(error))
            if named is None and not classes:
                raise
            if named is None:  # legacy files keep modules as storages are kept
                return _Inert() if "persistent_load" in str(error) else None, classes
            # Torch leaves out `builtins`, and never gives way on modules of the system.
            name = named[1] if "." in named[1] else f"builtins.{named[1]}"
            if name in classes or "is blocked" in str(error):
                return None, [name]
            classes.append(name)


def _unpickled(path: Path, classes: list[str]) -> Any:
    inert = [(_Inert, name) for name in (*_HARMLESS, *classes)]
    # Torch fills no other mapping than a plain one.
    plain: list[tuple[Any, str]] = [(lambda *_: {}, "collections.defaultdict")]
    # Opened here, as torch goes by the name of a file.
    with path.open("rb") as file, safe_globals([*inert, *plain]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other protocols: they are read, or refused in our words
        return torch.load(file, map_location="cpu", weights_only=True)


def _compare_checksums(path: Path) -> None:
    """Torch itself does not look at the checksums in its files."""
    with zipfile.ZipFile(path) as archive:
        for record in archive.infolist():
            if record.external_attr & _FOLDER:
                raise zipfile.BadZipFile(record.filename)
            if record.CRC:  # 0 where the saver was told to leave it out
                with archive.open(record) as content:
                    while content.read(1 << 20):
                        pass


def _tensors(path: Path, content: Any) -> dict[str, Tensor]:
    """Choose among the sets of tensors in a checkpoint, and say which."""
    place: list[str] = []
    left, also = [], []
    while len(place) < _DEEPEST and (
        sets := [key for key, value in _items(content) if _holds_tensors(value)]
    ):
        chosen = next((key for key in _USUAL if key in sets), sets[0])
        if chosen not in _USUAL and len(sets) > 1:
            raise ValueError(
                f"{path} holds several networks ({', '.join(map(str, sets))}): save the one you mean alone"
            )
        place.append(str(chosen))
        also += [str(key) for key in sets if key != chosen]
        left += [str(key) for key, _ in _items(content) if key not in sets]
        content = content[chosen]
    found = {str(name): value for name, value in _items(content) if isinstance(value, Tensor)}
    if not found:
        raise ValueError(f"{path} holds no tensors by name: save the network's state_dict() with torch.save")
    left += [str(name) for name, _ in _items(content) if str(name) not in found]
    log.info(
        "%s: taken: %s (%d tensors)%s%s",
        path,
        ".".join(place) or "its top level",
        len(found),
        f"; left: {', '.join(left)}" if left else "",
        f"; also there: {', '.join(also)} (of several, {', '.join(_USUAL)} come first)" if also else "",
    )
    return found


def _items(content: Any) -> list[tuple[Any, Any]]:
    return list(content.items()) if isinstance(content, Mapping) else []


def _holds_tensors(content: Any, levels: int = _DEEPEST) -> bool:
    """Whether it is a mapping to tensors, or has one under a usual name."""
    return levels > 0 and any(
        isinstance(value, Tensor) or (key in _USUAL and _holds_tensors(value, levels - 1))
        for key, value in _items(content)
    )
