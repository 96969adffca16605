"""`import nodal` is light, its names are typed, and its rooms stay modules."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

USER = """
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from torch import nn

import nodal
from nodal.study.results import Clusters, Heads, SignalToNoise


def mine(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    study: nodal.Study = nodal.study(
        model,
        (images, labels),
        (images.numpy(), labels),
        taps={
            "a": "blocks.1",
            "b": nodal.Input("blocks.1.norm"),
            "c": nodal.Output("blocks.1"),
            "d": nodal.Tap("blocks.1", "output", heads=4),
        },
        recipe={"epochs": 2},
        seed=1,
        device="cpu",
    )
    at: nodal.TapStudy = study["a"]
    groups: Clusters = at.clusters(0.3)
    names: list[list[str]] = groups.labels(48)
    ratio: SignalToNoise = at.snr(0.3)
    heads: Heads = at.heads(4, ratio=2)
    tables: list[pd.DataFrame] = [
        study.table(0.3), study.accuracies, groups.frame(), ratio.frame(), heads.frame(),
    ]
    axes: list[Axes] = [at.plot(48), groups.plot(48), ratio.plot(), heads.plot()]
    masks: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]] = study.masks("a", threshold=0.4)
    nodal.prune(model, masks).apply()
    depth: int = nodal.describe(model, images[:2]).depth
    return ratio.own["snr"] + depth + heads.p + len(names) + len(tables) + len(axes)
"""


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_importing_nodal_loads_no_torch_and_its_names_do() -> None:
    program = """
import sys, nodal
names = dir(nodal)
assert not {"torch", "numpy", "pandas"} & set(sys.modules)
import nodal.study.data, nodal.snp.clusters
assert callable(nodal.study) and not isinstance(nodal.study, type(sys))
assert nodal.snp.clusters.clusters
for name in names:
    getattr(nodal, name)
assert "torch" in sys.modules
print(*names)
"""
    done = run("-c", program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "Input", "Output", "Study", "Tap", "TapStudy", "compact", "describe", "load", "masks_of", "prune",
        "save", "study", "write_onnx",
    ]  # fmt: skip


def test_a_script_of_a_user_is_typed(tmp_path: Path) -> None:
    """And a wrong one is not: types that are all `Any` would take everything."""
    for name, text in (("right", USER), ("wrong", USER.replace("at.heads(4, ratio=2)", 'at.heads("four")'))):
        (tmp_path / f"{name}.py").write_text(text)
    # Silent on nodal itself, as on what is installed.
    strict = ["-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    shared = [*strict, "--cache-dir", str(tmp_path / "cache")]
    right, wrong = (run(*shared, str(tmp_path / f"{name}.py")) for name in ("right", "wrong"))
    assert right.returncode == 0, right.stdout + right.stderr
    assert 'Argument 1 to "heads" of "TapStudy" has incompatible type "str"' in wrong.stdout
