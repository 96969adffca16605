"""Taps on any torch model: what they read, that the pass ends there, and that no hook stays."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.models.cct import CCT
from nodal.models.features import check_taps, collect, logits
from tests.conftest import TAPS


class Cnn(nn.Module):
    """Convolution, ReLU in place, the same again, and a classifier that counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.unused = nn.Identity()
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
        self.calls = 0

    def forward(self, images: Tensor) -> Tensor:
        images = self.relu(self.second(self.relu(self.first(images))))
        self.calls += 1
        return self.head(images)


@pytest.fixture
def cnn() -> Cnn:
    torch.manual_seed(0)
    return Cnn().eval()


IMAGES = torch.randn(5, 3, 6, 6, generator=torch.Generator().manual_seed(1))


def hooks(model: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules())


@torch.no_grad()
def test_inputs_and_outputs_of_a_cnn(cnn: Cnn) -> None:
    # The first is read before the ReLU overwrites it.
    taps = {
        "a": Tap("first", "output", "channels"),
        "b": Tap("second", "input", "channels"),
        "c": Tap("head.2", "input", "vector"),
        "d": Tap("", "output", "vector"),
    }
    found = collect(cnn, IMAGES, taps)
    assert list(found) == list(taps)
    first = cnn.first(IMAGES)
    second = cnn.second(first.relu()).relu()
    torch.testing.assert_close(found["a"], first.flatten(2).mT, rtol=0, atol=0)
    torch.testing.assert_close(found["b"], first.relu().flatten(2).mT, rtol=0, atol=0)
    torch.testing.assert_close(found["c"], second.mean((2, 3))[:, None])
    torch.testing.assert_close(found["d"], cnn(IMAGES)[:, None], rtol=0, atol=0)
    assert hooks(cnn) == 0


def test_a_module_that_runs_twice_is_refused(cnn: Cnn) -> None:
    taps = {"first": Tap("first", "output", "channels"), "x": Tap("relu", "output", "channels")}
    with pytest.raises(ValueError, match=r"^tap x: its module 'relu' runs 2 times in one pass: choose one"):
        check_taps(cnn, IMAGES[:1], taps)
    with pytest.raises(ValueError, match=r"^tap x: its module 'relu' runs more than once in one pass: "):
        collect(cnn, IMAGES, taps | {"last": Tap("head", "output", "vector")})
    with pytest.raises(
        ValueError, match=r"^tap x: the model does not run its module 'unused': choose another$"
    ):
        check_taps(cnn, IMAGES[:1], {"x": Tap("unused", "output")})
    check_taps(cnn, IMAGES[:1], {"first": taps["first"], "again": taps["first"]})
    assert hooks(cnn) == 0


@torch.no_grad()
def test_the_pass_ends_at_the_last_tap(cnn: Cnn) -> None:
    collect(cnn, IMAGES, {name: Tap(name, "output", "channels") for name in ("second", "first")})
    assert cnn.calls == 0
    collect(cnn, IMAGES, {"a": Tap("head.0", "input", "channels")})
    assert cnn.calls == 1


@torch.no_grad()
def test_two_names_for_one_point(cnn: Cnn) -> None:
    found = collect(cnn, IMAGES, dict.fromkeys("ab", Tap("first", "output", "channels")))
    torch.testing.assert_close(found["a"], found["b"], rtol=0, atol=0)


@torch.no_grad()
def test_what_is_read_of_a_tap_is_what_passed(cnn: Cnn) -> None:
    taps = {"first": Tap("first", "output", "channels"), "second": Tap("second", "output", "channels")}
    whole = collect(cnn, IMAGES, taps)
    # The mean is another tensor; a part of what passes is not, and the network changes that in place.
    for part in (lambda rows: rows.mean(1), lambda rows: rows[:, :1]):
        for name, found in collect(cnn, IMAGES, taps, lambda _, rows, part=part: part(rows)).items():
            torch.testing.assert_close(found, part(whole[name]), rtol=0, atol=0)


def test_unknown_module(cnn: Cnn) -> None:
    with pytest.raises(ValueError, match=r"tap x: .*'firts'.* first, relu, second") as caught:
        collect(cnn, IMAGES, {"a": Tap("first", "output"), "x": Tap("firts", "output")})
    assert "\n" not in str(caught.value)
    assert hooks(cnn) == 0


def test_a_module_that_does_not_run(cnn: Cnn) -> None:
    with pytest.raises(ValueError, match=r"tap x: .*'unused'"):
        collect(cnn, IMAGES, {"x": Tap("unused", "output")})
    assert hooks(cnn) == 0


def test_hooks_are_removed_when_the_model_fails(cnn: Cnn) -> None:
    with pytest.raises(RuntimeError):
        collect(cnn, IMAGES[:, :2], {"a": Tap("second", "output")})
    assert hooks(cnn) == 0


@torch.no_grad()
def test_taps_alone_and_together_are_the_same(network: CCT) -> None:
    images = torch.randn(4, 3, 12, 12, generator=torch.Generator().manual_seed(0))
    taps = TAPS
    together = collect(network, images, taps)
    for name, tap in taps.items():
        torch.testing.assert_close(
            collect(network, images, {name: tap})[name], together[name], rtol=0, atol=0
        )
    assert together["qkv_out1"].shape == (4, 36, 48)
    assert together["linear1_out2"].shape == (4, 36, 32)
    assert hooks(network) == 0


