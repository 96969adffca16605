"""Named points in a network, read by hooks: works for any torch model."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Prepared, length
from nodal.models.reading import read_only

_SHAPES = {
    "tokens": "[B, T, K]", "channels": "[B, K, H, W]", "channels_last": "[B, H, W, K]", "vector": "[B, K]",
}  # fmt: skip


def forward(model: Callable[..., Any], inputs: Prepared) -> Any:
    """What a model makes of prepared inputs: a tensor, or a mapping of keyword arguments."""
    return model(inputs) if isinstance(inputs, Tensor) else model(**inputs)


def logits(output: Any) -> Tensor:
    """The logits [B, L] in what a classifier gives.

    Args:
        output: A tensor, an object or mapping with `logits`, or a tuple, whose first tensor they are.

    Raises:
        TypeError: There are none.
    """
    if isinstance(output, Tensor):
        return output
    inner = output.get("logits") if isinstance(output, Mapping) else getattr(output, "logits", None)
    if inner is None and isinstance(output, (tuple, list)):
        inner = next((each for each in output if isinstance(each, Tensor)), None)
    if inner is None:
        raise TypeError(f"the model gives {type(output).__name__}, in which there are no logits")
    return logits(inner)


def positions(value: Tensor, layout: str, name: str) -> Tensor:
    """Activations at a tap as [B, positions, nodes].

    Args:
        value: What passes the tap.
        layout: Which dimension holds the nodes; see `Tap.layout`.
        name: Of the tap, for the error.

    Raises:
        ValueError: It has not as many dimensions as the layout.
    """
    fitting = [f"{each} {shape}" for each, shape in _SHAPES.items() if shape.count(",") + 1 == value.ndim]
    if f"{layout} {_SHAPES[layout]}" not in fitting:
        raise ValueError(
            f"tap {name}: gives {list(value.shape)}, which is not of the layout {layout} {_SHAPES[layout]};"
            f" {' and '.join(fitting) or 'no layout'} would fit"
        )
    if layout == "channels":
        return value.flatten(2).transpose(1, 2)
    if layout == "channels_last":
        return value.flatten(1, 2)
    return value[:, None] if layout == "vector" else value


class _Enough(BaseException):
    """All taps are read; nothing behind them needs computing. No network catches it as an Exception."""


def collect(
    model: nn.Module,
    inputs: Prepared,
    taps: Mapping[str, Tap],
    read: Callable[[str, Tensor], Tensor] = lambda _, rows: rows,
) -> dict[str, Tensor]:
    """Run a model on inputs and return what passes its taps, stopping after the last of them.

    The model is read in evaluation mode and left as it was. All positions are read: class and register
    tokens, too, and padding, which the probe masks.

    Args:
        model: Any module.
        inputs: What the model takes: a tensor, or a mapping of keyword arguments.
        taps: The taps by name.
        read: What to keep of the tensor [B, positions, nodes] that passes the tap of this name; all of it.
            What is small need not wait for the others among copies of all that passed.

    Returns:
        The tensors by name, in the order of `taps`, as they pass: nothing behind a tap alters them, not even
        in place.

    Raises:
        TypeError: At a tap there is no tensor.
        ValueError: A tap names no module of the model, or one that does not run, or that is seen to run
            twice; what passes it is of another layout, or not a row an input; or there are no taps.
    """
    if not taps:
        raise ValueError("taps: none where at least one is needed")
    found: dict[str, Tensor] = {}

    def keep(name: str, value: Any) -> None:
        if name in found:
            raise _not_once(name, taps[name], "more than once")
        value = _rows(_tensor(value, name, taps[name]), name, taps[name], length(inputs))
        with torch.autocast(value.device.type, enabled=False):  # that is the model's own
            seen = read(name, value)
        last = len(found) + 1 == len(taps)
        shared = seen.untyped_storage().data_ptr() == value.untyped_storage().data_ptr()
        found[name] = seen.clone() if shared and not last else seen  # the model goes on, perhaps in place
        if last:
            raise _Enough

    with _hooked(model, taps, keep), suppress(_Enough):
        forward(model, inputs)
    for name in taps.keys() - found.keys():
        raise _not_run(model, name, taps[name])
    return {name: found[name] for name in taps}


@torch.no_grad()
def check_taps(model: nn.Module, sample: Prepared, taps: Mapping[str, Tap]) -> None:
    """Make one full pass and see that the module of every tap runs in it once, which `collect` cannot see.

    Args:
        model: Any module; left as it was.
        sample: What the model takes; one input is enough.
        taps: The taps by name.

    Raises:
        ValueError: A tap names no module of the model, or one that does not run, or more than once.
    """
    runs: Counter[str] = Counter()
    with _hooked(model, taps, lambda name, _: runs.update([name])):
        forward(model, sample)
    for name, tap in taps.items():
        if not runs[name]:
            raise _not_run(model, name, tap)
        if runs[name] > 1:
            raise _not_once(name, tap, f"{runs[name]} times")


@contextmanager
def _hooked(model: nn.Module, taps: Mapping[str, Tap], keep: Callable[[str, Any], None]) -> Iterator[None]:
    """Give what passes each tap to `keep`."""
    with ExitStack() as after:
        for name, tap in taps.items():
            after.callback(_hook(model, name, tap, keep).remove)
        after.enter_context(read_only(model))
        yield


def _hook(model: nn.Module, name: str, tap: Tap, keep: Callable[[str, Any], None]) -> RemovableHandle:
    try:
        module = model.get_submodule(tap.module)
    except AttributeError:
        near = ", ".join(each for each, _ in model.named_children())
        raise ValueError(
            f"tap {name}: the model has no module {tap.module!r}; at its top there is {near}"
        ) from None
    if tap.side == "input":
        before: Callable[..., None] = lambda _, inputs, named: keep(name, inputs or named)  # noqa: E731
        return module.register_forward_pre_hook(before, with_kwargs=True)
    after: Callable[..., None] = lambda _, inputs, output: keep(name, output)  # noqa: E731
    return module.register_forward_hook(after)


def _tensor(value: Any, name: str, tap: Tap) -> Tensor:
    while isinstance(value, (tuple, list, Mapping)) and value:
        value = next(iter(value.values() if isinstance(value, Mapping) else value))
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        raise TypeError(f"tap {name}: the {tap.side} of {tap.module!r} is {kind}, not a tensor")
    return value


def _rows(value: Tensor, name: str, tap: Tap, inputs: int) -> Tensor:
    """The tensor as [B, positions, nodes], a row an input: no time before the batch, no windows of images."""
    rows = positions(value, tap.layout, name)
    if len(rows) != inputs:
        raise ValueError(
            f"tap {name}: gives {list(value.shape)} for {inputs} inputs: choose one where these come first"
        )
    return rows


def _not_once(name: str, tap: Tap, runs: str) -> ValueError:
    cure = "choose one that runs once, or give each pass a module of its own"
    return ValueError(f"tap {name}: its module {tap.module!r} runs {runs} in one pass: {cure}")


def _not_run(model: nn.Module, name: str, tap: Tap) -> ValueError:
    cure = "choose another"
    if around := tap.module.rpartition(".")[0]:
        kind = type(model.get_submodule(around)).__name__
        cure += (
            f"; {around!r} ({kind}) may use its weights itself: then its output, or the input of one around"
        )
    return ValueError(f"tap {name}: the model does not run its module {tap.module!r}: {cure}")
