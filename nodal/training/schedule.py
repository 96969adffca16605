"""Learning-rate schedules as factors of the base rate over time in epochs."""

import math
from collections.abc import Mapping
from typing import Any


def rate_factor(schedule: Mapping[str, Any], epoch: float, epochs: int) -> float:
    """The factor of the learning rate at a moment of the training.

    Args:
        schedule: `kind` and its parameters: `constant`; `step`, times `decay` after every `every`
            epochs (the paper's (q, dt)); `cosine`, linear from `start` over `warmup` epochs, then on
            a half cosine over the whole training down to `minimum`, which the last `cooldown` epochs keep.
        epoch: Epochs done so far, fractions included.
        epochs: Length of the training.

    Returns:
        The factor, in [0, 1].
    """
    if schedule["kind"] == "constant":
        return 1.0
    if schedule["kind"] == "step":
        return float(schedule["decay"] ** (int(epoch) // schedule["every"]))
    warmup, minimum = schedule["warmup"], schedule["minimum"]
    if epoch < warmup:
        return float(schedule["start"] + (1 - schedule["start"]) * epoch / warmup)
    done = min(epoch / (epochs - schedule["cooldown"]), 1.0)
    return float(minimum + (1 - minimum) * 0.5 * (1 + math.cos(math.pi * done)))
