"""The front of a network, run once for many copies that differ from each other only behind it.

Where a block is masked in a hundred ways, the blocks before it give the same a hundred times.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn

FRONT_BYTES = 1 << 30  # of what blocks gave, kept at most; inputs for which there is no room pass whole


class Front:
    """What the first blocks of a network gave to the inputs they have seen, given again instead of computed.

    It is what they gave to the bit, however the network goes on from there: every block of the front gives
    its own output, so later ones may read any of them.
    """

    def __init__(self, blocks: Sequence[str]) -> None:
        """Begin with nothing kept.

        Args:
            blocks: Dotted names of the blocks, which are the same in all copies; none is a front, too.
        """
        self._blocks = tuple(blocks)
        self._kept: dict[tuple[int, int], tuple[Tensor, list[list[Any]]]] = {}
        self._room = FRONT_BYTES

    @contextmanager
    def standing_in(self, model: nn.Module, inputs: Tensor) -> Iterator[None]:
        """Let one pass of a copy, in evaluation mode, keep what its front gives, or be spared it.

        Args:
            model: The copy; left as it was.
            inputs: What passes, as it lies in the data set: the same memory each time.
        """
        modules = [model.get_submodule(block) for block in self._blocks]
        place = (inputs.data_ptr(), len(inputs))
        with ExitStack() as after:
            if place in self._kept:
                for module, outputs in zip(modules, self._kept[place][1], strict=True):
                    _give(module, outputs, after)
                yield
            elif self._room > 0:
                gave: list[list[Any]] = [[] for _ in modules]
                for module, outputs in zip(modules, gave, strict=True):
                    _keep(module, outputs, after)
                yield
                self._room -= _bytes(gave)
                if self._room >= 0:
                    self._kept[place] = (inputs, gave)  # these live on, so that their place stays theirs
            else:
                yield


def _give(module: nn.Module, outputs: list[Any], after: ExitStack) -> None:
    """Have a block give copies of these, one a run: what comes behind may change them in place."""
    left = iter(outputs)
    module.forward = lambda *_, **__: copy.deepcopy(next(left))
    after.callback(delattr, module, "forward")


def _keep(module: nn.Module, outputs: list[Any], after: ExitStack) -> None:
    after.callback(
        module.register_forward_hook(lambda _, given, gave: outputs.append(copy.deepcopy(gave))).remove
    )


def _bytes(value: Any) -> int:
    if isinstance(value, Tensor):
        return value.nbytes
    if isinstance(value, Mapping):
        value = list(value.values())
    return sum(map(_bytes, value)) if isinstance(value, (tuple, list)) else 0
