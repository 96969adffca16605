"""One training loop for pretraining, probing and retraining: readable in one sitting, resumable, seeded."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nodal.training.device import float32, is_on, mixed_precision
from nodal.training.resume import load_state, save_state
from nodal.training.schedule import rate_factor

log = logging.getLogger(__name__)

# Indices of a batch and the run's generator -> what the loss takes.
Batch = Callable[[Tensor, torch.Generator], tuple[Any, Tensor]]
# A batch -> (loss to minimise, share of correct answers), both scalars on the device.
Loss = Callable[[Any, Tensor], tuple[Tensor, Tensor]]
Group = dict[str, Any]

_CHECK_EVERY = 100  # steps between two looks at the losses: each look waits for the device


def fit(
    model: nn.Module,
    batch: Batch,
    loss: Loss,
    images: int,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    groups: Sequence[Group] | None = None,
    parts: Sequence[nn.Module] | None = None,
    at_once: int | None = None,
    after_step: Callable[[], None] | None = None,
    state: Path | None = None,
) -> list[dict[str, float]]:
    """Train a model in place, going on from `state` where that file holds an unfinished training.

    Args:
        model: The module whose state is saved and whose parameters are trained.
        batch: Makes the inputs and targets of the given indices.
        loss: The loss and the share of correct answers of a batch.
        images: Number of training images.
        recipe: `epochs, batch, optimizer, lr, beta2, weight_decay, clip, schedule, bf16, tf32`.
        seed: Seed of the order of the images, of the augmentation and of dropout.
        groups: Parameter groups with rates of their own; default `parameter_groups(model, ...)`.
        parts: Parts trained side by side, each clipped by itself; default the whole model as one.
        at_once: Most images whose gradients are computed at once (inputs are then a tensor); default all.
        after_step: Called after every optimiser step (a mask is re-applied there).
        state: File of the side state; None keeps none.

    Returns:
        One record an epoch: epoch, loss, accuracy, images_per_second (the last is not reproducible).

    Raises:
        FloatingPointError: A loss was not finite; names the epoch and the step.
        ValueError: The batch is larger than the data.
    """
    if recipe["batch"] > images:
        raise ValueError(f"batch: {recipe['batch']} is larger than the training split of {images} images")
    optimizer = _optimizer(groups or parameter_groups(model, recipe["lr"], recipe["weight_decay"]), recipe)
    rates = [group["lr"] for group in optimizer.param_groups]
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    progress = load_state(state, model, optimizer, generator) if state else None
    history: list[dict[str, float]] = progress["history"] if progress else []
    device = next(model.parameters()).device
    began, first = time.monotonic(), len(history)

    for epoch in range(first, recipe["epochs"]):
        start = time.monotonic()
        order = torch.randperm(images, generator=generator).to(device)
        steps = order.split(recipe["batch"])
        if len(steps[-1]) < recipe["batch"]:
            steps = steps[:-1]  # as usual in training: no step on a small rest
        losses, right = [], []
        for step, indices in enumerate(steps):
            factor = rate_factor(recipe["schedule"], epoch + step / len(steps), recipe["epochs"])
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            optimizer.zero_grad()
            value, correct = _gradients(*batch(indices, generator), loss, at_once, recipe)
            if recipe["clip"]:
                for part in parts or [model]:
                    nn.utils.clip_grad_norm_(part.parameters(), recipe["clip"])
            optimizer.step()
            if after_step is not None:
                after_step()
            losses.append(value)
            right.append(correct)
            if step % _CHECK_EVERY == 0 or step == len(steps) - 1:
                _check_finite(losses, epoch)
        seconds = time.monotonic() - start
        history.append(
            {
                "epoch": epoch + 1,
                "loss": torch.stack(losses).mean().item(),
                "accuracy": torch.stack(right).float().mean().item(),
                "images_per_second": len(steps) * recipe["batch"] / seconds,
            }
        )
        _report(history[-1], recipe["epochs"], (time.monotonic() - began) / (epoch + 1 - first))
        if state is not None:
            save_state(state, model, optimizer, generator, {"history": history})
    return history


def parameter_groups(model: nn.Module, lr: float, weight_decay: float) -> list[Group]:
    """The trainable parameters in two groups: matrices and kernels decay, vectors do not."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "lr": lr, "weight_decay": weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "lr": lr, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def _gradients(
    inputs: Any, targets: Tensor, loss: Loss, at_once: int | None, recipe: Mapping[str, Any]
) -> tuple[Tensor, Tensor]:
    """Add up the gradients of a batch's mean loss over parts; its loss and share of correct answers."""
    count = -(-len(targets) // (at_once or len(targets)))
    pieces = (
        [(inputs, targets)] if count == 1 else zip(inputs.chunk(count), targets.chunk(count), strict=True)
    )
    totals = []
    for some, wanted in pieces:
        share = len(wanted) / len(targets)
        with float32(tf32=is_on(recipe["tf32"], targets.device)):
            with mixed_precision(recipe["bf16"], targets.device):
                value, correct = loss(some, wanted)
            (share * value).backward()
        totals.append((share * value.detach(), share * correct.detach()))
    values, rights = zip(*totals, strict=True)
    return torch.stack(values).sum(), torch.stack(rights).sum()


def _optimizer(groups: Sequence[Group], recipe: Mapping[str, Any]) -> torch.optim.Optimizer:
    if recipe["optimizer"] == "sgd":
        return torch.optim.SGD(groups, lr=recipe["lr"], momentum=0.9, nesterov=True, fused=True)
    return torch.optim.AdamW(groups, lr=recipe["lr"], betas=(0.9, recipe["beta2"]), fused=True)


def _check_finite(losses: Sequence[Tensor], epoch: int) -> None:
    bad = (~torch.isfinite(torch.stack(list(losses)))).nonzero()
    if len(bad):
        raise FloatingPointError(
            f"the loss is not finite in epoch {epoch + 1}, step {int(bad[0]) + 1}: "
            "lower the learning rate, or set clip to bound the gradient"
        )


def _report(record: Mapping[str, float], epochs: int, seconds: float) -> None:
    log.info(
        "epoch %d/%d: loss %.4f, accuracy %.4f, %.0f images/s, %.0f s left",
        record["epoch"],
        epochs,
        record["loss"],
        record["accuracy"],
        record["images_per_second"],
        seconds * (epochs - record["epoch"]),
    )
