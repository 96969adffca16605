"""Networks with masked weights: applying a mask, keeping it, and what is left of the accuracy."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Masks:
    """Boolean masks on named weights of a model; a masked weight is zero and stays so.

    Args:
        model: The network.
        masks: bool [out, in] by the name of the parameter it masks; biases stay.

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
            if name not in parameters or parameters[name].shape != mask.shape:
                raise ValueError(f"mask {name} of shape {list(mask.shape)} fits no parameter of the model")
        self._pairs = [(parameters[name], mask.to(parameters[name].device)) for name, mask in masks.items()]

    def apply(self) -> None:
        """Set the masked weights to zero: once to prune, then after every optimiser step."""
        with torch.no_grad():
            for weight, mask in self._pairs:
                weight.mul_(mask)


def block_groups(
    model: nn.Module, block: str, lr: float, rest_lr: float, weight_decay: float
) -> list[dict[str, object]]:
    """Parameter groups of the paper's retraining: one rate for the pruned block, another for the rest.

    Args:
        model: The pruned network.
        block: Prefix of the pruned block's parameters.
        lr: Learning rate of the block.
        rest_lr: Learning rate of all else.
        weight_decay: On matrices only, in both.

    Raises:
        ValueError: The model has no such block.
    """
    if not any(name.startswith(f"{block}.") for name, _ in model.named_parameters()):
        raise ValueError(f"block: the model has no parameters under {block!r}")
    groups = []
    for rate, inside in ((lr, True), (rest_lr, False)):
        for decay, matrices in ((weight_decay, True), (0.0, False)):
            members = [
                p
                for name, p in model.named_parameters()
                if p.requires_grad and name.startswith(f"{block}.") == inside and (p.ndim >= 2) == matrices
            ]
            groups.append({"params": members, "lr": rate, "weight_decay": decay})
    return groups
