"""Named points in a network, read by hooks: works for any torch model."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn


@dataclass(frozen=True)
class Tap:
    """A point in a network: what a module takes, or what it gives.

    Attributes:
        module: Dotted name of the module, as `named_modules` has it.
        side: Whether its first input or its output is meant.
    """

    module: str
    side: Literal["input", "output"]


class _Enough(Exception):
    """All taps are read; nothing behind them needs computing."""


def collect(model: nn.Module, images: Tensor, taps: Mapping[str, Tap]) -> dict[str, Tensor]:
    """Run a model on images and return what passes its taps, stopping after the last of them.

    Args:
        model: Any module; its mode is left as it is.
        images: What the model takes.
        taps: The taps by name.

    Returns:
        The tensors by name, in the order of `taps`; [B, tokens, width] for a transformer.

    Raises:
        ValueError: A tap names no module of the model, or one that does not run.
    """
    found: dict[str, Tensor] = {}
    with ExitStack() as hooks:
        for name, tap in taps.items():
            hooks.callback(_attach(model, name, tap, found, len(taps)).remove)
        hooks.enter_context(suppress(_Enough))
        model(images)
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

    def keep(value: Tensor) -> None:
        # The first pass through a module used again; a copy where the model goes on, perhaps in place.
        if name not in found:
            found[name] = value if len(found) + 1 == wanted else value.clone()
        if len(found) == wanted:
            raise _Enough

    if tap.side == "input":
        before: Callable[..., None] = lambda _, inputs: keep(inputs[0])  # noqa: E731
        return module.register_forward_pre_hook(before)
    after: Callable[..., None] = lambda _, inputs, output: keep(output)  # noqa: E731
    return module.register_forward_hook(after)
