"""VGG networks without torch: a block is a layer, of filters first, then of fully connected nodes."""

from collections.abc import Mapping
from typing import Any

from nodal.architectures.architecture import Architecture, Layer, Layout, Readout, Tap


def vgg(model: Mapping[str, Any]) -> Architecture:
    """The architecture of a VGG of these settings.

    A block's tap is what its convolution, batch norm, ReLU and, where one follows, pooling make; of a hidden
    fully connected layer what is behind its ReLU. `preact` is before that ReLU. The first hidden layer reads
    the filters of the last convolution, each at all its positions.
    """
    convolutions = [f"features.{number}" for number in range(sum(model["layers"]))]
    hidden = [f"hidden.{number}" for number in range(len(model["hidden"]))]
    taps: dict[str, Tap] = {}
    layers: dict[str, Layer] = {}
    for number, block in enumerate([*convolutions, *hidden], 1):
        convolves = number <= len(convolutions)
        layer, before = ("conv", "norm") if convolves else ("linear", "linear")
        layout: Layout = "channels" if convolves else "vector"
        if number == len(convolutions) + 1:
            taps[f"{layer}_in{number}"] = Tap(convolutions[-1], "output", "channels", f"{layer}_in", number)
        else:
            taps[f"{layer}_in{number}"] = Tap(f"{block}.{layer}", "input", layout, f"{layer}_in", number)
        taps[f"preact{number}"] = Tap(f"{block}.{before}", "output", layout, "preact", number)
        taps[f"block{number}"] = Tap(block, "output", layout, block=number)
        layers[f"{block}.{layer}.weight"] = Layer(f"{layer}_in{number}", f"block{number}", number, layer)
    return Architecture(taps, layers, (*convolutions, *hidden), readout=Readout("fc"))
