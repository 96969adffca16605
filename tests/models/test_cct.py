"""The transformer against a literal forward pass, the published sizes and the names of the checkpoints."""

import math

import pytest
import torch
from torch import Tensor, nn

from nodal.architectures.cct import POINTS, cct
from nodal.models.cct import CCT, EncoderBlock, cct_7_3x1, cct_7_7x2, sine_embedding
from nodal.models.features import collect


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameter_counts_are_the_published_ones() -> None:
    network = cct_7_3x1()
    assert count(network) == 3_783_269
    assert [count(block) for block in network.classifier.blocks] == [526_336] * 7
    assert count(cct_7_3x1(labels=10)) == 3_760_139
    assert count(cct_7_7x2()) == 4_573_735
    pruned = [network.get_parameter(name).numel() for name in cct({"depth": 7, "heads": 4}).layers_of(7)]
    assert sum(pruned) == 524_288


def test_token_counts() -> None:
    assert cct_7_3x1().tokenizer(torch.zeros(1, 3, 32, 32)).shape == (1, 256, 256)
    assert cct_7_7x2().tokenizer(torch.zeros(1, 3, 224, 224)).shape == (1, 196, 256)
    assert cct_7_7x2().tokenizer.conv_layers[0][0].out_channels == 64


def patches(images: Tensor, kernel: int, stride: int, padding: int, fill: float) -> Tensor:
    """[B, C, H', W', kernel, kernel]."""
    b, c, h, w = images.shape
    padded = torch.full((b, c, h + 2 * padding, w + 2 * padding), fill, dtype=images.dtype)
    padded[:, :, padding : padding + h, padding : padding + w] = images
    return padded.unfold(2, kernel, stride).unfold(3, kernel, stride)


