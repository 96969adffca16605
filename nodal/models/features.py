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
        side: Whether its first input, by position or by name, or its output is meant; of a tuple, list or
            mapping, as attention gives it, the first element.

    Raises:
        ValueError: There is no such side.
    """

    module: str
    side: Literal["input", "output"]

    def __post_init__(self) -> None:
        if self.side not in ("input", "output"):
            raise ValueError(f"side: {self.side!r} where input or output is needed")


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

    def keep(value: Any) -> None:
        while isinstance(value, (tuple, list, Mapping)) and value:
            value = next(iter(value.values() if isinstance(value, Mapping) else value))
        if not isinstance(value, Tensor):
            raise TypeError(
                f"tap {name}: the {tap.side} of {tap.module!r} is {type(value).__name__}, not a tensor"
            )
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
