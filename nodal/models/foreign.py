"""Networks that others have written, with random weights: a library's, by name, or a user's own function.

Nothing is downloaded: a network's weights come from its constructor alone.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn


def build_foreign(settings: Mapping[str, Any], labels: int) -> nn.Module:
    """The freshly initialised network of another library, or of a user's file.

    Args:
        settings: `family`; `name` (of transformers a model type such as `bert`, or a folder with a
            `config.json`) or, where it is `python`, `file` and `function`; and `arguments`, by keyword.
        labels: Number of labels.

    Raises:
        ValueError: The family, name, file or function does not exist, the package is missing, or the
            arguments do not fit: one line.
    """
    family = settings["family"]
    if family not in _FAMILIES:
        raise ValueError(f"family: {family!r} where one of {', '.join(_FAMILIES)} is needed")
    network = _FAMILIES[family](settings, labels, dict(settings.get("arguments", {})))
    if not isinstance(network, nn.Module):
        raise ValueError(
            f"{settings.get('function', settings.get('name'))} gives {type(network).__name__}, not a network"
        )
    return network


def _torchvision(settings: Mapping[str, Any], labels: int, arguments: dict[str, Any]) -> Any:
    library = import_module("torchvision.models")
    name = settings["name"]
    classes = [each for each, value in vars(library).items() if isinstance(value, type)]
    if name in classes:  # as `VisionTransformer`, whose named sizes are fixed
        return _called(f"torchvision's {name}", vars(library)[name], arguments, {"num_classes": labels})
    _known(name, library.list_models(module=library), "torchvision")
    fixed = {"weights": None, "num_classes": labels}
    return _called(f"torchvision's {name}", library.get_model, arguments, fixed, name)


def _timm(settings: Mapping[str, Any], labels: int, arguments: dict[str, Any]) -> Any:
    library = _imported("timm")
    name = settings["name"]
    _known(name, library.list_models(), "timm")
    fixed = {"pretrained": False, "checkpoint_path": "", "num_classes": labels}
    with _offline():
        return _called(f"timm's {name}", library.create_model, arguments, fixed, name)


def _transformers(settings: Mapping[str, Any], labels: int, arguments: dict[str, Any]) -> Any:
    library = _imported("transformers")
    name = settings["name"]
    where, fixed = f"transformers' {name}", {"num_labels": labels}
    with _offline():
        if (Path(name) / "config.json").is_file():
            fixed |= {"local_files_only": True, "trust_remote_code": False}
            config = _called(where, library.AutoConfig.from_pretrained, arguments, fixed, name)
        else:
            _known(name, list(library.CONFIG_MAPPING), "transformers")
            # A configuration would keep any other argument and not use it.
            _accepted(where, arguments, list(signature(library.CONFIG_MAPPING[name]).parameters))
            config = _called(where, library.AutoConfig.for_model, arguments, fixed, name)
        for classifiers in (
            library.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING,
            library.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING,
        ):
            if type(config) in classifiers:
                found = classifiers[type(config)]  # of several classes, as DeiT has, the first
                return _called(where, found[0] if isinstance(found, tuple) else found, {}, {}, config)
    raise ValueError(f"{where} classifies neither images nor texts: choose another")


def _python(settings: Mapping[str, Any], labels: int, arguments: dict[str, Any]) -> Any:
    path, name = Path(settings["file"]), settings["function"]
    with _searched(path.resolve().parent):
        function = getattr(_module(path), name, None)
        if not callable(function):
            raise ValueError(f"{path} has no function {name!r}")
        return _called(f"{name} of {path}", function, arguments, {"labels": labels})


_FAMILIES: dict[str, Callable[[Mapping[str, Any], int, dict[str, Any]], Any]] = {
    "torchvision": _torchvision,
    "timm": _timm,
    "transformers": _transformers,
    "python": _python,
}


def _imported(package: str) -> ModuleType:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise ValueError(f"{error}: pip install nodal[families]") from None


def _known(name: str, names: list[str], library: str) -> None:
    if name not in names:
        near = ", ".join(get_close_matches(name, names, n=3)) or "nothing of a like name"
        raise ValueError(f"{library} has no {name!r}; there is {near}")


def _accepted(where: str, arguments: Mapping[str, Any], own: list[str]) -> None:
    for name in arguments:
        if name not in own:
            near = ", ".join(get_close_matches(name, own, n=3)) or "nothing of a like name"
            raise ValueError(f"{where} takes no argument {name!r}; there is {near}")


def _called(
    where: str, function: Callable[..., Any], arguments: Mapping[str, Any], fixed: Mapping[str, Any],
    *first: Any,
) -> Any:  # fmt: skip
    """What a constructor makes; whatever it raises becomes one line that names it."""
    for name in arguments:
        if name in fixed:
            raise ValueError(f"{where}: {name!r} is set by nodal and cannot be given")
    try:
        return function(*first, **arguments, **fixed)
    except Exception as error:
        raise ValueError(f"{where} cannot be built: {_said(error)}") from error


def _said(error: Exception) -> str:
    return f"{' '.join(str(error).split())} ({type(error).__name__})"


def _module(path: Path) -> ModuleType:
    """A user's file as a module."""
    name = f"user_network_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ValueError(f"{path} is no Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{path} cannot be imported: {_said(error)}") from error
    return module


@contextmanager
def _searched(folder: Path) -> Iterator[None]:
    """Imports find the modules of this folder first."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextmanager
def _offline() -> Iterator[None]:
    """Whatever a constructor asks of the hub is refused there and then."""
    hub: Any = import_module("huggingface_hub.constants")
    before = hub.HF_HUB_OFFLINE
    hub.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        hub.HF_HUB_OFFLINE = before
