"""Optimisers, their parameter groups, and learning-rate schedules as factors of the base rate over epochs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

Group = dict[str, Any]


def new_optimizer(groups: Sequence[Group], recipe: Mapping[str, Any]) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum 0.9, or AdamW, as the recipe's `optimizer` says.

    Args:
        groups: Parameter groups; one without a rate of its own has the recipe's `lr`.
        recipe: `optimizer, lr`, and for AdamW `beta2`.
    """
    if recipe["optimizer"] == "sgd":
        return torch.optim.SGD(groups, lr=recipe["lr"], momentum=0.9, nesterov=True, fused=True)
    return torch.optim.AdamW(groups, lr=recipe["lr"], betas=(0.9, recipe["beta2"]), fused=True)


def parameter_groups(model: nn.Module, lr: float, weight_decay: float) -> list[Group]:
    """The trainable parameters in two groups: matrices and kernels decay, vectors do not."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "lr": lr, "weight_decay": weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "lr": lr, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def block_groups(model: nn.Module, block: str, lr: float, rest_lr: float, weight_decay: float) -> list[Group]:
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


def rate_factor(schedule: Mapping[str, Any], epoch: float, epochs: int) -> float:
    """The factor of the learning rate at a moment of the training.

    Args:
        schedule: `kind` and its parameters: `constant`; `step`, times `decay` after every `every`
            epochs (the paper's (q, dt)); `cosine`, linear from `start` over `warmup` epochs, then on
            a half cosine over the whole training down to `minimum`, which the last `cooldown` epochs keep.
        epoch: Epochs done so far, fractions included.
        epochs: Length of the training.

    Returns:
        The factor, in [0, 1].
    """
    if schedule["kind"] == "constant":
        return 1.0
    if schedule["kind"] == "step":
        return float(schedule["decay"] ** (int(epoch) // schedule["every"]))
    warmup, minimum = schedule["warmup"], schedule["minimum"]
    if epoch < warmup:
        return float(schedule["start"] + (1 - schedule["start"]) * epoch / warmup)
    done = min(epoch / (epochs - schedule["cooldown"]), 1.0)
    return float(minimum + (1 - minimum) * 0.5 * (1 + math.cos(math.pi * done)))
