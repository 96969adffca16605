"""The description as a program: what a user's file prints or refuses, and networks of several classes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nodal.architectures.stored import from_json
from nodal.models.describe import describe, sample_of
from tests.models.networks import SMALL, library

SOURCE = """
from torch import nn
print("imported")

class Five(nn.Linear):
    def forward(self, vectors):
        assert vectors.shape[1] == 5, "five are needed"
        return super().forward(vectors)

def talks(labels):
    print("built")
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, labels))

def refuses(labels):
    return nn.Sequential(Five(5, 6), nn.Linear(6, labels))
"""


def program(asked: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nodal.models.describe"],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def asked(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "my.py").write_text(SOURCE)
    model = {"family": "python", "file": str(tmp_path / "my.py"), "arguments": {}}
    return {"model": model, "sample": {"kind": "vectors", "shape": [4]}}


def test_what_a_users_file_prints_is_not_in_the_architecture(asked: dict[str, Any]) -> None:
    asked["model"]["function"] = "talks"
    done = program(asked)
    assert from_json(done.stdout).blocks == ("0",)
    assert done.stderr.split() == ["imported", "built"]


def test_a_network_that_refuses_the_inputs_is_a_line(asked: dict[str, Any]) -> None:
    asked["model"]["function"] = "refuses"
    done = program(asked)
    assert (done.returncode, done.stdout) == (1, "")
    said = "it does not run on {'kind': 'vectors', 'shape': [4]}: five are needed (AssertionError)"
    assert done.stderr.splitlines() == ["imported", said]


def test_of_several_classes_for_a_configuration_the_first_is_built() -> None:
    deit = library("transformers", "deit", image_size=32, patch_size=8, **SMALL)()
    assert describe(deit, sample_of("images", [3, 32, 32])).depth == 2


def test_a_convolution_beside_the_numbered_ones_stands_between_them() -> None:
    found = describe(library("timm", "nfnet_l0")(), sample_of("images", [3, 64, 64]))
    assert found.layers["stages.0.0.conv2.weight"].target == "conv2_out1"
    assert found.tap("conv2_out1").module == "stages.0.0.conv2b"
