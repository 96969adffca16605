"""The same network narrower or wider: a control of networks that have a part of the weights."""

from collections.abc import Mapping
from typing import Any

_WIDTHS = ("width", "widths", "hidden", "hidden_channels")


def of_width(model: Mapping[str, Any], times: float) -> dict[str, Any]:
    """The settings of the same network with so many times the nodes in every layer, rounded down.

    Raises:
        ValueError: The settings say not how wide the network is.
    """
    found = {key: _scaled(value, times) for key, value in model.items() if key in _WIDTHS}
    if not found:
        raise ValueError(f"family: how wide a network of {model['family']} is is not among its settings")
    return {**model, **found}


def _scaled(width: Any, times: float) -> Any:
    return [int(each * times) for each in width] if isinstance(width, list) else int(width * times)
