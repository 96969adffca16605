"""The one in-memory form of every data set: inputs and integer labels of three splits."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nodal.files.dataset import label_names, vocabulary
from nodal.files.tensors import map_arrays, write_tensors

SPLITS = ("train", "heldout", "test")


@dataclass(frozen=True)
class Dataset:
    """Inputs and labels by split.

    Attributes:
        inputs: One tensor a split: uint8 [N, 3, H, W] images, int32 [N, T] token ids (-1 behind the end of a
            text), or float32 [N, D] vectors.
        labels: int64 [N] a split.
        names: Name of each label.
        superclass: Super-class of each label; empty where there is none.
        vocabulary: Of texts, the token of each id; else empty.
    """

    inputs: dict[str, Tensor]
    labels: dict[str, Tensor]
    names: tuple[str, ...]
    superclass: tuple[int, ...] = ()
    vocabulary: tuple[str, ...] = ()

    def save(self, path: str | Path) -> None:
        """Write one safetensors file.

        Raises:
            ValueError: A label has no input in a split.
        """
        for split, labels in self.labels.items():
            missing = (torch.bincount(labels, minlength=len(self.names)) == 0).nonzero().flatten().tolist()
            if missing:
                raise ValueError(
                    f"label {self.names[missing[0]]!r} has no input in the split {split}: each needs one"
                )
        tensors = {f"inputs.{split}": value for split, value in self.inputs.items()}
        tensors |= {f"labels.{split}": value for split, value in self.labels.items()}
        about: dict[str, Any] = {"names": self.names, "superclass": self.superclass}
        if self.vocabulary:
            about["vocabulary"] = self.vocabulary
        write_tensors(path, tensors, about)

    def shard(self, number: int, count: int) -> "Dataset":
        """The `number`-th of `count` parts of every split, from 1; together, in order, they are the whole.

        Raises:
            ValueError: A split has fewer inputs than there are parts.
        """
        for split, labels in self.labels.items():
            if len(labels) < count:
                raise ValueError(
                    f"shards: {count} where the split {split} has {len(labels)} inputs: take fewer"
                )

        def part(of: dict[str, Tensor]) -> dict[str, Tensor]:
            return {split: value.tensor_split(count)[number - 1] for split, value in of.items()}

        return replace(self, inputs=part(self.inputs), labels=part(self.labels))

    @staticmethod
    def load(
        path: str | Path, splits: Sequence[str] = SPLITS, device: str | torch.device = "cpu"
    ) -> "Dataset":
        """The named splits of a file that `save` wrote, on a device.

        On the CPU the inputs stay in the file, which may be larger than the memory: they cannot be written.
        """
        names, superclass = label_names(path)
        arrays = map_arrays(path, [f"{kind}.{split}" for kind in ("inputs", "labels") for split in splits])
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writable")  # nor is it written
            inputs = {split: torch.from_numpy(arrays[f"inputs.{split}"]).to(device) for split in splits}
        labels = {split: torch.tensor(arrays[f"labels.{split}"], device=device) for split in splits}
        return Dataset(inputs, labels, names, superclass, vocabulary(path))
