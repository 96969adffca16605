"""Residual networks for small images without torch: the taps and prunable layers of their blocks."""

from collections.abc import Mapping
from typing import Any

from nodal.architectures.architecture import BLOCK, Architecture, Layer, Readout, Side, Tap

STAGES = 3
# Kinds of taps of a block, by module within it. The block itself is read behind the addition and its ReLU.
POINTS: dict[str, tuple[str, Side]] = {
    "conv1_in": (".conv1", "input"),
    "conv2_in": (".conv2", "input"),  # behind the first ReLU
    "block_no_skip": (".bn2", "output"),
    BLOCK: ("", "output"),
}
LAYERS = {"conv1": ("conv1_in", "conv2_in"), "conv2": ("conv2_in", BLOCK)}


def resnet(model: Mapping[str, Any]) -> Architecture:
    """The architecture of a ResNet of these settings; `depth` counts layers, a block has two."""
    each = (model["depth"] - 2) // (2 * STAGES)
    blocks = tuple(f"layer{stage}.{number}" for stage in range(1, STAGES + 1) for number in range(each))
    taps = {
        f"{kind}{number}": Tap(f"{block}{module}", side, "channels", kind, number)
        for number, block in enumerate(blocks, 1)
        for kind, (module, side) in POINTS.items()
    }
    layers = {
        f"{block}.{module}.weight": Layer(f"{source}{number}", f"{target}{number}", number, module)
        for number, block in enumerate(blocks, 1)
        for module, (source, target) in LAYERS.items()
    }
    return Architecture(taps, layers, blocks, readout=Readout("linear"))
