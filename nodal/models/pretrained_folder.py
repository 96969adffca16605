"""Weights from a folder as `save_pretrained` of transformers writes it; nothing is unpickled."""

import json
import logging
import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import torch
from torch import Tensor, nn

from nodal.models.checkpoint import read_state_dict
from nodal.models.published import cast, same_names, same_shapes

log = logging.getLogger(__name__)

_OLD = "position_ids"  # 0, 1, 2, ...: earlier versions kept them with the weights


def load_folder(network: nn.Module, folder: Path, names: Sequence[str]) -> None:
    """Put the weights of a folder into a classifier of transformers, in place.

    Args:
        network: Built from the folder's `config.json`.
        folder: With `config.json` and `model.safetensors`.
        names: The labels of the data set. Where the folder names its own, these must be the same, and its
            outputs are put into their order; where it numbers them, it is taken as it is.

    Raises:
        ValueError: The weights have no classification head, their labels are others, or they do not fit: one
            line that names the first.
    """
    path, wanted = folder / "model.safetensors", network.state_dict()
    found = {name: value for name, value in read_state_dict(path).items() if not name.endswith(_OLD)}
    encoder = f"{network.base_model_prefix}."
    head = [name for name in wanted if not name.startswith(encoder)]
    if missing := [name for name in head if name not in found]:
        raise ValueError(
            f"{path} has no classification head (no {missing[0]}): train one and save the whole network"
        )
    same_names(path, set(found), set(wanted))
    found = cast(path, found, wanted)
    same_shapes(path, found, network)
    order = _order(folder / "config.json", names)
    if order is not None:
        for name in _last(network, head, len(names)):
            found[name] = found[name][order]
    network.load_state_dict(found)


def _order(path: Path, names: Sequence[str]) -> Tensor | None:
    """The folder's output of each label; None where it does not name them."""
    given = json.loads(path.read_text(encoding="utf-8")).get("id2label") or {}
    labels = [unicodedata.normalize("NFC", str(given[number])) for number in sorted(given, key=int)]
    if all(re.fullmatch("LABEL_[0-9]+", label) for label in labels):
        log.info("%s names no labels: they are taken in the order of the data set", path)
        return None
    for these, those, where in (
        (names, labels, "of the data set is none of its"),
        (labels, names, "is none of the data set's"),
    ):
        if unknown := [label for label in these if label not in those]:
            near = get_close_matches(unknown[0], those, n=1)
            hint = f" (there is {near[0]!r})" if near else ""
            raise ValueError(f"{path}: label {unknown[0]!r} {where}{hint}")
    if len(set(labels)) < len(labels):
        raise ValueError(f"{path}: names a label twice")
    log.info("%s: outputs are matched to labels by name", path)
    return torch.tensor([labels.index(name) for name in names])


def _last(network: nn.Module, head: Sequence[str], labels: int) -> list[str]:
    """Names of the parameters of the fully connected layer to the labels."""
    layers = [
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and module.out_features == labels and f"{name}.weight" in head
    ]
    return [name for name in head if name.rpartition(".")[0] == layers[-1]]
