"""One training loop for pretraining, probing and retraining: readable in one sitting, resumable, seeded."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nodal.augment.preparation import split
from nodal.training.device import float32, is_on, mixed_precision
from nodal.training.optimizer import Group, new_optimizer, parameter_groups, rate_factor
from nodal.training.resume import load_state, save_state

log = logging.getLogger(__name__)

# Indices of a batch, or what was read of it, and the run's generator -> what the loss takes.
Batch = Callable[[Any, torch.Generator], tuple[Any, Tensor]]
# A batch -> (loss to minimise, share of correct answers), both scalars on the device.
Loss = Callable[[Any, Tensor], tuple[Tensor, Tensor]]
Record = dict[str, float]

_CHECK_EVERY = 100  # steps between two looks at the losses: each look waits for the device


@dataclass(frozen=True)
class Training:
    """What is trained, and on what.

    Attributes:
        model: The module whose state is saved and whose parameters are trained, in place.
        batch: Makes the inputs and targets of the given indices, or of what was read of them.
        loss: The loss and the share of correct answers of a batch.
        inputs: Number of training inputs.
        groups: Parameter groups with rates of their own; default `parameter_groups(model, ...)`.
        parts: Parts trained side by side, each clipped by itself; default the whole model as one.
        at_once: Most inputs whose gradients are computed at once (they are then `Prepared`); default all.
        after_step: Called after every optimiser step (a mask is re-applied there).
        read: Reads what lies at the given indices, perhaps on a disk: a batch ahead, on a thread.
    """

    model: nn.Module
    batch: Batch
    loss: Loss
    inputs: int
    groups: Sequence[Group] | None = None
    parts: Sequence[nn.Module] | None = None
    at_once: int | None = None
    after_step: Callable[[], None] | None = None
    read: Callable[[Tensor], Any] | None = None


def fit(
    training: Training, recipe: Mapping[str, Any], *, seed: int, state: Path | None = None
) -> list[Record]:
    """Train a model in place, going on from `state` where that file holds an unfinished training.

    Args:
        training: What is trained.
        recipe: `epochs, batch, optimizer, lr, beta2, weight_decay, clip, schedule, bf16, tf32`.
        seed: Seed of the order of the inputs, of the augmentation and of dropout.
        state: File of the side state; None keeps none.

    Returns:
        One record an epoch: epoch, loss, accuracy, images_per_second (the last is not reproducible).

    Raises:
        FloatingPointError: A loss was not finite; names the epoch and the step.
        ValueError: The batch is larger than the data.
    """
    model, inputs, batch = training.model, training.inputs, recipe["batch"]
    if batch > inputs:
        raise ValueError(f"batch: {batch} is larger than the training split of {inputs} inputs")
    groups = training.groups or parameter_groups(model, recipe["lr"], recipe["weight_decay"])
    optimizer = new_optimizer(groups, recipe)
    rates = [group["lr"] for group in optimizer.param_groups]
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    progress = load_state(state, model, optimizer, generator) if state else None
    history: list[Record] = progress["history"] if progress else []
    began, first = time.monotonic(), len(history)

    for epoch in range(first, recipe["epochs"]):
        history.append(_epoch(training, recipe, epoch, optimizer, rates, generator))
        _report(history[-1], recipe["epochs"], (time.monotonic() - began) / (epoch + 1 - first))
        if state is not None:
            save_state(state, model, optimizer, generator, {"history": history})
    return history


def _epoch(
    training: Training,
    recipe: Mapping[str, Any],
    epoch: int,
    optimizer: torch.optim.Optimizer,
    rates: Sequence[float],
    generator: torch.Generator,
) -> Record:
    """Take one step a batch, in a new random order; the record of the epoch."""
    start = time.monotonic()
    device = next(training.model.parameters()).device
    order = torch.randperm(training.inputs, generator=generator).to(device)
    steps = order.split(recipe["batch"])
    if len(steps[-1]) < recipe["batch"]:
        steps = steps[:-1]  # as usual in training: no step on a small rest
    losses, right = [], []
    for step, some in enumerate(_read_ahead(training.read, steps) if training.read else steps):
        factor = rate_factor(recipe["schedule"], epoch + step / len(steps), recipe["epochs"])
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        optimizer.zero_grad()
        value, correct = _gradients(*training.batch(some, generator), training, recipe)
        if recipe["clip"]:
            for part in training.parts or [training.model]:
                nn.utils.clip_grad_norm_(part.parameters(), recipe["clip"])
        optimizer.step()
        if training.after_step is not None:
            training.after_step()
        losses.append(value)
        right.append(correct)
        if step % _CHECK_EVERY == 0 or step == len(steps) - 1:
            _check_finite(losses, epoch)
    return {
        "epoch": epoch + 1,
        "loss": torch.stack(losses).mean().item(),
        "accuracy": torch.stack(right).float().mean().item(),
        "images_per_second": len(steps) * recipe["batch"] / (time.monotonic() - start),
    }


def _read_ahead(read: Callable[[Tensor], Any], steps: Sequence[Tensor]) -> Iterator[Any]:
    """What is read for each step; that of the next one while a step is taken."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(read, steps[0])
        for indices in steps[1:]:
            some, coming = coming.result(), thread.submit(read, indices)
            yield some
        yield coming.result()


def _gradients(
    inputs: Any, targets: Tensor, training: Training, recipe: Mapping[str, Any]
) -> tuple[Tensor, Tensor]:
    """Add up the gradients of a batch's mean loss over parts; its loss and share of correct answers."""
    size = len(targets)
    if training.at_once and training.at_once < size:
        size = -(-size // -(-size // training.at_once))  # parts as equal as can be
    pieces = (
        [(inputs, targets)]
        if size == len(targets)
        else zip(split(inputs, size), targets.split(size), strict=True)
    )
    totals = []
    for some, wanted in pieces:
        share = len(wanted) / len(targets)
        with float32(tf32=is_on(recipe["tf32"], targets.device)):
            with mixed_precision(recipe["bf16"], targets.device):
                value, correct = training.loss(some, wanted)
            (share * value).backward()
        totals.append((share * value.detach(), share * correct.detach()))
    values, rights = zip(*totals, strict=True)
    return torch.stack(values).sum(), torch.stack(rights).sum()


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
