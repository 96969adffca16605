"""From inputs as they lie in memory to what a network takes, whatever they are: images, tokens, vectors.

Inputs of a split are one tensor with a row an input. What a network takes is a tensor, or a mapping of them
by the keyword under which the network takes each.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from nodal.augment.pipeline import Augment

Prepared = Tensor | Mapping[str, Tensor]


class Preparation(Protocol):
    """What stands between the inputs of a data set and a network."""

    @property
    def random(self) -> bool:
        """Whether two calls can differ."""

    def plain(self, inputs: Tensor, /) -> Prepared:
        """Prepare inputs as for evaluation."""

    def __call__(self, inputs: Tensor, /, generator: torch.Generator) -> Prepared:
        """Prepare inputs for training; `generator` on the CPU makes all draws."""

    def mask(self, inputs: Tensor, /) -> Tensor | None:
        """Which positions of each input count, bool [B, T]; None: all of them."""


class Tokens:
    """Token ids int32 [B, T], -1 behind the end of each text: `input_ids` and `attention_mask`."""

    random = False

    def plain(self, inputs: Tensor) -> dict[str, Tensor]:
        """Ids, 0 behind the end, and the mask of what is before it, int64 [B, T] each."""
        return {"input_ids": inputs.clamp(min=0).long(), "attention_mask": self.mask(inputs).long()}

    def __call__(self, inputs: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Nothing is varied."""
        return self.plain(inputs)

    def mask(self, inputs: Tensor) -> Tensor:
        """Which positions hold a token, bool [B, T]."""
        return inputs >= 0


class Vectors:
    """Numbers float32 [B, ...], vectors or images that were normalised before, taken as they are."""

    random = False

    def plain(self, inputs: Tensor) -> Tensor:
        """The same numbers; a copy, as a network may write on them."""
        return inputs.clone()

    def __call__(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        """Nothing is varied; the rows of a batch are a copy already."""
        return inputs

    def mask(self, inputs: Tensor) -> None:
        """Every number counts."""


def preparation(
    inputs: Tensor, normalise: Any = "image", augment: Mapping[str, Any] | None = None
) -> Preparation:
    """The preparation that inputs of this kind need.

    Args:
        inputs: uint8 [N, 3, H, W] (images), int32 [N, T] (token ids) or float32 [N, ...] (taken as they are).
        normalise: How uint8 images are normalised.
        augment: How these are varied, as `Augment` takes it; what mixes several images is left to `Mix`.

    Raises:
        TypeError: The inputs are of another kind.
    """
    if inputs.dtype == torch.uint8:
        pixels = {key: value for key, value in (augment or {}).items() if key not in ("mixup", "cutmix")}
        return Augment(normalise, **pixels)
    if inputs.dtype == torch.int32 and inputs.ndim == 2:
        return Tokens()
    if inputs.dtype == torch.float32 and inputs.ndim >= 2:
        return Vectors()
    raise TypeError(
        f"inputs: {inputs.dtype} {list(inputs.shape)} where uint8 [N, 3, H, W] (images), int32 [N, T]"
        " (token ids) or float32 [N, ...] (taken as they are) is needed"
    )


def length(prepared: Prepared) -> int:
    """Number of prepared inputs."""
    return len(prepared if isinstance(prepared, Tensor) else next(iter(prepared.values())))


def split(prepared: Prepared, size: int) -> Iterator[Prepared]:
    """Prepared inputs in parts of at most so many."""
    if isinstance(prepared, Tensor):
        yield from prepared.split(size)
    else:
        for parts in zip(*(value.split(size) for value in prepared.values()), strict=True):
            yield dict(zip(prepared, parts, strict=True))
