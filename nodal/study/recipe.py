"""How the probes of a study are trained: the recipe of the workflow's probe sets, and its defaults."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from torch import Tensor, uint8

from nodal.workflow.settings.messages import one_line
from nodal.workflow.settings.stages import ProbeSet

_OTHERS = ("taps", "split", "thresholds", "rule")  # of a probe set; here arguments, or given with the data


def complete(recipe: Mapping[str, Any] | None, inputs: Tensor) -> dict[str, Any]:
    """A whole recipe.

    Args:
        recipe: What differs from the defaults; None: nothing.
        inputs: The training inputs.

    Raises:
        ValueError: A key is unknown, a value not allowed, or without effect on such inputs; one line.
    """
    given = dict(recipe or {})
    for key in _OTHERS:
        if key in given:
            raise ValueError(f"recipe: {key!r} says nothing of the training of a probe")
    try:
        whole = ProbeSet.model_validate(given).model_dump(exclude=set(_OTHERS))
    except ValidationError as error:
        raise ValueError(f"recipe: {one_line(error, given).removeprefix('config: ')}") from None
    if inputs.dtype != uint8 and any(whole["augment"].values()):
        raise ValueError(f"recipe: augment varies uint8 images, and the inputs are {inputs.dtype}")
    for key in ("mixup", "cutmix"):
        if whole["augment"][key]:
            raise ValueError(f"recipe: {key} mixes images for a whole network, not for probes")
    return whole
