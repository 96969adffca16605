"""A network from its settings."""

from collections.abc import Mapping
from typing import Any

from nodal.models.cct import CCT

FAMILIES = {"cct": CCT}


def build(model: Mapping[str, Any], image_size: int, labels: int) -> CCT:
    """The freshly initialised network that the settings `model` describe."""
    arguments = {key: value for key, value in model.items() if key != "family"}
    return FAMILIES[model["family"]](image_size=image_size, labels=labels, **arguments)
