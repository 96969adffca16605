"""Masked weights: set to zero, and kept there."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_ENDS = "_mask"  # ends the name of the buffer beside a masked parameter


class Masks:
    """Boolean masks on named weights of a model; a masked weight is zero and stays so.

    They lie beside the weights as buffers that the model's `state_dict` leaves out, so a copy of the model
    has them, too: `masks_of` finds them there.

    Args:
        model: The network.
        masks: bool [out, in] by the name of the parameter it masks, [out, in, ...]: of a convolution whole
            kernels are masked. Biases stay.

    Raises:
        TypeError: A mask is not bool.
        ValueError: A mask names no parameter of the model or has another shape.
    """

    def __init__(self, model: nn.Module, masks: Mapping[str, Tensor | NDArray[np.bool_]]) -> None:
        parameters = dict(model.named_parameters())
        tensors = {name: torch.as_tensor(mask) for name, mask in masks.items()}
        for name, mask in tensors.items():
            if mask.dtype != torch.bool:
                raise TypeError(f"mask {name}: holds {mask.dtype} where torch.bool is needed")
            if name not in parameters or parameters[name].shape[: mask.ndim] != mask.shape:
                raise ValueError(f"mask {name} of shape {list(mask.shape)} fits no parameter of the model")
        self._pairs = []
        for name, mask in tensors.items():
            owner, _, own = name.rpartition(".")
            mask = mask.to(parameters[name].device)
            model.get_submodule(owner).register_buffer(f"{own}{_ENDS}", mask, persistent=False)
            self._pairs.append((parameters[name], _fitted(mask, parameters[name])))

    def apply(self) -> None:
        """Set the masked weights to zero: once to prune, then after every optimiser step."""
        with torch.no_grad():
            for weight, mask in self._pairs:
                weight.mul_(mask)


def masks_of(model: nn.Module) -> dict[str, Tensor]:
    """The masks that lie beside a model's weights, by the name of the parameter."""
    parameters = dict(model.named_parameters())
    buffers = {name.removesuffix(_ENDS): mask for name, mask in model.named_buffers() if name.endswith(_ENDS)}
    return {name: mask for name, mask in buffers.items() if name in parameters}


def drop_masks(model: nn.Module) -> None:
    """Forget the masks beside a model's weights; zeros stay zero as long as nothing is trained."""
    for name in masks_of(model):
        owner, _, own = name.rpartition(".")
        delattr(model.get_submodule(owner), f"{own}{_ENDS}")


def _fitted(mask: Tensor, weight: Tensor) -> Tensor:
    """The mask with as many dimensions as the weight."""
    return mask.reshape(*mask.shape, *[1] * (weight.ndim - mask.ndim))
