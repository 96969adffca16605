"""Published checkpoints come in by name, whole, and without running anything."""

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from nodal.models.cct import CCT
from nodal.models.published import load_published, resized_position


def small(**changes) -> CCT:
    return CCT(**{"image_size": 16, "labels": 5, "width": 16, "depth": 2, "heads": 2, "stride": 2} | changes)


@pytest.mark.parametrize(
    "wrap", [lambda d: d, lambda d: {"state_dict": d, "epoch": 3}, lambda d: {"model": d}]
)
@pytest.mark.parametrize("prefix", ["", "module."])
def test_wrapped_and_prefixed_state_dicts(tmp_path: Path, wrap, prefix: str) -> None:
    theirs, ours = small(), small()
    torch.save(
        wrap({prefix + name: value for name, value in theirs.state_dict().items()}), tmp_path / "a.pth"
    )
    load_published(ours, tmp_path / "a.pth")
    images = torch.randn(2, 3, 16, 16)
    assert torch.equal(ours.eval()(images), theirs.eval()(images))


def test_our_own_files(tmp_path: Path) -> None:
    theirs, ours = small(), small()
    save_file(theirs.state_dict(), tmp_path / "a.safetensors")
    load_published(ours, tmp_path / "a.safetensors")
    assert all(
        torch.equal(a, b)
        for a, b in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
    )


def test_position_embedding_of_another_size(tmp_path: Path) -> None:
    torch.save(small(image_size=32).state_dict(), tmp_path / "a.pth")
    ours = small()
    load_published(ours, tmp_path / "a.pth")
    assert ours.classifier.positional_emb.shape == (1, 16, 16)


def test_interpolation_keeps_a_constant_and_the_order_of_rows() -> None:
    ramp = torch.arange(4.0).repeat_interleave(4)[None, :, None].repeat(1, 1, 3)
    resized = resized_position(ramp, 64).reshape(8, 8, 3)
    torch.testing.assert_close(resized[:, 0], resized[:, 7])
    assert (resized[1:, 0, 0] >= resized[:-1, 0, 0]).all()
    torch.testing.assert_close(resized_position(torch.ones(1, 16, 2), 49), torch.ones(1, 49, 2))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("classifier.fc.bias"), "misses classifier.fc.bias"),
        (lambda d: d.update({"classifier.extra": torch.ones(1)}), "has unexpected classifier.extra"),
        (
            lambda d: d.update({"classifier.fc.weight": torch.ones(7, 16)}),
            r"classifier.fc.weight is \[7, 16\]",
        ),
        (lambda d: d.update({"classifier.fc.weight": "text"}), "more than tensors"),
    ],
)
def test_another_architecture_is_named(tmp_path: Path, change, said: str) -> None:
    state = dict(small().state_dict())
    change(state)
    torch.save(state, tmp_path / "a.pth")
    with pytest.raises(ValueError, match=said):
        load_published(small(), tmp_path / "a.pth")


class Evil:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


@pytest.mark.parametrize("dump", [pickle.dump, torch.save])
def test_a_pickle_is_not_executed(tmp_path: Path, dump) -> None:
    with open(tmp_path / "a.pth", "wb") as file:
        dump(Evil(f"touch {tmp_path / 'executed'}"), file)
    with pytest.raises(ValueError, match="was not loaded"):
        load_published(small(), tmp_path / "a.pth")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04truncated"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(ValueError, match="was not loaded"):
        load_published(small(), tmp_path / "a.pth")
