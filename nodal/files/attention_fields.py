"""How alike attention output fields and images are, on disk, and the few images that Figure 11 shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.files.parquet import read_frame, write_table
from nodal.files.tensors import read_about, read_arrays, write_tensors

_DEFINITIONS = {
    "network": "backbone, or andc: pruned by ANDC and retrained",
    "image": "index of the test image",
    "label": "its label",
    "predicted": "label with the largest logit",
    "head": "attention head whose mean field it is, counted from 1; 0: all heads",
    "owner": "head that its label belongs to; 0: none",
    "similarity": "correlation over the tokens of field and luminance of the image",
    "similarity_other": "the same field with the luminance of another image of the label; nan without one",
}


@dataclass(frozen=True)
class Similarity:
    """What one network does with N images; H attention heads, T tokens.

    Attributes:
        predicted: int64 [N], the label with the largest logit.
        maps: float32 [N, H + 1, T], the field at each token: of all heads together, then of each.
        luminance: float32 [N, T], of each image at each token: what the maps are compared with.
        own: float32 [N, H + 1], similarity of each map to its image.
        other: float32 [N, H + 1], to another image of the same label; nan where there is none.
    """

    predicted: NDArray[np.int64]
    maps: NDArray[np.float32]
    luminance: NDArray[np.float32]
    own: NDArray[np.float32]
    other: NDArray[np.float32]


def write_similarity(
    path: str | Path,
    networks: Mapping[str, Similarity],
    labels: NDArray[np.int64],
    owners: NDArray[np.int64],
    header: Mapping[str, Any],
) -> None:
    """Write one row a network, image and head.

    Args:
        path: The parquet file.
        networks: By name.
        labels: [N], of the images.
        owners: [N], head that the image's label belongs to, counted from 1; 0: none.
        header: Run, seed, tap, ...
    """
    frames = []
    for name, at in networks.items():
        image, head = np.indices(at.own.shape)
        columns = {
            "image": image, "label": labels[image], "predicted": at.predicted[image], "head": head,
            "owner": owners[image], "similarity": at.own, "similarity_other": at.other,
        }  # fmt: skip
        flat = {key: value.ravel() for key, value in columns.items()}
        frames.append(pd.DataFrame({"network": name, **flat}))
    table = pd.concat(frames, ignore_index=True)
    write_table(path, {name: table[name].to_numpy() for name in _DEFINITIONS}, _DEFINITIONS, header)


def read_similarity(path: str | Path) -> pd.DataFrame:
    """The table that `write_similarity` wrote."""
    return read_frame(path)


def write_examples(
    path: str | Path,
    networks: Mapping[str, Similarity],
    images: NDArray[np.uint8],
    owners: NDArray[np.int64],
    chosen: NDArray[np.int64],
    about: Mapping[str, Any],
) -> None:
    """Write the chosen images, their luminance and their maps as squares, [n, H + 1, side, side] a network.

    Args:
        path: The safetensors file.
        networks: By name.
        images: uint8 [N, 3, S, S].
        owners: [N], as for `write_similarity`.
        chosen: [n], indices of the images to show.
        about: Why each was chosen, its label, ...
    """
    tensors: dict[str, NDArray[Any]] = {"images": images[chosen], "owner": owners[chosen]}
    for name, at in networks.items():
        side = round(at.maps.shape[-1] ** 0.5)
        tensors["luminance"] = at.luminance[chosen].reshape(len(chosen), side, side)  # the same for all
        tensors[f"maps.{name}"] = at.maps[chosen].reshape(*at.own[chosen].shape, side, side)
        tensors[f"similarity.{name}"] = at.own[chosen]
    write_tensors(path, tensors, about)


def read_examples(path: str | Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What `write_examples` wrote: arrays by name, and what is said about them."""
    return read_arrays(path), read_about(path)
