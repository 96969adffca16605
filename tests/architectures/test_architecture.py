"""What an architecture says of a CCT, written out; taps that there are not."""

import pytest

from nodal.architectures.architecture import READOUT, Architecture, Layer, Readout, Tap
from nodal.architectures.cct import POINTS, cct
from nodal.architectures.families import architecture

CCT = cct({"depth": 3, "heads": 4})


def test_the_taps_of_a_cct() -> None:
    assert list(CCT.taps) == [f"{kind}{block}" for block in (1, 2, 3) for kind in POINTS]
    inside = "classifier.blocks.1"
    assert {name: tap for name, tap in CCT.taps.items() if tap.block == 2} == {
        "block2": Tap(inside, "output", "tokens", "block", 2),
        "block_no_skip2": Tap(f"{inside}.linear2", "output", "tokens", "block_no_skip", 2),
        "qkv_in2": Tap(f"{inside}.pre_norm", "output", "tokens", "qkv_in", 2),
        "qkv_out2": Tap(f"{inside}.self_attn.qkv", "output", "tokens", "qkv_out", 2),
        "attention2": Tap(f"{inside}.self_attn.proj", "input", "tokens", "attention", 2, heads=4),
        "proj_out2": Tap(f"{inside}.norm1", "input", "tokens", "proj_out", 2),
        "proj_only2": Tap(f"{inside}.self_attn.proj", "output", "tokens", "proj_only", 2),
        "linear1_in2": Tap(f"{inside}.norm1", "output", "tokens", "linear1_in", 2),
        "linear1_preact2": Tap(f"{inside}.linear1", "output", "tokens", "linear1_preact", 2),
        "linear1_out2": Tap(f"{inside}.linear2", "input", "tokens", "linear1_out", 2),
    }


def test_the_layers_of_a_cct() -> None:
    inside = "classifier.blocks.2"
    assert list(CCT.layers_of(3).items()) == [
        (f"{inside}.self_attn.qkv.weight", Layer("qkv_in3", "qkv_out3", 3, "qkv")),
        (f"{inside}.self_attn.proj.weight", Layer("attention3", "proj_out3", 3, "projection")),
        (f"{inside}.linear1.weight", Layer("linear1_in3", "linear1_out3", 3, "linear1")),
        (f"{inside}.linear2.weight", Layer("linear1_out3", "block3", 3, "linear2")),
    ]
    assert len(CCT.layers) == 12
    assert CCT.layers_of(4) == CCT.layers_of(0) == {}


def test_blocks_their_ends_and_their_heads() -> None:
    assert CCT.depth == 3
    assert CCT.blocks == ("classifier.blocks.0", "classifier.blocks.1", "classifier.blocks.2")
    assert CCT.block_taps() == ["block1", "block2", "block3"]
    assert CCT.head_taps() == ["attention1", "attention2", "attention3"]
    # linear1_out is an end of two layers, and stands once.
    assert CCT.ends_of(2) == [
        "qkv_in2", "qkv_out2", "attention2", "proj_out2", "linear1_in2", "linear1_out2", "block2",
    ]  # fmt: skip
    assert CCT.final_norm == "classifier.norm"
    assert architecture({"family": "cct", "depth": 3, "heads": 4, "width": 256}) == CCT


def test_one_head_is_none() -> None:
    assert cct({"depth": 2, "heads": 1}).head_taps() == []


def test_the_readout_is_a_tap_where_there_is_one() -> None:
    assert CCT.tap(READOUT) == Tap("classifier.fc", "input", "vector", "readout", 3)
    assert READOUT not in CCT.taps
    without = Architecture({"a": Tap("m", "output")}, {}, ("m",))
    with pytest.raises(ValueError, match=r"^tap 'readout' does not exist; "):
        without.tap(READOUT)
    assert Architecture(without.taps, {}, ("m",), readout=Readout("n")).tap(READOUT).module == "n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("blok1", "tap 'blok1' does not exist; there is block1, block3, block2"),
        ("attention4", "tap 'attention4' does not exist; there is attention3, attention2, attention1"),
        (
            "fc",
            "tap 'fc' does not exist; a tap is one of block, block_no_skip, qkv_in, qkv_out, attention,"
            " proj_out, proj_only, linear1_in, linear1_preact, linear1_out and a block's number from 1 to 3",
        ),
    ],
)
def test_a_tap_that_does_not_exist_is_named_with_those_near(name: str, said: str) -> None:
    assert CCT.tap("block3") is CCT.taps["block3"]
    with pytest.raises(ValueError, match="does not exist") as caught:
        CCT.tap(name)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"side": "inputs"}, "side: 'inputs' where one of input, output is needed"),
        (
            {"layout": "image"},
            "layout: 'image' where one of tokens, channels, channels_last, vector is needed",
        ),
        ({"block": 0}, "block: 0 where an integer of at least 1 is needed"),
        ({"heads": 0}, "heads: 0 where an integer of at least 1 is needed"),
    ],
)
def test_taps_that_cannot_be_are_refused(changes: dict, said: str) -> None:
    with pytest.raises(ValueError, match="is needed") as caught:
        Tap(**{"module": "m", "side": "output", **changes})
    assert str(caught.value) == said
