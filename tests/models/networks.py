"""Small networks of other libraries with a sample of two inputs, by name."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import VisionTransformer

from nodal.augment.preparation import Prepared
from nodal.models.describe import sample_of
from nodal.models.foreign import build_foreign

SMALL = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 32}


class Encoder(nn.Module):
    """torch's own encoder behind an embedding, and a readout of the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(8, 16)
        layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 5)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.embed(tokens)).mean(1))


def library(family: str, name: str, **arguments: Any) -> Callable[[], nn.Module]:
    return lambda: build_foreign({"family": family, "name": name, "arguments": arguments}, 5)


def tokens() -> Prepared:
    """Two texts of six tokens, the second of which ends after four."""
    sample = dict(sample_of("tokens", [6]))
    sample["attention_mask"] = sample["attention_mask"].clone()
    sample["attention_mask"][1, 4:] = 0
    return sample


def images(side: int) -> Callable[[], Prepared]:
    return lambda: sample_of("images", [3, side, side])


NETWORKS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Prepared]]] = {
    "torchvision resnet18": (library("torchvision", "resnet18"), images(32)),
    "torchvision resnet50": (library("torchvision", "resnet50"), images(32)),
    "torchvision vgg11_bn": (library("torchvision", "vgg11_bn"), images(32)),
    "torchvision vit": (lambda: VisionTransformer(32, 8, 2, 4, 16, 32, num_classes=5), images(32)),
    "torchvision swin_t": (library("torchvision", "swin_t"), images(64)),
    "timm resnet18": (library("timm", "resnet18"), images(32)),
    "timm resnet10t": (library("timm", "resnet10t"), images(32)),
    "timm vit": (library("timm", "vit_tiny_patch16_224", img_size=32, patch_size=8, depth=2), images(32)),
    "timm convnext": (library("timm", "convnext_atto"), images(32)),
    "bert": (library("transformers", "bert", vocab_size=50, **SMALL), tokens),
    "hf vit": (library("transformers", "vit", image_size=32, patch_size=8, **SMALL), images(32)),
    "encoder": (Encoder, lambda: torch.linspace(-1, 1, 96).reshape(2, 6, 8)),
}
