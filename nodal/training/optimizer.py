"""Optimisers, their parameter groups, and learning-rate schedules as factors of the base rate over epochs."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from torch import nn

Group = dict[str, Any]


def new_optimizer(groups: Sequence[Group], recipe: Mapping[str, Any]) -> torch.optim.Optimizer:
    """SGD with Nesterov momentum 0.9, AdamW, or Muon beside AdamW, as the recipe's `optimizer` says.

    Args:
        groups: Parameter groups; one without a rate of its own has the recipe's `lr`.
        recipe: `optimizer, lr`, and for AdamW `beta2`.
    """
    if recipe["optimizer"] == "muon":
        return MuonAndAdamW(groups, recipe["lr"], recipe["beta2"])
    if recipe["optimizer"] == "sgd":
        return torch.optim.SGD(groups, lr=recipe["lr"], momentum=0.9, nesterov=True, fused=True)
    return torch.optim.AdamW(groups, lr=recipe["lr"], betas=(0.9, recipe["beta2"]), fused=True)


class MuonAndAdamW(torch.optim.Optimizer):
    """Torch's Muon and AdamW as one optimiser, each for groups of its own.

    Muon steps along the orthogonalised momentum of a matrix (Jordan et al. 2024), whose size is matched to
    AdamW's (arXiv 2502.16982), so that both have the same rate and weight decay.

    Args:
        groups: Parameter groups; those with `muon` true hold matrices alone.
        lr: Rate of groups without one.
        beta2: Of AdamW.
    """

    def __init__(self, groups: Sequence[Group], lr: float, beta2: float) -> None:
        super().__init__(groups, {"lr": lr})
        self._muon = torch.optim.Muon(self._own(muon=True), lr, adjust_lr_fn="match_rms_adamw")
        self._adamw = torch.optim.AdamW(self._own(muon=False), lr, betas=(0.9, beta2), fused=True)
        self._share()

    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step of both."""
        self._muon.step()
        self._adamw.step()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take a state as `state_dict` gives it."""
        super().load_state_dict(state_dict)
        self._share()

    def _own(self, *, muon: bool) -> list[Group]:
        return [group for group in self.param_groups if group.get("muon", False) == muon]

    def _share(self) -> None:
        """Both work on these groups and this state, which whoever sets rates or saves a training sees."""
        for each, muon in ((self._muon, True), (self._adamw, False)):
            each.param_groups, each.state = self._own(muon=muon), self.state


def parameter_groups(model: nn.Module, lr: float, weight_decay: float) -> list[Group]:
    """The trainable parameters in two groups: matrices and kernels decay, vectors do not."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "lr": lr, "weight_decay": weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "lr": lr, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def muon_groups(model: nn.Module, matrices: Collection[str], lr: float, weight_decay: float) -> list[Group]:
    """`parameter_groups`, with matrices of the blocks in a group of their own, marked for Muon.

    Args:
        model: The network.
        matrices: Names of weights; those that are no matrices, as kernels, stay where they are.
        lr: Learning rate of all.
        weight_decay: On matrices and kernels only.
    """
    named = [model.get_parameter(name) for name in matrices]
    chosen = {id(weight) for weight in named if weight.ndim == 2}
    groups = parameter_groups(model, lr, weight_decay)
    apart: list[nn.Parameter] = []
    for group in groups:
        apart += [each for each in group["params"] if id(each) in chosen]
        group["params"] = [each for each in group["params"] if id(each) not in chosen]
    return [*groups, {"params": apart, "lr": lr, "weight_decay": weight_decay, "muon": True}]


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
