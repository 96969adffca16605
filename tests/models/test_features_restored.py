"""A model that was read is as it was: modes, statistics, hooks, attention's fast path, compiled code."""

import subprocess
import sys
from contextlib import nullcontext

import pytest
import torch
from torch import nn

from nodal.architectures.architecture import Tap
from nodal.models.features import check_taps, collect
from tests.models.test_features import IMAGES, hooks


@torch.no_grad()
@pytest.mark.parametrize("failing", [False, True])
def test_modes_statistics_and_the_fast_path_are_left_as_they_were(failing: bool) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Flatten(), nn.Linear(64, 2)
    )
    model.train()[2].eval()
    modes = [module.training for module in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    images = IMAGES[:, :2] if failing else IMAGES
    with pytest.raises(RuntimeError) if failing else nullcontext():
        collect(model, images, {"last": Tap("4", "output", "vector")})
    with pytest.raises(RuntimeError) if failing else nullcontext():
        check_taps(model, images, {"last": Tap("4", "output", "vector")})
    assert [module.training for module in model.modules()] == modes
    torch.testing.assert_close(dict(model.state_dict()), before, rtol=0, atol=0)
    assert hooks(model) == 0
    assert torch.backends.mha.get_fastpath_enabled()


@torch.no_grad()
def test_a_fast_path_that_was_off_stays_off() -> None:
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        collect(nn.Flatten(), IMAGES, {"last": Tap("", "output", "vector")})
        assert not torch.backends.mha.get_fastpath_enabled()
    finally:
        torch.backends.mha.set_fastpath_enabled(True)


@torch.no_grad()
@pytest.mark.parametrize("how", ["whole", "in place", "a part"])
def test_compiled_models_are_read_as_what_they_compile(how: str) -> None:
    torch.manual_seed(0)
    model: nn.Module = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(108, 4), nn.ReLU())).eval()
    taps = {"a": Tap("1.0", "output", "vector"), "b": Tap("1.1", "output", "vector")}
    expected = collect(model, IMAGES, taps)
    if how == "whole":
        model = torch.compile(model, backend="eager")
    elif how == "in place":
        model.compile(backend="eager")
    else:
        model[1] = torch.compile(model[1], backend="eager")
    model(IMAGES)  # compiled by now, without hooks
    check_taps(model, IMAGES, taps)
    torch.testing.assert_close(collect(model, IMAGES, taps), expected, rtol=0, atol=0)
    assert hooks(model) == 0


def test_to_read_a_model_imports_no_compiler() -> None:
    read = """
import sys
import torch
from nodal.models.reading import read_only
model = torch.nn.Linear(1, 1)
with read_only(model):
    model(torch.ones(1, 1))
sys.exit("torch._dynamo" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", read], check=False).returncode == 0
