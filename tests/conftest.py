"""What the tests share: one thread, a small trained network, and factors of rank-one matrices."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor

from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.snp.matrix import Snp
from nodal.training.pretraining import pretrain
from tests.chain.workflow import TINY, Workflow

torch.set_num_threads(1)
settings.register_profile("nodal", deadline=None, max_examples=150)
settings.load_profile("nodal")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """The tiny workflow, run to its end."""
    workflow = Workflow(tmp_path_factory.mktemp("workflow") / "w", TINY)
    done = workflow.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return workflow


@pytest.fixture
def again(finished: Workflow) -> Iterator[Workflow]:
    """The finished workflow, brought back to its state after each test that edits it."""
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in _files(finished)}
    yield finished
    for path in _files(finished):
        if path not in before:
            path.unlink()
    for path, (content, changed) in before.items():
        if not path.exists() or path.stat().st_mtime_ns != changed or path.read_bytes() != content:
            path.write_bytes(content)
            os.utime(path, ns=(changed, changed))


def _files(workflow: Workflow) -> list[Path]:
    # What Snakemake remembers of each job (its parameters, its code) belongs to the state.
    return [
        path
        for path in workflow.folder.rglob("*")
        if path.is_file() and (".snakemake" not in path.parts or "metadata" in path.parts)
    ]


LABELS = 6
RECIPE = {
    "epochs": 4, "batch": 12, "optimizer": "adamw", "lr": 3e-3, "beta2": 0.99, "weight_decay": 0.01,
    "clip": 1.0, "smoothing": 0.1, "schedule": {"kind": "constant"},
    "augment": {"shift": 1, "mixup": 0.0, "cutmix": 0.0}, "bf16": "auto", "tf32": "auto", "compile": "auto",
}  # fmt: skip
PROBE = {**RECIPE, "lr": 1e-2, "clip": 0.0, "norm": "none", "bias": False, "pooling": "sequence"}
TAPS = cct({"depth": 2, "heads": 4}).taps  # of the small network

# Few distinct values make ties, zeros and sign changes common; the rest are any floats.
_element = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0]) | st.floats(-3, 3, width=32)
thresholds = st.sampled_from([0.05, 0.25, 0.3, 0.5, 0.9])


@st.composite
def factors(draw: Callable[..., np.ndarray], max_nodes: int = 4, max_labels: int = 9) -> Snp:
    """Factors of a few rank-one matrices."""
    shape = (draw(st.integers(1, max_nodes)), draw(st.integers(1, max_labels)))
    a, w = (draw(arrays(np.float32, shape, elements=_element)) for _ in range(2))
    if draw(st.integers(0, 5)) == 0:
        a, w = np.abs(a), -np.abs(w)  # no positive element
    return Snp(a, w)


def _images(seed: int, per_label: int) -> tuple[Tensor, Tensor]:
    """A noisy pattern a label, uint8 [N, 3, 12, 12]."""
    patterns = torch.randint(0, 256, (LABELS, 3, 12, 12), generator=torch.Generator().manual_seed(0))
    labels = torch.arange(LABELS).repeat(per_label)
    noise = torch.randint(-90, 91, (len(labels), 3, 12, 12), generator=torch.Generator().manual_seed(seed))
    return (patterns[labels] + noise).clamp(0, 255).to(torch.uint8), labels


@pytest.fixture(scope="session")
def data() -> Dataset:
    """6 labels; 60 training, 12 held-out and 30 test images, the last not the same number of each label."""
    parts = {"train": _images(1, 10), "heldout": _images(2, 2), "test": _images(3, 5)}
    kept = torch.ones(30, dtype=torch.bool)
    kept[[0, 6, 13]] = False
    parts["test"] = parts["test"][0][kept], parts["test"][1][kept]
    return Dataset(
        {split: part[0] for split, part in parts.items()},
        {split: part[1] for split, part in parts.items()},
        tuple("abcdef"),
        (0, 0, 0, 1, 1, 1),
    )


def small_cct(**changes: float) -> CCT:
    """Width 16, 2 blocks, 4 heads, 36 tokens; seeded."""
    torch.manual_seed(5)
    return CCT(image_size=12, labels=LABELS, width=16, depth=2, heads=4, **changes)


@pytest.fixture(scope="session")
def network(data: Dataset) -> CCT:
    """The small network, trained; tests must not change it."""
    trained = small_cct()
    pretrain(trained, data, "image", RECIPE, seed=0)
    return trained


@pytest.fixture(scope="session")
def plain() -> Augment:
    """Normalisation only."""
    return Augment()
