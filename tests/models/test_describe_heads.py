"""Heads, depth and the user's own file, as they are found in networks that nobody described."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from nodal.architectures.architecture import BLOCK, Architecture
from nodal.architectures.cct import ATTENTION
from nodal.architectures.stored import from_json
from nodal.models.describe import describe
from nodal.models.dry_run import DryRun
from tests.models.networks import NETWORKS

# Heads of a block and the dotted name of their projection within it, by network.
HEADS = {
    "timm vit": (3, "attn.proj"),
    "bert": (4, "attention.output.dense"),
    "hf vit": (4, "attention.o_proj"),
}


def described(name: str) -> Architecture:
    torch.manual_seed(0)
    make, sample = NETWORKS[name]
    return describe(make(), sample())


@pytest.mark.parametrize("name", HEADS)
def test_the_heads_are_those_of_the_constructor_at_what_the_projection_takes(name: str) -> None:
    heads, projection = HEADS[name]
    found = described(name)
    assert found.head_taps() == [f"{ATTENTION}{number}" for number in (1, 2)]
    for block, tap in zip(found.blocks, map(found.tap, found.head_taps()), strict=True):
        assert (tap.module, tap.side, tap.layout) == (f"{block}.{projection}", "input", "tokens")
        assert (tap.kind, tap.heads) == (ATTENTION, heads)


@pytest.mark.parametrize("name", ["torchvision resnet18", "torchvision vit", "torchvision swin_t", "encoder"])
def test_heads_that_run_within_one_module_cannot_be_read(name: str) -> None:
    assert not described(name).head_taps()


@pytest.mark.parametrize("name", NETWORKS)
def test_blocks_are_numbered_as_they_run(name: str) -> None:
    make, sample = NETWORKS[name]
    model, inputs = make(), sample()
    found, run = describe(model, inputs), DryRun(model, inputs)
    began = [run.once[block].began for block in found.blocks]
    assert began == sorted(began)
    assert found.block_taps() == [f"{BLOCK}{number}" for number in range(1, found.depth + 1)]
    ended = [run.once[found.tap(tap).module].ended for tap in found.block_taps()]
    assert ended == sorted(ended)


def test_a_perceptron_has_its_layers_as_blocks() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 7), nn.ReLU(), nn.Linear(7, 5))
    found = describe(model, torch.linspace(-1, 1, 8).reshape(2, 4))
    assert found.blocks == ("0", "2")
    assert found.readout is not None
    assert found.readout.module == "4"
    read = {name: (tap.module, tap.side, tap.layout) for name, tap in found.taps.items()}
    assert read == {
        "block1": ("1", "output", "vector"),
        "linear_in1": ("0", "input", "vector"),
        "block2": ("3", "output", "vector"),
        "linear_in2": ("2", "input", "vector"),
    }
    ends = {weight: (layer.source, layer.target) for weight, layer in found.layers.items()}
    assert ends == {"0.weight": ("linear_in1", "block1"), "2.weight": ("linear_in2", "block2")}


SOURCE = """
from torch import nn

class Network(nn.Module):
    def __init__(self, labels, depth):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
        self.embed, self.head = nn.Linear(8, 16), nn.Linear(16, labels)
        self.encoder = nn.TransformerEncoder(layer, depth)

    def forward(self, vectors):
        return self.head(self.encoder(self.embed(vectors.unflatten(1, (-1, 8)))).mean(1))

def make(labels, depth):
    return Network(labels, depth)
"""


def test_an_encoder_from_a_users_file_is_described_by_the_program(tmp_path: Path) -> None:
    file = tmp_path / "my.py"
    file.write_text(SOURCE)
    model = {"family": "python", "file": str(file), "function": "make", "arguments": {"depth": 3}}
    done = subprocess.run(
        [sys.executable, "-m", "nodal.models.describe"],
        input=json.dumps({"model": model, "sample": {"kind": "vectors", "shape": [48]}}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = from_json(done.stdout)
    assert found.blocks == tuple(f"encoder.layers.{number}" for number in range(3))
    assert found.readout is not None
    assert found.readout.module == "head"
    kinds = {layer.kind for layer in found.layers_of(3).values()}
    assert kinds == {"linear1", "linear2"}
    assert {found.tap(name).layout for name in found.ends_of(3)} == {"tokens"}
