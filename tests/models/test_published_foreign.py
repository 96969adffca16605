"""Weights of other libraries' networks come in by the same reader, from both kinds of file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from nodal.models.features import forward, logits
from nodal.models.published import load_published
from tests.models.networks import NETWORKS, SMALL, library


@torch.no_grad()
@pytest.mark.parametrize("save", [torch.save, save_file], ids=["torch", "safetensors"])
@pytest.mark.parametrize("name", ["torchvision resnet18", "timm vit", "bert", "hf vit"])
def test_weights_come_in_whole(name: str, save: Callable[..., Any], tmp_path: Path) -> None:
    make, sample = NETWORKS[name]
    theirs, ours, inputs = make().eval(), make().eval(), sample()
    for buffer in theirs.buffers():
        if buffer.is_floating_point():
            buffer.uniform_(0.5, 1.5)
    wanted = logits(forward(theirs, inputs))
    assert not torch.equal(logits(forward(ours, inputs)), wanted)
    save(theirs.state_dict(), tmp_path / "weights")
    load_published(ours, tmp_path / "weights")
    assert torch.equal(logits(forward(ours, inputs)), wanted)


def test_another_network_and_another_size_are_refused_in_a_line(tmp_path: Path) -> None:
    torch.save(NETWORKS["torchvision resnet18"][0]().state_dict(), tmp_path / "resnet18.pth")
    with pytest.raises(ValueError, match=r"resnet18.pth misses .*: it is of another architecture$"):
        load_published(library("torchvision", "resnet34")(), tmp_path / "resnet18.pth")
    small = {"patch_size": 8, "depth": 2}
    torch.save(
        library("timm", "vit_tiny_patch16_224", img_size=32, **small)().state_dict(), tmp_path / "vit.pth"
    )
    with pytest.raises(
        ValueError, match=r"vit.pth: pos_embed is \[1, 17, 192\], the model needs \[1, 65, 192\]"
    ):
        load_published(library("timm", "vit_tiny_patch16_224", img_size=64, **small)(), tmp_path / "vit.pth")


def test_another_number_of_labels_is_said_as_such(tmp_path: Path) -> None:
    torch.save(NETWORKS["torchvision resnet18"][0]().state_dict(), tmp_path / "a.pth")
    other = library("torchvision", "resnet18")()
    other.fc = torch.nn.Linear(512, 7)
    with pytest.raises(
        ValueError, match=r"a.pth knows 5 labels, the data set has 7 \(fc.weight is \[5, 512\]"
    ):
        load_published(other, tmp_path / "a.pth")


def test_another_width_or_vocabulary_is_no_number_of_labels(tmp_path: Path) -> None:
    torch.save(torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Linear(6, 5)).state_dict(), tmp_path / "a")
    with pytest.raises(ValueError, match=r"a: 0.weight is \[6, 4\], the model needs \[7, 4\]$"):
        load_published(torch.nn.Sequential(torch.nn.Linear(4, 7), torch.nn.Linear(7, 5)), tmp_path / "a")
    torch.save(library("transformers", "bert", vocab_size=50, **SMALL)().state_dict(), tmp_path / "b")
    with pytest.raises(
        ValueError, match=r"b: bert.embeddings.word_embeddings.weight is \[50, 16\], the model"
    ):
        load_published(library("transformers", "bert", vocab_size=60, **SMALL)(), tmp_path / "b")
