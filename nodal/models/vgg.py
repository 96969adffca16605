"""VGG networks for small images (Simonyan and Zisserman, arXiv 1409.1556) with batch normalisation."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn


def _convolution(into: int, out: int, *, pooled: bool) -> nn.Sequential:
    """A convolution 3x3 with its batch norm, its ReLU and, at the end of a stage, max-pool 2/2."""
    parts: list[tuple[str, nn.Module]] = [
        ("conv", nn.Conv2d(into, out, 3, padding=1)),
        ("norm", nn.BatchNorm2d(out)),
        ("relu", nn.ReLU()),
    ]
    return nn.Sequential(OrderedDict([*parts, ("pool", nn.MaxPool2d(2))] if pooled else parts))


def _fully_connected(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(OrderedDict(linear=nn.Linear(into, out), relu=nn.ReLU()))


class VGG(nn.Module):
    """A VGG: stages of convolutions, each halved by a pooling; hidden fully connected layers; the last one.

    The defaults are VGG-16 for images of 32x32: 15,299,748 parameters at 100 labels.

    Args:
        image_size: Side of the images in pixels.
        labels: Number of labels.
        widths: Filters of a convolution, stage by stage.
        layers: Convolutions, stage by stage.
        hidden: Nodes of the hidden fully connected layers.
        bias: Whether the last layer has a bias.

    Raises:
        ValueError: There is not a number of layers a stage, or the images are too small for the poolings.
    """

    def __init__(
        self, *, image_size: int, labels: int, widths: Sequence[int] = (64, 128, 256, 512, 512),
        layers: Sequence[int] = (2, 2, 3, 3, 3), hidden: Sequence[int] = (512, 512), bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        if len(widths) != len(layers):
            raise ValueError(f"layers: {len(layers)} stages where widths has {len(widths)}")
        side = image_size >> len(widths)
        if side < 1:
            raise ValueError(f"image_size: {image_size} is too small for {len(widths)} poolings by 2")
        filters = [3, *(width for width, count in zip(widths, layers, strict=True) for _ in range(count))]
        ends = {sum(layers[: stage + 1]) for stage in range(len(layers))}
        self.features = nn.Sequential(
            *(
                _convolution(into, out, pooled=number in ends)
                for number, (into, out) in enumerate(pairwise(filters), 1)
            )
        )
        sizes = [filters[-1] * side * side, *hidden]
        self.hidden = nn.Sequential(*(_fully_connected(into, out) for into, out in pairwise(sizes)))
        self.fc = nn.Linear(sizes[-1], labels, bias=bias)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, labels] of normalised images [B, 3, H, W]."""
        logits: Tensor = self.fc(self.hidden(self.features(images).flatten(1)))
        return logits
