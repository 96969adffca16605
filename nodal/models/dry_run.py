"""One pass of a network on a sample, written down: what ran, in which order, and what went in and out."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Layout, Side
from nodal.augment.preparation import Prepared, length
from nodal.models.features import forward, logits
from nodal.models.reading import read_only

_CHANNELS = (nn.Conv2d, nn.BatchNorm2d, nn.GroupNorm)


@dataclass
class Pass:
    """A module's pass: its first input and output, where they are tensors, and when it began and ended."""

    module: str
    began: int
    ended: int = 0
    input: Tensor | None = None
    output: Tensor | None = None


class DryRun:
    """The passes of all modules of a network on a sample, in the order in which they began.

    Args:
        model: Any module; it is read in evaluation mode and left as it was.
        sample: What it takes; two inputs, so that their dimension is seen.
    """

    def __init__(self, model: nn.Module, sample: Prepared) -> None:
        self.model = model
        self.inputs = length(sample)
        self.passes: list[Pass] = []
        with torch.no_grad(), _recorded(model, self.passes):
            self.logits = logits(forward(model, sample))
        by_module: dict[str, list[Pass]] = {}
        for each in self.passes:
            by_module.setdefault(each.module, []).append(each)
        self.runs = {name: len(passes) for name, passes in by_module.items()}
        self.once = {name: passes[0] for name, passes in by_module.items() if len(passes) == 1}

    def value(self, module: str, side: Side) -> Tensor | None:
        """What a module took or gave, if it ran once and it can be read there with inputs first."""
        if module not in self.once:
            return None
        value = self.once[module].input if side == "input" else self.once[module].output
        if value is None or not 2 <= value.ndim <= 4 or len(value) != self.inputs:
            return None
        return value if self.layout(module, side, value) else None

    def layout(self, module: str, side: Side, value: Tensor) -> Layout | None:
        """Which dimension holds the nodes; None where a 1D convolution has them in the middle.

        Of four dimensions it is that whose size the weights within have; where that leaves both, the second
        where anything convolves, and where nothing within has weights.
        """
        inside = list(self.model.get_submodule(module).modules())
        if value.ndim == 2:
            return "vector"
        if value.ndim == 3:
            return None if any(isinstance(each, nn.Conv1d) for each in inside) else "tokens"
        if isinstance(inside[0], _CHANNELS):
            return "channels"
        widths = {width for each in inside if (width := _width(each, side))}
        second, last = value.shape[1] in widths, value.shape[3] in widths
        if second != last:
            return "channels" if second else "channels_last"
        convolves = any(isinstance(each, _CHANNELS) for each in inside)
        return "channels" if convolves or not widths else "channels_last"

    def nodes(self, module: str, side: Side, layout: str) -> int:
        """Number of nodes at a point that can be read."""
        value = self.value(module, side)
        assert value is not None
        return value.shape[1] if layout == "channels" else value.shape[-1]


def _width(module: nn.Module, side: Side) -> int | None:
    if isinstance(module, (nn.Linear, nn.Conv2d)):
        names = ("in_features", "in_channels") if side == "input" else ("out_features", "out_channels")
        return next(getattr(module, name) for name in names if hasattr(module, name))
    if isinstance(module, nn.LayerNorm):
        return module.normalized_shape[-1]
    return module.num_features if isinstance(module, nn.BatchNorm2d) else None


@contextmanager
def _recorded(model: nn.Module, passes: list[Pass]) -> Iterator[None]:
    clock = iter(range(1 << 62))
    running: list[Pass] = []

    def begin(name: str, given: Any) -> None:
        running.append(Pass(name, next(clock), input=_first(given)))
        passes.append(running[-1])

    def end(output: Any) -> None:
        done = running.pop()
        done.ended, done.output = next(clock), _first(output)

    with ExitStack() as after:
        for name, module in model.named_modules():
            before = module.register_forward_pre_hook(
                lambda _, given, named, name=name: begin(name, given or named), with_kwargs=True
            )
            after.callback(before.remove)
            after.callback(module.register_forward_hook(lambda _, given, output: end(output)).remove)
        after.enter_context(read_only(model))
        yield


def _first(value: Any) -> Tensor | None:
    while isinstance(value, (tuple, list, Mapping)) and value:
        value = next(iter(value.values() if isinstance(value, Mapping) else value))
    return value if isinstance(value, Tensor) else None
