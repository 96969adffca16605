"""Another number of attention heads, in all blocks or in each."""

import pytest

from nodal.architectures.attention_heads import HeadWeights, head_weights, heads_by_block, with_heads
from nodal.architectures.cct import cct
from nodal.architectures.families import architecture

BERT = {"family": "transformers", "name": "bert", "arguments": {"hidden_size": 8, "num_attention_heads": 4}}


def test_a_number_for_all_blocks_or_one_each() -> None:
    assert heads_by_block(4, 3) == [4, 4, 4]
    assert heads_by_block([2, 4, 8], 3) == [2, 4, 8]
    with pytest.raises(ValueError, match="heads: 2 numbers where one for each of 3 blocks is needed"):
        heads_by_block([2, 4], 3)


def test_taps_have_the_heads_of_their_block() -> None:
    taps = cct({"depth": 3, "heads": [1, 2, 8]}).taps
    assert [taps[f"attention{block}"].heads for block in (1, 2, 3)] == [1, 2, 8]
    assert cct({"depth": 3, "heads": [4, 4, 4]}) == cct({"depth": 3, "heads": 4})


def test_the_same_network_with_other_heads() -> None:
    own = {"family": "cct", "depth": 2, "heads": 4, "width": 16}
    assert with_heads(own, 8) == own | {"heads": 8}
    assert with_heads(own, (2, 8)) == own | {"heads": [2, 8]}
    assert with_heads(BERT, 8)["arguments"] == {"hidden_size": 8, "num_attention_heads": 8}
    assert BERT["arguments"]["num_attention_heads"] == 4


@pytest.mark.parametrize(
    ("model", "heads", "said"),
    [
        ({"family": "vgg"}, 4, "heads a network of vgg has"),
        ({"family": "timm", "name": "vit"}, 4, "heads a network of timm has"),
        (BERT, [4, 8], "as many heads in every block"),
    ],
)
def test_not_every_network_says_how_many_it_has(model: dict, heads: int | list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        with_heads(model, heads)


def test_weights_of_heads() -> None:
    found = head_weights(cct({"depth": 2, "heads": [2, 4]}))
    assert found == {
        "classifier.blocks.0.self_attn.qkv": HeadWeights("rows", 2, 3),
        "classifier.blocks.0.self_attn.proj": HeadWeights("columns", 2),
        "classifier.blocks.1.self_attn.qkv": HeadWeights("rows", 4, 3),
        "classifier.blocks.1.self_attn.proj": HeadWeights("columns", 4),
    }
    vgg = {"family": "vgg", "widths": [4, 8], "layers": [1, 1], "hidden": [16]}
    assert head_weights(architecture(vgg)) == {}
