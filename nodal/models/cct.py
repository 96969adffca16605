"""The compact convolutional transformer (Hassani et al., arXiv 2104.05704), CCT-7/3x1 and CCT-7/7x2.

Parameters bear the names of the published SHI-Labs checkpoints, so that those load unchanged.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, relu, scaled_dot_product_attention

from nodal.architectures.attention_heads import heads_by_block
from nodal.models.linear import Linear

# Of the feed-forward sub-blocks. The published networks have GELU; the others ask what it does to nodes.
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"gelu": gelu, "relu": relu, "none": lambda x: x}


class Tokenizer(nn.Module):
    """Convolutions, each with ReLU and max-pool 3/2/1, whose pixels are the tokens."""

    def __init__(
        self, width: int, kernel: int, stride: int, padding: int, convolutions: int, hidden: int
    ) -> None:
        super().__init__()
        channels = [3, *[hidden] * (convolutions - 1), width]
        self.conv_layers = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(into, out, kernel, stride, padding, bias=False),
                    nn.ReLU(),
                    nn.MaxPool2d(3, 2, 1),
                )
                for into, out in pairwise(channels)
            )
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, images: Tensor) -> Tensor:
        """Tokens [B, tokens, width] of images [B, 3, H, W]."""
        # Channels last, so that tokens come out one after the other, and a little faster.
        tokens: Tensor = self.conv_layers(images.contiguous(memory_format=torch.channels_last))
        return tokens.flatten(2).transpose(1, 2)


class Attention(nn.Module):
    """Multi-head attention; the 3 * width outputs of `qkv` are Q|K|V, each head by head."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.qkv = Linear(width, 3 * width, bias=False)
        self.proj = Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, tokens, width] -> [B, tokens, width]."""
        query, key, value = self.qkv(tokens).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        dropout = self.dropout if self.training else 0.0
        mixed = scaled_dot_product_attention(query, key, value, dropout_p=dropout)
        projected: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return projected


class EncoderBlock(nn.Module):
    """Multi-head attention, then feed-forward; the skip of the latter carries the normalised stream."""

    def __init__(
        self, width: int, heads: int, mlp_ratio: int, dropout: float, drop_path: float,
        activation: str = "gelu", normed: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.pre_norm = _norm(width, normed)
        self.self_attn = Attention(width, heads, dropout)
        self.norm1 = _norm(width, normed)
        self.linear1 = Linear(width, mlp_ratio * width)
        self.linear2 = Linear(mlp_ratio * width, width)
        self.drop_path = drop_path

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, tokens, width] -> [B, tokens, width]."""
        tokens = tokens + self._dropped(self.self_attn(self.pre_norm(tokens)))
        tokens = self.norm1(tokens)
        out: Tensor = tokens + self._dropped(self.linear2(self.activation(self.linear1(tokens))))
        return out

    def _dropped(self, branch: Tensor) -> Tensor:
        """A branch, in training left out of whole images at random (stochastic depth)."""
        if not self.training or not self.drop_path:
            return branch
        # Here, as this import takes longer than the rest of many a job that trains no network.
        from torchvision.ops import stochastic_depth

        dropped: Tensor = stochastic_depth(branch, self.drop_path, "row")
        return dropped