class Mixing(nn.Module):
    """Calls by keyword, and a module that gives its output in something, as transformers have them."""

    def __init__(self, gives: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.inner = Renamed(gives)
        self.last = nn.Linear(4, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        mixed, _ = self.attention(query=tokens, key=tokens, value=tokens)
        self.inner(hidden_states=mixed, mask=None)
        return self.last(mixed)


class Renamed(nn.Module):
    def __init__(self, gives: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.gives = gives

    def forward(self, hidden_states: Tensor, mask: Tensor | None) -> object:
        return self.gives(hidden_states)


TOKENS = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
@pytest.mark.parametrize(
    "gives",
    [
        lambda x: (2 * x, None),
        lambda x: [2 * x],
        lambda x: {"last_hidden_state": 2 * x, "cache": None},
        lambda x: ((2 * x, x), x),
    ],
    ids=["tuple", "list", "mapping", "nested"],
)
def test_the_first_of_several_outputs_and_the_first_named_input(gives: Callable[[Tensor], object]) -> None:
    model = Mixing(gives).eval()
    mixed = model.attention(TOKENS, TOKENS, TOKENS)[0]
    # As the last tap and as one before it.
    for taps in (["attention", "inner"], ["inner", "last"], ["inner"]):
        found = collect(model, TOKENS, {name: Tap(name, "output") for name in taps})
        torch.testing.assert_close(found["inner"], 2 * mixed)
    named = collect(model, TOKENS, {"a": Tap("attention", "input"), "b": Tap("inner", "input")})
    torch.testing.assert_close(named["a"], TOKENS, rtol=0, atol=0)
    torch.testing.assert_close(named["b"], mixed)


@pytest.mark.parametrize(
    ("gives", "kind"),
    [
        (lambda x: None, "NoneType"),
        (lambda x: (), "tuple"),
        (lambda x: (None, x), "NoneType"),
        (lambda x: "a", "str"),
    ],
)
def test_an_output_without_a_tensor_is_named(gives: Callable[[Tensor], object], kind: str) -> None:
    model = Mixing(gives).eval()
    with pytest.raises(TypeError, match=rf"^tap x: the output of 'inner' is {kind}, not a tensor$"):
        collect(model, TOKENS, {"x": Tap("inner", "output"), "y": Tap("last", "output")})
    assert hooks(model) == 0


def test_taps_that_are_none(cnn: Cnn) -> None:
    with pytest.raises(ValueError, match=r"^side: 'inputs' where one of input, output is needed$"):
        Tap("first", "inputs")
    with pytest.raises(ValueError, match=r"^taps: none where at least one is needed$"):
        collect(cnn, IMAGES, {})


@pytest.mark.parametrize(
    ("tap", "message"),
    [
        (
            Tap("first", "output"),
            r"gives \[5, 4, 6, 6\], which is not of the layout tokens \[B, T, K\]; channels \[B, K, H, W\]"
            r" and channels_last \[B, H, W, K\] would fit",
        ),
        (
            Tap("", "output", "channels"),
            r"gives \[5, 2\], which is not of the layout channels \[B, K, H, W\]; vector \[B, K\] would fit",
        ),
    ],
)
def test_a_wrong_layout_is_refused(cnn: Cnn, tap: Tap, message: str) -> None:
    with pytest.raises(ValueError, match=f"^tap x: {message}$"):
        collect(cnn, IMAGES, {"x": tap})


@pytest.mark.parametrize(("shape", "rows"), [((-1,), 540), ((5, -1, 1, 1, 1), 5)])
def test_no_layout_fits(shape: tuple[int, ...], rows: int) -> None:
    model = nn.Sequential(nn.Unflatten(1, (1, 3)), Reshape(shape))
    with pytest.raises(ValueError, match=rf"^tap x: gives \[{rows}.*; no layout would fit$"):
        collect(model, IMAGES, {"x": Tap("1", "output", "vector")})


class Reshape(nn.Module):
    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, value: Tensor) -> Tensor:
        return value.reshape(self.shape)


def test_rows_that_are_no_inputs_are_refused() -> None:
    """Time before the batch, and windows of images."""
    message = r"^tap x: gives \[3, 2, 4\] for 2 inputs: choose one where these come first$"
    with pytest.raises(ValueError, match=message):
        collect(nn.Sequential(Reshape((3, 2, 4))), TOKENS, {"x": Tap("0", "output")})


def test_logits_in_what_classifiers_give() -> None:
    loss, found = torch.zeros(()), torch.ones(2, 3)
    for output in (
        found,
        {"loss": loss, "logits": found},
        SimpleNamespace(logits=found),
        (None, found, loss),
    ):
        assert logits(output) is found
    for output in (None, {"last_hidden_state": found}, (None,), SimpleNamespace(logits=None)):
        with pytest.raises(
            TypeError, match=rf"^the model gives {type(output).__name__}, in which there are no"
        ):
            logits(output)
