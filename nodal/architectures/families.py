"""The architecture of a network from its settings, for every family that is known without torch."""

from collections.abc import Callable, Mapping
from typing import Any

from nodal.architectures.architecture import Architecture
from nodal.architectures.cct import cct
from nodal.architectures.resnet import resnet
from nodal.architectures.vgg import vgg

FAMILIES: dict[str, Callable[[Mapping[str, Any]], Architecture]] = {
    "cct": cct,
    "vgg": vgg,
    "resnet": resnet,
}


def architecture(model: Mapping[str, Any]) -> Architecture:
    """The architecture of the network that the settings `model` describe; their `family` chooses."""
    return FAMILIES[model["family"]](model)