class Classifier(nn.Module):
    """Position embedding, encoder blocks, final norm, sequence pooling and FC layer."""

    def __init__(
        self, tokens: int, width: int, heads: Sequence[int], mlp_ratio: int, labels: int,
        position: str, dropout: float, stochastic_depth: float, activation: str, layer_norm: str,
    ) -> None:  # fmt: skip
        super().__init__()
        if position == "sine":
            self.positional_emb = nn.Parameter(sine_embedding(tokens, width), requires_grad=False)
        else:
            self.positional_emb = nn.Parameter(nn.init.trunc_normal_(torch.empty(1, tokens, width), std=0.2))
        rates = torch.linspace(0, stochastic_depth, len(heads)).tolist()
        normed = layer_norm in ("all", "blocks")
        self.blocks = nn.ModuleList(
            EncoderBlock(width, own, mlp_ratio, dropout, rate, activation, normed)
            for own, rate in zip(heads, rates, strict=True)
        )
        self.norm = _norm(width, layer_norm in ("all", "final"))
        self.attention_pool = nn.Linear(width, 1)
        self.fc = nn.Linear(width, labels)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [B, labels] of tokens [B, tokens, width]."""
        tokens = tokens + self.positional_emb
        for block in self.blocks:
            tokens = block(tokens)
        tokens = self.norm(tokens)
        pooled = self.attention_pool(tokens).softmax(dim=1).transpose(1, 2) @ tokens
        logits: Tensor = self.fc(pooled.squeeze(1))
        return logits


class CCT(nn.Module):
    """A compact convolutional transformer.

    Args:
        image_size: Side of the images in pixels.
        labels: Number of labels.
        kernel, stride, padding, convolutions: Of the tokenizer.
        width: Nodes of a token. depth: Encoder blocks.
        heads: Attention heads a block, or of each block.
        mlp_ratio: Hidden nodes of the feed-forward sub-block over width.
        position: Learnable or (fixed) sine position embedding.
        attention_dropout: Dropout of the attention weights in training.
        stochastic_depth: Largest drop rate, reached linearly at the last block.
        hidden_channels: Channels between two convolutions.
        activation: Of the feed-forward sub-blocks: `gelu`, `relu`, or `none`, which leaves them linear.
        layer_norm: Where there is LayerNorm: `all`; `blocks`, before the sub-blocks only; `final`, behind the
            last block only; `none`.

    Raises:
        ValueError: Width no multiple of heads, not as many of these as blocks, or images too small for
            the tokenizer.
    """

    def __init__(
        self, *, image_size: int, labels: int, kernel: int = 3, stride: int = 1, padding: int = 1,
        convolutions: int = 1, width: int = 256, depth: int = 7, heads: int | Sequence[int] = 4,
        mlp_ratio: int = 2,
        position: Literal["learnable", "sine"] = "learnable", attention_dropout: float = 0.1,
        stochastic_depth: float = 0.1, hidden_channels: int = 64,
        activation: Literal["gelu", "relu", "none"] = "gelu",
        layer_norm: Literal["all", "blocks", "final", "none"] = "all",
    ) -> None:  # fmt: skip
        super().__init__()
        by_block = heads_by_block(heads, depth)
        for own in by_block:
            if width % own:
                raise ValueError(f"width: {width} is not a multiple of heads = {own}")
        side = image_size
        for _ in range(convolutions):
            side = ((side + 2 * padding - kernel) // stride + 1 - 1) // 2 + 1
        if side < 1:
            raise ValueError(
                f"image_size: {image_size} is too small for the {kernel}x{kernel} tokenizer; pad more"
            )
        self.tokenizer = Tokenizer(width, kernel, stride, padding, convolutions, hidden_channels)
        self.classifier = Classifier(
            side * side, width, by_block, mlp_ratio, labels, position, attention_dropout,
            stochastic_depth, activation, layer_norm,
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, labels] of normalised images [B, 3, H, W]."""
        logits: Tensor = self.classifier(self.tokenizer(images))
        return logits


def _norm(width: int, normed: bool) -> nn.Module:
    return nn.LayerNorm(width) if normed else nn.Identity()


def sine_embedding(tokens: int, width: int) -> Tensor:
    """The fixed embedding [1, tokens, width] of Vaswani et al.: sine on even, cosine on odd nodes."""
    rates = torch.exp(torch.arange(width) // 2 * (-2 * math.log(10000.0) / width))
    angles = torch.arange(tokens)[:, None] * rates
    return torch.where(torch.arange(width) % 2 == 0, angles.sin(), angles.cos())[None]


def cct_7_3x1(
    labels: int = 100, image_size: int = 32, position: Literal["learnable", "sine"] = "learnable"
) -> CCT:
    """CCT-7/3x1: the paper's network for CIFAR-100."""
    return CCT(image_size=image_size, labels=labels, position=position)


def cct_7_7x2(
    labels: int = 102, image_size: int = 224, position: Literal["learnable", "sine"] = "sine"
) -> CCT:
    """CCT-7/7x2: the paper's network for Flowers-102 (both convolutions are 7x7)."""
    return CCT(
        image_size=image_size, labels=labels, kernel=7, stride=2, padding=3, convolutions=2, position=position
    )