def layer_norm(tokens: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    centred = tokens - tokens.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt() * weight + bias


def normed(tokens: Tensor, state: dict[str, Tensor], name: str) -> Tensor:
    """LayerNorm with the weights of this name; without them there is none."""
    if f"{name}.weight" not in state:
        return tokens
    return layer_norm(tokens, state[f"{name}.weight"], state[f"{name}.bias"])


ACTIVATIONS = {
    "gelu": lambda x: x * 0.5 * (1 + torch.erf(x / math.sqrt(2))),
    "relu": lambda x: x.clamp(min=0),
    "none": lambda x: x,
}


def softmax(values: Tensor, dim: int) -> Tensor:
    powers = values.exp()
    return powers / powers.sum(dim, keepdim=True)


def literal(
    network: CCT, images: Tensor, tokenizer: tuple[int, int, int], heads: int, activation: str = "gelu"
) -> dict[str, Tensor]:
    """Every tap and the logits, from the state dict alone."""
    state = network.state_dict()
    kernel, stride, padding = tokenizer
    layer = 0
    while f"tokenizer.conv_layers.{layer}.0.weight" in state:
        kernels = state[f"tokenizer.conv_layers.{layer}.0.weight"]
        images = torch.einsum("bchwij,ocij->bohw", patches(images, kernel, stride, padding, 0.0), kernels)
        images = patches(images.clamp(min=0), 3, 2, 1, -math.inf).amax((-1, -2))
        layer += 1
    x = images.reshape(*images.shape[:2], -1).transpose(1, 2) + state["classifier.positional_emb"]
    found = {}
    for block in range(1, len(network.classifier.blocks) + 1):
        at = {
            name.removeprefix(f"classifier.blocks.{block - 1}."): value
            for name, value in state.items()
            if name.startswith(f"classifier.blocks.{block - 1}.")
        }
        qkv_in = normed(x, at, "pre_norm")
        qkv = qkv_in @ at["self_attn.qkv.weight"].T
        queries, keys, values = qkv.chunk(3, dim=-1)
        width = x.shape[-1]
        size = width // heads
        attention = torch.zeros_like(x)
        for image in range(len(x)):
            for head in range(heads):
                nodes = slice(head * size, (head + 1) * size)
                q, k, v = queries[image, :, nodes], keys[image, :, nodes], values[image, :, nodes]
                attention[image, :, nodes] = softmax(q @ k.T / math.sqrt(size), 1) @ v
        projected = attention @ at["self_attn.proj.weight"].T + at["self_attn.proj.bias"]
        with_skip = x + projected
        stream = normed(with_skip, at, "norm1")  # the skip carries this
        before = stream @ at["linear1.weight"].T + at["linear1.bias"]
        after = ACTIVATIONS[activation](before)
        out = after @ at["linear2.weight"].T + at["linear2.bias"]
        x = stream + out
        found |= {
            f"qkv_in{block}": qkv_in, f"qkv_out{block}": qkv, f"attention{block}": attention,
            f"proj_out{block}": with_skip, f"proj_only{block}": projected, f"linear1_in{block}": stream,
            f"linear1_preact{block}": before, f"linear1_out{block}": after, f"block_no_skip{block}": out,
            f"block{block}": x,
        }  # fmt: skip
    final = normed(x, state, "classifier.norm")
    scores = final @ state["classifier.attention_pool.weight"].T + state["classifier.attention_pool.bias"]
    pooled = (softmax(scores, 1) * final).sum(1)
    return found | {"logits": pooled @ state["classifier.fc.weight"].T + state["classifier.fc.bias"]}


CASES = {
    "3x1": (
        (3, 1, 1),
        9,
        {"kernel": 3, "stride": 1, "padding": 1, "convolutions": 1, "position": "learnable"},
    ),
    "7x2": ((7, 2, 3), 40, {"kernel": 7, "stride": 2, "padding": 3, "convolutions": 2, "position": "sine"}),
}


@pytest.mark.parametrize("case", CASES)
def test_logits_and_taps_are_the_literal_ones(case: str) -> None:
    tokenizer, size, arguments = CASES[case]
    torch.manual_seed(0)
    network = CCT(image_size=size, labels=5, width=12, depth=3, heads=3, hidden_channels=4, **arguments)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name != "classifier.positional_emb":  # norms and biases too: at their start they hide errors
                parameter.normal_(0, 0.4)
    network.double().eval()
    images = torch.randn(3, 3, size, size, dtype=torch.float64)
    with torch.no_grad():
        expected = literal(network, images, tokenizer, heads=3)
        torch.testing.assert_close(network(images), expected["logits"])
        taps = cct({"depth": 3, "heads": 3}).taps
        assert (
            set(taps)
            == {f"{kind}{block}" for kind in POINTS for block in (1, 2, 3)}
            == set(expected) - {"logits"}
        )
        found = collect(network, images, taps)
        for name in taps:
            torch.testing.assert_close(
                found[name], expected[name], msg=lambda text, name=name: f"{name}: {text}"
            )


@pytest.mark.parametrize(
    ("activation", "layer_norm"),
    [("relu", "all"), ("none", "all"), ("gelu", "blocks"), ("gelu", "final"), ("relu", "none")],
)
def test_variants_are_the_literal_ones(activation: str, layer_norm: str) -> None:
    torch.manual_seed(0)
    network = CCT(image_size=9, labels=5, width=12, depth=2, activation=activation, layer_norm=layer_norm)
    norms = {name.split(".")[1] for name in network.state_dict() if "norm" in name}
    assert (
        norms
        == {"all": {"blocks", "norm"}, "blocks": {"blocks"}, "final": {"norm"}, "none": set()}[layer_norm]
    )
    final = cct({"depth": 2, "heads": 4, "layer_norm": layer_norm}).final_norm
    assert final == ("classifier.norm" if "norm" in norms else None)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(0, 0.4)
        network.double().eval()
        images = torch.randn(3, 3, 9, 9, dtype=torch.float64)
        expected = literal(network, images, (3, 1, 1), 4, activation)
        torch.testing.assert_close(network(images), expected["logits"])
        found = collect(network, images, cct({"depth": 2, "heads": 4}).taps)
    for name, value in found.items():
        torch.testing.assert_close(value, expected[name], msg=lambda text, name=name: f"{name}: {text}")


def test_state_dict_has_the_names_of_the_checkpoints() -> None:
    block = [
        "pre_norm.weight", "pre_norm.bias", "self_attn.qkv.weight", "self_attn.proj.weight",
        "self_attn.proj.bias", "linear1.weight", "linear1.bias", "norm1.weight", "norm1.bias",
        "linear2.weight", "linear2.bias",
    ]  # fmt: skip
    ends = [
        "norm.weight",
        "norm.bias",
        "attention_pool.weight",
        "attention_pool.bias",
        "fc.weight",
        "fc.bias",
    ]
    expected = {"classifier.positional_emb", *(f"classifier.{name}" for name in ends)}
    expected |= {f"classifier.blocks.{i}.{name}" for i in range(7) for name in block}
    assert set(cct_7_3x1().state_dict()) == expected | {"tokenizer.conv_layers.0.0.weight"}
    convolutions = {"tokenizer.conv_layers.0.0.weight", "tokenizer.conv_layers.1.0.weight"}
    assert set(cct_7_7x2().state_dict()) == expected | convolutions
    assert cct_7_3x1().state_dict()["classifier.positional_emb"].shape == (1, 256, 256)


@pytest.mark.parametrize("make", [cct_7_3x1, cct_7_7x2])
def test_sine_embedding_is_sine_and_fixed(make: type[CCT]) -> None:
    embedding = make(position="sine").classifier.positional_emb
    assert not embedding.requires_grad
    tokens, width = embedding.shape[1:]
    expected = torch.empty(tokens, width, dtype=torch.float64)
    for token in range(tokens):
        for node in range(width):
            angle = token / 10000 ** (2 * (node // 2) / width)
            expected[token, node] = math.cos(angle) if node % 2 else math.sin(angle)
    # float32 angles up to 255 are right to 2e-5.
    torch.testing.assert_close(embedding[0].double(), expected, rtol=0, atol=5e-5)
    torch.testing.assert_close(embedding, sine_embedding(tokens, width))


def test_learnable_embedding_is_trained() -> None:
    embedding = cct_7_3x1().classifier.positional_emb
    assert embedding.requires_grad
    assert embedding.std().item() == pytest.approx(0.2, rel=0.02)
    assert cct_7_7x2(position="learnable").classifier.positional_emb.requires_grad


def test_initialisation() -> None:
    torch.manual_seed(0)
    network = cct_7_7x2(position="learnable")
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear):
            tolerance = 4 / math.sqrt(2 * module.weight.numel())
            assert module.weight.std().item() == pytest.approx(0.02, rel=tolerance), name
            assert abs(module.weight.mean().item()) < 5 * 0.02 / math.sqrt(module.weight.numel()), name
            assert module.bias is None or not module.bias.any(), name
        if isinstance(module, nn.Conv2d):
            fan = module.weight[0].numel()
            assert module.weight.std().item() == pytest.approx(math.sqrt(2 / fan), rel=0.03), name
            assert module.bias is None
        if isinstance(module, nn.LayerNorm):
            assert (module.weight == 1).all()
            assert not module.bias.any()


def test_drop_rates_rise_linearly() -> None:
    rates = [block.drop_path for block in cct_7_3x1().classifier.blocks]
    assert rates == pytest.approx([0.1 * i / 6 for i in range(7)])
    assert all(block.self_attn.dropout == 0.1 for block in cct_7_3x1().classifier.blocks)


def test_nothing_is_random_in_evaluation_and_all_is_in_training() -> None:
    torch.manual_seed(0)
    block = EncoderBlock(8, 2, 2, 0.5, 0.5)
    tokens = torch.randn(64, 3, 8)
    assert not torch.equal(block(tokens), block(tokens))
    block.eval()
    assert torch.equal(block(tokens), block(tokens))


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="width: 10 is not a multiple of heads = 4"):
        CCT(image_size=8, labels=2, width=10)
    with pytest.raises(ValueError, match="image_size: 2 is too small"):
        CCT(image_size=2, labels=2, kernel=7, padding=0)


def test_as_many_heads_in_every_block_is_one_number_of_them() -> None:
    """Bit for bit, in what it answers and in its gradients; other numbers mix in another way."""
    images, found = torch.rand(2, 3, 12, 12), {}
    for name, heads in (("one", 4), ("each", [4, 4, 4]), ("later", [4, 4, 8])):
        torch.manual_seed(3)
        network = CCT(image_size=12, labels=5, width=16, depth=3, heads=heads)
        torch.manual_seed(4)
        out = network(images)
        out.square().sum().backward()
        found[name] = [out.detach(), *(p.grad for p in network.parameters() if p.grad is not None)]
    assert all(map(torch.equal, found["one"], found["each"]))
    assert not torch.equal(found["one"][0], found["later"][0])
    assert [block.self_attn.heads for block in network.classifier.blocks] == [4, 4, 8]


def test_heads_divide_the_width_in_every_block() -> None:
    with pytest.raises(ValueError, match="width: 16 is not a multiple of heads = 3"):
        CCT(image_size=12, labels=5, width=16, depth=2, heads=[4, 3])
    with pytest.raises(ValueError, match="heads: 2 numbers where one for each of 3 blocks"):
        CCT(image_size=12, labels=5, width=16, depth=3, heads=[4, 4])
