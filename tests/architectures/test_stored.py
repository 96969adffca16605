"""An architecture that is written and read is the same, in the same order."""

import pytest

from nodal.architectures.architecture import Architecture, Layer, Readout, Tap
from nodal.architectures.cct import cct
from nodal.architectures.stored import from_json, to_json

BARE = Architecture({"b": Tap("x", "input", "channels", "k", 2, 1)}, {"w": Layer("b", "b", 2, "k")}, ())


@pytest.mark.parametrize("architecture", [cct({"depth": 3, "heads": 4}), BARE], ids=["cct", "bare"])
def test_round_trip(architecture: Architecture) -> None:
    again = from_json(to_json(architecture))
    assert again == architecture
    assert list(again.taps) == list(architecture.taps)
    assert list(again.layers) == list(architecture.layers)


def test_without_a_readout_or_a_final_norm() -> None:
    assert from_json(to_json(BARE)).readout is None
    assert from_json(to_json(BARE)).final_norm is None
    full = Architecture({}, {}, (), "norm", Readout("fc"))
    assert from_json(to_json(full)) == full
