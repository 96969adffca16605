"""Small networks of other libraries, and their forward code written out by hand.

Each gives a model, inputs, and what yields its taps with the tensors [B, positions, nodes] that pass them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, scaled_dot_product_attention
from torchvision.models import VisionTransformer, resnet18, vgg11_bn
from torchvision.models.swin_transformer import SwinTransformer

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Prepared

Literal = Iterator[tuple[Tap, Tensor]]
Network = tuple[nn.Module, Prepared, Callable[[nn.Module, Any], Literal]]
IMAGES = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def attended(query: Tensor, key: Tensor, value: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
    """Attention output [B, T, K], the heads beside each other."""
    query, key, value = (each.unflatten(-1, (heads, -1)).transpose(1, 2) for each in (query, key, value))
    return scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).flatten(2)


def multihead(module: nn.MultiheadAttention, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
    """What `nn.MultiheadAttention` computes inside one call."""
    qkv = linear(tokens, module.in_proj_weight, module.in_proj_bias).chunk(3, -1)
    return module.out_proj(attended(*qkv, module.num_heads, mask))


def resnet() -> Network:
    def literal(model: nn.Module, x: Tensor) -> Literal:
        x = model.conv1(x)
        yield Tap("conv1", "output", "channels"), x.flatten(2).mT
        x = model.maxpool(model.bn1(x).relu())
        block = model.layer1[0]
        inner = block.bn1(block.conv1(x))
        yield Tap("layer1.0.bn1", "output", "channels"), inner.flatten(2).mT  # ReLU follows in place
        yield Tap("layer1.0.conv2", "input", "channels"), inner.relu().flatten(2).mT
        inner = block.bn2(block.conv2(inner.relu()))
        yield Tap("layer1.0.bn2", "output", "channels"), inner.flatten(2).mT  # += follows
        x = (inner + x).relu()
        yield Tap("layer1.0", "output", "channels"), x.flatten(2).mT
        x = model.layer4(model.layer3(model.layer2(model.layer1[1](x))))
        yield Tap("fc", "input", "vector"), x.mean((2, 3))[:, None]
        yield Tap("", "output", "vector"), model.fc(x.mean((2, 3)))[:, None]

    return resnet18(num_classes=5), IMAGES, literal


def vgg() -> Network:
    def literal(model: nn.Module, x: Tensor) -> Literal:
        bn = model.features[1](model.features[0](x))
        yield Tap("features.1", "output", "channels"), bn.flatten(2).mT
        yield Tap("features.3", "input", "channels"), bn.relu().flatten(2).mT
        for layer in model.features[3:]:
            bn = layer(bn.relu() if layer is model.features[3] else bn)
        x = model.classifier[0](model.avgpool(bn).flatten(1))
        yield Tap("classifier.0", "output", "vector"), x[:, None]
        yield Tap("classifier.3", "input", "vector"), x.relu()[:, None]

    model = vgg11_bn(num_classes=5)
    model.classifier[0], model.classifier[3] = nn.Linear(512 * 49, 8), nn.Linear(8, 4096)  # small
    return model, IMAGES, literal


def vit() -> Network:
    def literal(model: nn.Module, x: Tensor) -> Literal:
        x = model.conv_proj(x)
        yield Tap("conv_proj", "output", "channels"), x.flatten(2).mT
        x = torch.cat([model.class_token.expand(len(x), -1, -1), x.flatten(2).mT], 1)
        x = x + model.encoder.pos_embedding
        for number, block in enumerate(model.encoder.layers):
            name = f"encoder.layers.encoder_layer_{number}"
            mixed = multihead(block.self_attention, block.ln_1(x))
            yield Tap(f"{name}.self_attention", "output"), mixed
            x = x + mixed
            hidden = block.mlp[0](block.ln_2(x))
            yield Tap(f"{name}.mlp.0", "output"), hidden
            yield Tap(f"{name}.mlp.3", "input"), gelu(hidden)
            x = x + block.mlp[3](gelu(hidden))
            yield Tap(name, "output"), x
        yield Tap("heads", "input", "vector"), model.encoder.ln(x)[:, :1]

    sizes = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "mlp_dim": 24, "num_classes": 5}
    model = VisionTransformer(32, 8, dropout=0.1, attention_dropout=0.1, **sizes)
    return model, IMAGES, literal


def swin() -> Network:
    def literal(model: nn.Module, x: Tensor) -> Literal:
        x = model.features[0][2](model.features[0][0](x).permute(0, 2, 3, 1))
        yield Tap("features.0", "output", "channels_last"), x.flatten(1, 2)
        for number, block in enumerate(model.features[1]):
            name = f"features.1.{number}"
            mixed = block.attn(block.norm1(x))
            yield Tap(f"{name}.attn", "output", "channels_last"), mixed.flatten(1, 2)
            x = x + mixed
            hidden = gelu(block.mlp[0](block.norm2(x)))
            yield Tap(f"{name}.mlp.3", "input", "channels_last"), hidden.flatten(1, 2)
            x = x + block.mlp[3](hidden)
            yield Tap(name, "output", "channels_last"), x.flatten(1, 2)
        x = model.norm(model.features[2:](x))
        yield Tap("norm", "output", "channels_last"), x.flatten(1, 2)
        yield Tap("head", "input", "vector"), x.mean((1, 2))[:, None]

    return SwinTransformer([2, 2], 8, [2, 2], [2, 4], [4, 4], num_classes=5), IMAGES, literal


def timm_vit() -> Network:
    """With a class token and two register tokens."""
    timm = pytest.importorskip("timm")

    def literal(model: nn.Module, x: Tensor) -> Literal:
        x = model.patch_embed.proj(x).flatten(2).mT
        yield Tap("patch_embed", "output"), x
        extra = (model.cls_token.expand(len(x), -1, -1), model.reg_token.expand(len(x), -1, -1))
        x = torch.cat([*extra, x], 1) + model.pos_embed
        yield Tap("blocks.0", "input"), x
        for number, block in enumerate(model.blocks):
            qkv = block.attn.qkv(block.norm1(x))
            yield Tap(f"blocks.{number}.attn.qkv", "output"), qkv
            mixed = attended(*qkv.chunk(3, -1), block.attn.num_heads)
            yield Tap(f"blocks.{number}.attn.proj", "input"), mixed
            x = x + block.attn.proj(mixed)
            x = x + block.mlp.fc2(gelu(block.mlp.fc1(block.norm2(x))))
            yield Tap(f"blocks.{number}", "output"), x
        yield Tap("head", "input", "vector"), model.norm(x)[:, :1]

    sizes = {"img_size": 32, "patch_size": 4, "depth": 2, "reg_tokens": 2, "num_classes": 5}
    model = timm.create_model("vit_tiny_patch16_224", drop_rate=0.1, drop_path_rate=0.1, **sizes)
    return model, IMAGES, literal


def convnext() -> Network:
    timm = pytest.importorskip("timm")

    def literal(model: nn.Module, x: Tensor) -> Literal:
        x = model.stem[1](model.stem[0](x))
        block = model.stages[0].blocks[0]
        hidden = block.mlp.fc1(block.norm(block.conv_dw(x)))
        yield Tap("stages.0.blocks.0.mlp.fc1", "output", "channels"), hidden.flatten(2).mT
        yield Tap("stages.0.blocks.0.mlp.fc2", "input", "channels"), gelu(hidden).flatten(2).mT
        x = x + block.gamma[:, None, None] * block.mlp.fc2(gelu(hidden))
        yield Tap("stages.0.blocks.0", "output", "channels"), x.flatten(2).mT
        x = model.stages[1:](model.stages[0].blocks[1:](x))
        yield Tap("stages", "output", "channels"), x.flatten(2).mT
        x = model.head.norm(x.mean((2, 3), keepdim=True))
        yield Tap("head.fc", "input", "vector"), x[:, None, :, 0, 0]

    return timm.create_model("convnext_atto", num_classes=5, drop_path_rate=0.1), IMAGES, literal


def bert() -> Network:
    transformers = pytest.importorskip("transformers")

    def literal(model: nn.Module, inputs: Mapping[str, Tensor]) -> Literal:
        x = model.bert.embeddings(input_ids=inputs["input_ids"])
        yield Tap("bert.embeddings", "output"), x
        mask = inputs["attention_mask"].bool()[:, None, None]
        for number, layer in enumerate(model.bert.encoder.layer):
            name, inner = f"bert.encoder.layer.{number}", layer.attention.self
            mixed = attended(inner.query(x), inner.key(x), inner.value(x), 2, mask)
            yield Tap(f"{name}.attention.self", "output"), mixed
            yield Tap(f"{name}.attention.output.dense", "input"), mixed
            x = layer.attention.output.LayerNorm(layer.attention.output.dense(mixed) + x)
            yield Tap(f"{name}.attention", "output"), x
            hidden = gelu(layer.intermediate.dense(x))
            yield Tap(f"{name}.intermediate", "output"), hidden
            x = layer.output.LayerNorm(layer.output.dense(hidden) + x)
            yield Tap(name, "output"), x
        pooled = model.bert.pooler.dense(x[:, 0]).tanh()
        yield Tap("classifier", "input", "vector"), pooled[:, None]
        yield Tap("", "output", "vector"), model.classifier(pooled)[:, None]

    sizes = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 16, "intermediate_size": 24}
    config = transformers.BertConfig(vocab_size=30, max_position_embeddings=12, num_labels=5, **sizes)
    mask = (torch.arange(9) < torch.tensor([[9], [5]])).long()
    inputs = {"input_ids": torch.arange(18).view(2, 9) * mask, "attention_mask": mask}
    return transformers.BertForSequenceClassification(config), inputs, literal


class Foreign(nn.Module):
    """Torch's own encoder, which has a fast path in evaluation mode, behind keyword arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 24, batch_first=True), 2)
        self.head = nn.Linear(16, 5)

    def forward(self, tokens: Tensor, padding: Tensor) -> Tensor:
        return self.head(self.encoder(tokens, src_key_padding_mask=padding)[:, 0])


def foreign() -> Network:
    def literal(model: nn.Module, inputs: Mapping[str, Tensor]) -> Literal:
        x = inputs["tokens"]
        for number, layer in enumerate(model.encoder.layers):
            name = f"encoder.layers.{number}"
            mixed = multihead(layer.self_attn, x, ~inputs["padding"][:, None, None])
            yield Tap(f"{name}.self_attn", "output"), mixed
            x = layer.norm1(x + mixed)
            yield Tap(f"{name}.linear1", "output"), layer.linear1(x)
            hidden = layer.linear1(x).relu()
            yield Tap(f"{name}.linear2", "input"), hidden
            x = layer.norm2(x + layer.linear2(hidden))
            yield Tap(name, "output"), x
        yield Tap("head", "input", "vector"), x[:, :1]

    padding = torch.arange(9) >= torch.tensor([[9], [5]])
    return Foreign(), {"tokens": IMAGES.view(2, -1)[:, :144].view(2, 9, 16), "padding": padding}, literal
