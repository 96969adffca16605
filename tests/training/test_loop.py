"""The training loop: schedules, what is dropped, and what is an error."""

import math
import threading
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from nodal.training.loop import Training, fit
from nodal.training.optimizer import parameter_groups, rate_factor
from tests.conftest import RECIPE

COSINE = {"kind": "cosine", "warmup": 10, "cooldown": 10, "start": 1e-6 / 6e-4, "minimum": 1e-5 / 6e-4}


def linear(
    images: int, recipe: dict[str, Any], seen: list[Tensor] | None = None, bad: int = -1, **more: Any
) -> tuple[nn.Linear, list[dict[str, float]]]:
    """Fit a line; the loss of step `bad` (counted over all epochs) is nan."""
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    inputs = torch.randn(images, 2)
    steps = iter(range(10**9))

    def batch(indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if seen is not None:
            seen.append(indices.clone())
        return inputs[indices], inputs[indices].sum(1, keepdim=True)

    def loss(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        value = (model(x) - y).square().mean()
        return value * math.nan if next(steps) == bad else value, torch.tensor(0.5)

    return model, fit(Training(model, batch, loss, images, **more), RECIPE | recipe, seed=4)


@pytest.mark.parametrize(
    ("schedule", "epoch", "epochs", "expected"),
    [
        ({"kind": "constant"}, 7.5, 10, 1),
        ({"kind": "step", "decay": 0.8, "every": 10}, 9.99, 100, 1),
        ({"kind": "step", "decay": 0.8, "every": 10}, 10, 100, 0.8),
        ({"kind": "step", "decay": 0.8, "every": 10}, 35.5, 100, 0.512),
        (COSINE, 0, 310, 1 / 600),
        (COSINE, 5, 310, (1 + 1 / 600) / 2),
        (COSINE, 150, 310, 1 / 60 + (1 - 1 / 60) / 2),
        (COSINE, 300, 310, 1 / 60),
        (COSINE, 309, 310, 1 / 60),
        (COSINE | {"warmup": 0, "cooldown": 0, "minimum": 0}, 0, 8, 1),
        (COSINE | {"warmup": 0, "cooldown": 0, "minimum": 0}, 2, 8, 0.5 * (1 + math.cos(math.pi / 4))),
    ],
)
def test_rate_factor(schedule: dict[str, Any], epoch: float, epochs: int, expected: float) -> None:
    assert rate_factor(schedule, epoch, epochs) == pytest.approx(expected)


def test_the_published_schedule_never_leaves_its_range() -> None:
    factors = [rate_factor(COSINE, step / 10, 310) for step in range(3100)]
    assert 1 / 600 <= min(factors) <= max(factors) <= 1
    after = factors[100:]
    assert after == sorted(after, reverse=True)


def test_every_group_follows_the_schedule_from_its_own_rate() -> None:
    rates: list[list[float]] = []
    model = nn.Linear(2, 2)
    groups = [{"params": [model.weight], "lr": 0.5}, {"params": [model.bias], "lr": 0.1}]
    hook = register_optimizer_step_pre_hook(
        lambda optimizer, *_: rates.append([group["lr"] for group in optimizer.param_groups])
    )
    recipe = RECIPE | {"epochs": 4, "batch": 5, "schedule": {"kind": "step", "decay": 0.5, "every": 2}}
    batch = torch.ones(1, 2), torch.ones(1)
    try:
        training = Training(
            model, lambda *_: batch, lambda x, y: (model(x).sum(), y.mean()), 10, groups=groups
        )
        fit(training, recipe, seed=0)
    finally:
        hook.remove()
    assert rates == [[0.5, 0.1]] * 4 + [[0.25, 0.05]] * 4


def test_an_epoch_sees_every_image_once_but_a_small_rest() -> None:
    seen: list[Tensor] = []
    linear(23, {"batch": 5, "epochs": 3}, seen)
    assert [len(indices) for indices in seen] == [5] * 12
    epochs = [torch.cat(seen[start : start + 4]).tolist() for start in (0, 4, 8)]
    assert all(len(set(epoch)) == 20 and set(epoch) <= set(range(23)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_seed_decides_the_order() -> None:
    first, second = [], []
    a, _ = linear(20, {}, first)
    b, _ = linear(20, {}, second)
    torch.testing.assert_close(torch.cat(first), torch.cat(second), rtol=0, atol=0)
    torch.testing.assert_close(a.weight, b.weight, rtol=0, atol=0)


def test_batches_are_read_one_ahead_on_a_thread_and_train_alike() -> None:
    plain, order, ahead = [], [], []
    a, _ = linear(23, {"batch": 5, "epochs": 2}, plain)

    def read(indices: Tensor) -> Tensor:
        order.append(indices)
        assert threading.current_thread() is not threading.main_thread()
        return indices

    def after_step() -> None:
        ahead.append(len(order))

    seen: list[Tensor] = []
    b, _ = linear(23, {"batch": 5, "epochs": 2}, seen, read=read, after_step=after_step)
    torch.testing.assert_close(torch.cat(seen), torch.cat(plain), rtol=0, atol=0)
    torch.testing.assert_close(a.weight, b.weight, rtol=0, atol=0)
    assert all(done <= step + 1 for step, done in enumerate(ahead, 1))  # never more than one


def test_what_fails_while_it_is_read_ends_the_training() -> None:
    def read(indices: Tensor) -> Tensor:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        linear(20, {}, read=read)


def test_history_has_one_record_an_epoch() -> None:
    _, history = linear(20, {"epochs": 3, "lr": 0.05})
    assert [record["epoch"] for record in history] == [1, 2, 3]
    assert history[2]["loss"] < history[0]["loss"]
    assert all(record["accuracy"] == 0.5 and record["images_per_second"] > 0 for record in history)


@pytest.mark.parametrize(("bad", "epoch", "step"), [(0, 1, 1), (3, 1, 4), (9, 2, 5), (14, 3, 5)])
def test_a_loss_that_is_not_finite_is_an_error(bad: int, epoch: int, step: int) -> None:
    with pytest.raises(FloatingPointError, match=f"epoch {epoch}, step {step}:") as caught:
        linear(25, {"batch": 5, "epochs": 3}, bad=bad)
    assert "\n" not in str(caught.value)


def test_a_batch_larger_than_the_data_is_an_error() -> None:
    with pytest.raises(ValueError, match="batch: 26 is larger than the training split of 25 inputs"):
        linear(25, {"batch": 26})
    assert len(linear(25, {"batch": 25, "epochs": 1})[1]) == 1


def test_only_matrices_decay() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.LayerNorm(4), nn.Linear(4, 2))
    model[2].bias.requires_grad_(False)
    groups = parameter_groups(model, 0.1, 0.5)
    decay = {id(p): group["weight_decay"] for group in groups for p in group["params"]}
    assert decay == {
        id(model[0].weight): 0.5, id(model[2].weight): 0.5,
        id(model[0].bias): 0, id(model[1].weight): 0, id(model[1].bias): 0,
    }  # fmt: skip


@pytest.mark.parametrize("clip", [0.0, 0.01])
def test_clip_bounds_the_step_of_sgd(clip: float) -> None:
    recipe = {"optimizer": "sgd", "lr": 0.1, "weight_decay": 0.0, "clip": clip, "epochs": 1, "batch": 20}
    torch.manual_seed(0)
    before = nn.Linear(2, 1)
    model, _ = linear(20, recipe)
    moved = torch.cat(
        [(new - old).flatten() for new, old in zip(model.parameters(), before.parameters(), strict=True)]
    )
    # The first Nesterov step is lr * (1 + momentum) * gradient.
    assert (moved.norm().item() == pytest.approx(0.1 * 1.9 * 0.01, rel=1e-3)) == bool(clip)
