"""Named points in a network, read by hooks: works for any torch model."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from typing import Any

from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Prepared


def forward(model: Callable[..., Any], inputs: Prepared) -> Any:
    """What a model makes of prepared inputs: a tensor, or a mapping of keyword arguments."""
    return model(inputs) if isinstance(inputs, Tensor) else model(**inputs)


def logits(output: Any) -> Tensor:
    """The logits [B, L] in what a classifier gives: a tensor, something with `logits`, or a tuple's first."""
    while not isinstance(output, Tensor):
        output = output.logits if hasattr(output, "logits") else output[0]
    return output


def positions(value: Tensor, layout: str, name: str) -> Tensor:
    """Activations at a tap as [B, positions, nodes]; see `Tap.layout`."""
    dimensions = {"vector": 2, "tokens": 3, "channels": 4, "channels_last": 4}[layout]
    if value.ndim != dimensions:
        raise ValueError(f"tap {name}: gives {list(value.shape)}, which is not of the layout {layout}")
    if layout == "channels":
        return value.flatten(2).transpose(1, 2)
    return (
        value.flatten(1, 2) if layout == "channels_last" else value[:, None] if layout == "vector" else value
    )


class _Enough(Exception):
    """All taps are read; nothing behind them needs computing."""


def collect(model: nn.Module, inputs: Prepared, taps: Mapping[str, Tap]) -> dict[str, Tensor]:
    """Run a model on inputs and return what passes its taps, stopping after the last of them.

    Args:
        model: Any module; its mode is left as it is.
        inputs: What the model takes: a tensor, or a mapping of keyword arguments.
        taps: The taps by name.

    Returns:
        The tensors by name, in the order of `taps`; [B, tokens, width] for a transformer.

    Raises:
        TypeError: At a tap there is no tensor.
        ValueError: A tap names no module of the model, or one that does not run; or there are no taps.
    """
    if not taps:
        raise ValueError("taps: none where at least one is needed")
    found: dict[str, Tensor] = {}
    with ExitStack() as hooks:
        for name, tap in taps.items():
            hooks.callback(_attach(model, name, tap, found, len(taps)).remove)
        hooks.enter_context(suppress(_Enough))
        forward(model, inputs)
    for name in taps.keys() - found.keys():
        raise ValueError(
            f"tap {name}: the model does not run its module {taps[name].module!r}: choose another"
        )
    return {name: found[name] for name in taps}


def _attach(model: nn.Module, name: str, tap: Tap, found: dict[str, Tensor], wanted: int) -> Any:
    try:
        module = model.get_submodule(tap.module)
    except AttributeError:
        near = ", ".join(each for each, _ in model.named_children())
        raise ValueError(
            f"tap {name}: the model has no module {tap.module!r}; at its top there is {near}"
        ) from None

    def keep(value: Any) -> None:
        while isinstance(value, (tuple, list, Mapping)) and value:
            value = next(iter(value.values() if isinstance(value, Mapping) else value))
        if not isinstance(value, Tensor):
            raise TypeError(
                f"tap {name}: the {tap.side} of {tap.module!r} is {type(value).__name__}, not a tensor"
            )
        value = positions(value, tap.layout, name)
        # The first pass through a module used again; a copy where the model goes on, perhaps in place.
        if name not in found:
            found[name] = value if len(found) + 1 == wanted else value.clone()
        if len(found) == wanted:
            raise _Enough

    if tap.side == "input":
        before: Callable[..., None] = lambda _, inputs, named: keep(inputs or named)  # noqa: E731
        return module.register_forward_pre_hook(before, with_kwargs=True)
    after: Callable[..., None] = lambda _, inputs, output: keep(output)  # noqa: E731
    return module.register_forward_hook(after)
