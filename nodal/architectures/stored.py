"""An architecture as text, so that what only torch can tell is told once."""

import json
from dataclasses import asdict

from nodal.architectures.architecture import Architecture, Layer, Readout, Tap


def to_json(architecture: Architecture) -> str:
    """As JSON, in the order of the depth."""
    return json.dumps(asdict(architecture), indent=1)


def from_json(text: str) -> Architecture:
    """What `to_json` wrote."""
    found = json.loads(text)
    return Architecture(
        {name: Tap(**tap) for name, tap in found["taps"].items()},
        {name: Layer(**layer) for name, layer in found["layers"].items()},
        tuple(found["blocks"]),
        found["final_norm"],
        Readout(**found["readout"]) if found["readout"] else None,
        tuple(found["unread"]),
    )
