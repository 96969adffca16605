"""Published checkpoints come in by name, whole, and with the meaning that they had."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from nodal.models.cct import CCT, sine_embedding
from nodal.models.published import load_published, resized_position

POSITION = "classifier.positional_emb"


def small(**changes) -> CCT:
    return CCT(**{"image_size": 16, "labels": 5, "width": 16, "depth": 2, "heads": 2, "stride": 2} | changes)


def refused(network: nn.Module, path: Path) -> str:
    with pytest.raises(ValueError, match=path.name) as caught:
        load_published(network, path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    "renamed",
    [
        lambda name: name,
        lambda name: f"module.{name}",
        lambda name: f"model.{name}",
        lambda name: f"net.{name}",
        lambda name: f"_orig_mod.{name}",
        lambda name: f"model._orig_mod.module.{name}",
        lambda name: name.replace("classifier.", "classifier._orig_mod."),
    ],
    ids=["bare", "DDP", "Lightning", "net", "compiled", "all", "part compiled"],
)
def test_names_with_something_before_them(tmp_path: Path, renamed: Callable[[str], str]) -> None:
    theirs, ours = small(), small()
    state = {renamed(name): value for name, value in theirs.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "a.pth")
    load_published(ours, tmp_path / "a.pth")
    images = torch.randn(2, 3, 16, 16)
    assert torch.equal(ours.eval()(images), theirs.eval()(images))


def test_what_lies_beside_a_prefix_is_left_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    theirs, ours = small(), small()
    state = {f"model.{name}": value for name, value in theirs.state_dict().items()}
    torch.save(state | {"criterion.weight": torch.ones(5), "n_averaged": torch.tensor(3)}, tmp_path / "a.pth")
    with caplog.at_level(logging.INFO):
        load_published(ours, tmp_path / "a.pth")
    assert same(ours, theirs)
    assert "'model.' is taken off the names; left: criterion.weight, n_averaged" in caplog.text


def test_two_networks_under_prefixes_are_not_guessed_between(tmp_path: Path) -> None:
    state = {
        f"{which}.{name}": value for which in ("net", "ema") for name, value in small().state_dict().items()
    }
    torch.save(state, tmp_path / "a.pth")
    assert "several networks, named 'net.' and 'ema.'" in refused(small(), tmp_path / "a.pth")
    state = {f"{which}{name}": v for which in ("", "_orig_mod.") for name, v in small().state_dict().items()}
    torch.save(state, tmp_path / "b.pth")
    assert "several networks, named '' and '_orig_mod.'" in refused(small(), tmp_path / "b.pth")


def test_our_own_files(tmp_path: Path) -> None:
    theirs, ours = small(), small()
    save_file(theirs.state_dict(), tmp_path / "a.safetensors")
    load_published(ours, tmp_path / "a.safetensors")
    assert same(ours, theirs)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("save", [torch.save, save_file])
def test_other_precisions_are_cast_and_said(
    tmp_path: Path, dtype: torch.dtype, save, caplog: pytest.LogCaptureFixture
) -> None:
    theirs, ours = small().to(dtype), small()
    save(theirs.state_dict(), tmp_path / "a")
    with caplog.at_level(logging.INFO):
        load_published(ours, tmp_path / "a")
    assert all(value.dtype == torch.float32 for value in ours.state_dict().values())
    assert same(ours, theirs.float())
    assert f"{len(ours.state_dict())} tensors of {dtype} are cast" in caplog.text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (torch.full((5,), float("nan")), "classifier.fc.bias holds values that are not finite"),
        (torch.full((5,), 1e300, dtype=torch.float64), "classifier.fc.bias holds values that are not finite"),
        (torch.ones(5, dtype=torch.int8), "classifier.fc.bias holds torch.int8"),
        (torch.ones(5).to_sparse(), "classifier.fc.bias holds torch.float32 (torch.sparse_coo)"),
    ],
)
def test_numbers_that_are_no_weights(tmp_path: Path, value: Tensor, said: str) -> None:
    torch.save(small().state_dict() | {"classifier.fc.bias": value}, tmp_path / "a.pth")
    assert said in refused(small(), tmp_path / "a.pth")


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.pop("1.num_batches_tracked"),
        lambda state: state.update({"0.num_batches_tracked": torch.tensor(1)}),
    ],
    ids=["missing", "extra"],
)
def test_counters_of_batches_decide_nothing(tmp_path: Path, change) -> None:
    def network() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))

    theirs, ours = network(), network()
    nn.init.normal_(theirs[1].running_mean)
    state = theirs.state_dict()
    change(state)
    torch.save(state, tmp_path / "a.pth")
    load_published(ours, tmp_path / "a.pth")
    assert same(ours, theirs)


def test_a_learnable_position_embedding_of_another_size(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    theirs, ours = small(image_size=32), small()
    torch.save(theirs.state_dict(), tmp_path / "a.pth")
    with caplog.at_level(logging.INFO):
        load_published(ours, tmp_path / "a.pth")
    torch.testing.assert_close(
        ours.classifier.positional_emb.data, resized_position(theirs.classifier.positional_emb.data, 16)
    )
    assert f"{POSITION} interpolated from 64 tokens to 16" in caplog.text


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_sine_embedding_is_made_anew_for_another_size(
    tmp_path: Path, dtype: torch.dtype, caplog: pytest.LogCaptureFixture
) -> None:
    theirs, ours = small(image_size=32, position="sine").to(dtype), small(position="sine")
    torch.save(theirs.state_dict(), tmp_path / "a.pth")
    with caplog.at_level(logging.INFO):
        load_published(ours, tmp_path / "a.pth")
    assert torch.equal(ours.classifier.positional_emb, sine_embedding(16, 16))
    assert f"{POSITION} made anew for 16 tokens (it has 64)" in caplog.text
    # As a learnable one it would be interpolated, which no sine table is.
    assert "set model.position: sine" in refused(small(), tmp_path / "a.pth")


@pytest.mark.parametrize("image_size", [16, 32])
def test_a_learnt_embedding_is_no_sine_table(tmp_path: Path, image_size: int) -> None:
    """So it is with the published `_sine` checkpoints, whatever their name says."""
    torch.save(small(image_size=image_size).state_dict(), tmp_path / "cct_sine.pth")
    said = refused(small(position="sine"), tmp_path / "cct_sine.pth")
    assert f"{POSITION} is learnt, not the sine table: set model.position: learnable" in said


def test_a_sine_network_does_not_need_the_table(tmp_path: Path) -> None:
    state = small(position="sine").state_dict()
    del state[POSITION]
    torch.save(state, tmp_path / "a.pth")
    ours = small(position="sine")
    load_published(ours, tmp_path / "a.pth")
    assert torch.equal(ours.classifier.positional_emb, sine_embedding(16, 16))


def test_tokens_that_are_no_square_are_not_interpolated(tmp_path: Path) -> None:
    torch.save(small().state_dict() | {POSITION: torch.randn(1, 17, 16)}, tmp_path / "a.pth")
    assert "a position embedding of 17 tokens cannot be interpolated to 16" in refused(
        small(), tmp_path / "a.pth"
    )
    with pytest.raises(ValueError, match="of 16 tokens cannot be interpolated to 8"):
        resized_position(torch.randn(1, 16, 2), 8)


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
        (lambda d: d.update({"classifier.fc.weight": torch.ones(7, 3)}), "classifier.fc.weight is [7, 3]"),
        (lambda d: d.update({"classifier.fc.weight": "text"}), "misses classifier.fc.weight"),
        (lambda d: d.update({POSITION: torch.ones(16)}), f"{POSITION} is [16], the model needs [1, 16, 16]"),
    ],
)
def test_another_architecture_is_named(tmp_path: Path, change, said: str) -> None:
    state = dict(small().state_dict())
    change(state)
    torch.save(state, tmp_path / "a.pth")
    assert said in refused(small(), tmp_path / "a.pth")


def test_another_number_of_labels_is_said_as_such(tmp_path: Path) -> None:
    torch.save(small(labels=10).state_dict(), tmp_path / "a.pth")
    said = refused(small(), tmp_path / "a.pth")
    assert (
        "knows 10 labels, the data set has 5 (classifier.fc.weight is [10, 16], the model needs [5, 16])"
        in said
    )
