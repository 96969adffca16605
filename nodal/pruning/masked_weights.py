"""Masked weights: set to zero, and kept there."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Masks:
    """Boolean masks on named weights of a model; a masked weight is zero and stays so.

    Args:
        model: The network.
        masks: bool [out, in] by the name of the parameter it masks, [out, in, ...]: of a convolution whole
            kernels are masked. Biases stay.

    Raises:
        TypeError: A mask is not bool.
        ValueError: A mask names no parameter of the model or has another shape.
    """

    def __init__(self, model: nn.Module, masks: Mapping[str, Tensor]) -> None:
        parameters = dict(model.named_parameters())
        masks = {name: torch.as_tensor(mask) for name, mask in masks.items()}
        for name, mask in masks.items():
            if mask.dtype != torch.bool:
                raise TypeError(f"mask {name}: holds {mask.dtype} where torch.bool is needed")
            if name not in parameters or parameters[name].shape[: mask.ndim] != mask.shape:
                raise ValueError(f"mask {name} of shape {list(mask.shape)} fits no parameter of the model")
        self._pairs = [(parameters[name], _fitted(mask, parameters[name])) for name, mask in masks.items()]

    def apply(self) -> None:
        """Set the masked weights to zero: once to prune, then after every optimiser step."""
        with torch.no_grad():
            for weight, mask in self._pairs:
                weight.mul_(mask)


def _fitted(mask: Tensor, weight: Tensor) -> Tensor:
    """The mask on the weight's device, with as many dimensions as it."""
    return mask.to(weight.device).reshape(*mask.shape, *[1] * (weight.ndim - mask.ndim))
