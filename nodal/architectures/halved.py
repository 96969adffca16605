"""The network of half the width: the control of every network that has a part of the weights."""

from collections.abc import Mapping
from typing import Any

_WIDTHS = ("width", "widths", "hidden", "hidden_channels")


def halved(model: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the same network with half the nodes in every layer.

    Raises:
        ValueError: The settings say not how wide the network is.
    """
    found = {key: _half(value) for key, value in model.items() if key in _WIDTHS}
    if not found:
        raise ValueError(f"family: half of a network of {model['family']} is not known")
    return {**model, **found}


def _half(width: Any) -> Any:
    return [each // 2 for each in width] if isinstance(width, list) else width // 2
