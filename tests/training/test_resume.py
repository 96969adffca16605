"""A killed training goes on as if nothing had happened; a damaged side state is noticed."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nodal.data.dataset import Dataset
from nodal.training.loop import Training, fit
from nodal.training.optimizer import Group, muon_groups
from nodal.training.pretraining import pretrain
from tests.conftest import RECIPE, small_cct

Run = Callable[..., tuple[nn.Module, list[dict[str, float]]]]


class Killed(Exception):
    """Stands for the end of the process."""


class Stop:
    """An `after_step` that ends the process after so many steps."""

    def __init__(self, steps: int | None) -> None:
        self.left = steps

    def __call__(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


def groups_for(network: nn.Module, recipe: dict[str, Any], matrices: list[str]) -> list[Group] | None:
    """Those of Muon, which takes some matrices alone."""
    if recipe["optimizer"] != "muon":
        return None
    return muon_groups(network, matrices, recipe["lr"], recipe["weight_decay"])


def run_cct(data: Dataset) -> Run:
    """The small transformer with attention dropout, dropped paths, augmentation and mixing."""

    def run(
        state: Path | None, steps: int | None = None, **recipe: Any
    ) -> tuple[nn.Module, list[dict[str, float]]]:
        network = small_cct()
        augment = {"shift": 1, "erase": 0.3, "mixup": 0.8, "cutmix": 1.0}
        schedule = {"kind": "cosine", "warmup": 1, "cooldown": 0, "start": 0.1, "minimum": 0.0}
        all_of_it = RECIPE | {"augment": augment, "schedule": schedule, "batch": 20} | recipe
        groups = groups_for(network, all_of_it, ["classifier.blocks.0.linear1.weight"])
        history = pretrain(
            network, data, "image", all_of_it, seed=3, state=state, groups=groups, after_step=Stop(steps)
        )
        return network, history

    return run


def run_mlp(data: Dataset) -> Run:
    """A plain network with dropout and batch statistics, on numbers of its own."""

    def run(
        state: Path | None, steps: int | None = None, **recipe: Any
    ) -> tuple[nn.Module, list[dict[str, float]]]:
        torch.manual_seed(1)
        network = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
        inputs = torch.randn(60, 4)

        def batch(indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
            noise = torch.randn((len(indices), 4), generator=generator)
            return inputs[indices] + 0.1 * noise, inputs[indices, :2]

        def loss(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
            return (network(x) - y).square().mean(), torch.tensor(0.0)

        all_of_it = RECIPE | {"batch": 20} | recipe
        groups = groups_for(network, all_of_it, ["0.weight"])
        training = Training(network, batch, loss, 60, groups=groups, after_step=Stop(steps))
        history = fit(training, all_of_it, seed=3, state=state)
        return network, history

    return run


def without_speed(history: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{key: value for key, value in record.items() if key != "images_per_second"} for record in history]


def same(
    one: tuple[nn.Module, list[dict[str, float]]], other: tuple[nn.Module, list[dict[str, float]]]
) -> None:
    first, second = one[0].state_dict(), other[0].state_dict()
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert without_speed(one[1]) == without_speed(other[1])


@pytest.mark.parametrize("make", [run_cct, run_mlp])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd", "muon"])
@pytest.mark.parametrize("steps", [1, 3, 8])
def test_a_killed_training_ends_as_an_undisturbed_one(
    make: Callable[[Dataset], Run], optimizer: str, steps: int, data: Dataset, tmp_path: Path
) -> None:
    run, state = make(data), tmp_path / "folder" / "state"
    whole = run(None, optimizer=optimizer)
    with pytest.raises(Killed):
        run(state, steps, optimizer=optimizer)
    assert state.exists() == (steps >= 3)  # three steps are an epoch
    same(run(state, optimizer=optimizer), whole)
    same(run(state, steps=0, optimizer=optimizer), whole)  # finished: not a step more
    assert [each.name for each in state.parent.iterdir()] == ["state"]


def test_killed_again_and_again(data: Dataset, tmp_path: Path) -> None:
    run, state = run_cct(data), tmp_path / "state"
    for _ in range(3):
        with pytest.raises(Killed):
            run(state, 4)
    same(run(state), run(None))


def test_it_goes_on_from_where_it_was(data: Dataset, tmp_path: Path) -> None:
    run, state = run_mlp(data), tmp_path / "state"
    with pytest.raises(Killed):
        run(state, 7)
    run(state, 6)  # six of twelve steps were saved
    with pytest.raises(Killed):
        run(None, 11)


@pytest.mark.parametrize("damage", ["first", "early", "middle", "last", "cut", "empty", "longer"])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_a_damaged_state_is_noticed_and_the_training_starts_anew(
    damage: str, optimizer: str, data: Dataset, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run, state = run_mlp(data), tmp_path / "state"
    with pytest.raises(Killed):
        run(state, 8, optimizer=optimizer)
    blob = bytearray(state.read_bytes())
    position = {"first": 0, "early": 30, "middle": len(blob) // 2, "last": len(blob) - 1}.get(damage)
    if position is not None:
        blob[position] ^= 1
    blob = {"cut": blob[:-40], "empty": blob[:0], "longer": blob + b"\0"}.get(damage, blob)
    state.write_bytes(blob)
    with caplog.at_level(logging.WARNING):
        again = run(state, optimizer=optimizer)
    assert "damaged" in caplog.text
    assert str(state) in caplog.text
    same(again, run(None, optimizer=optimizer))


def test_a_whole_state_gives_no_warning(
    data: Dataset, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run, state = run_mlp(data), tmp_path / "state"
    with pytest.raises(Killed):
        run(state, 8)
    with caplog.at_level(logging.WARNING):
        run(state)
    assert not caplog.text


def test_a_state_folder_that_vanishes_harms_nothing(data: Dataset, tmp_path: Path) -> None:
    """Another job that trained the same has ended, and removed it."""
    run, state = run_mlp(data), tmp_path / "folder" / "state"
    with pytest.raises(Killed):
        run(state, 8)
    state.unlink()
    state.parent.rmdir()
    same(run(state), run(None))
