"""MicroNet v2 for CIFAR-100, by KAIST AI for the MicroNet challenge of 2019 (Kim, Kim and Yun, PMLR 123:13).

Modules have the names of the published weights.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import hardswish, sigmoid

STEM = 32
EXPANSION = 2.5
STAGES = (  # width, blocks, stride of the first
    (20, 2, 1), (36, 1, 2), (36, 1, 1), (56, 3, 1), (80, 1, 2), (80, 4, 1), (88, 1, 2), (96, 2, 1),
    (114, 1, 1),
)  # fmt: skip


class Block(nn.Module):
    """Expanded by a 1x1 convolution, filtered channel by channel, narrowed again.

    Where it keeps the resolution, its channels are scaled by squeeze and excitation and its input is added.
    """

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        inner, squeezed = int(EXPANSION * inputs), width // 4
        self.stride = stride
        self.conv1, self.bn1 = nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, padding=1, groups=inner, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = nn.Conv2d(inner, width, 1, bias=False), nn.BatchNorm2d(width)
        # All blocks have these two in the published weights; those with a stride do not use them.
        self.fc1, self.fc2 = nn.Conv2d(width, squeezed, 1), nn.Conv2d(squeezed, width, 1)
        self.shortcut = nn.Sequential()
        if stride == 1 and inputs != width:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, images: Tensor) -> Tensor:
        """[B, inputs, H, W] -> [B, width, H / stride, W / stride]."""
        inner = hardswish(self.bn2(self.conv2(hardswish(self.bn1(self.conv1(images))))))
        narrow: Tensor = self.bn3(self.conv3(inner))
        if self.stride != 1:
            return narrow
        scale = sigmoid(self.fc2(hardswish(self.fc1(narrow.mean((2, 3), keepdim=True)))))
        return narrow * scale + self.shortcut(images)


class MicroNet(nn.Module):
    """A convolution, sixteen blocks, the mean over positions, an FC layer."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, STEM, 3, padding=1, bias=False), nn.BatchNorm2d(STEM)
        blocks, inputs = [], STEM
        for width, repeats, stride in STAGES:
            for each in (stride, *[1] * (repeats - 1)):
                blocks.append(Block(inputs, width, each))
                inputs = width
        self.layers = nn.Sequential(*blocks)
        self.dropout, self.linear = nn.Dropout(0.3), nn.Linear(inputs, labels)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, labels] of images [B, 3, 32, 32]."""
        images = images.contiguous(memory_format=torch.channels_last)  # twice as fast on a CPU
        features = self.layers(hardswish(self.bn1(self.conv1(images))))
        logits: Tensor = self.linear(self.dropout(features.mean((2, 3))))
        return logits


def model(labels: int) -> nn.Module:
    """What the workflow calls."""
    return MicroNet(labels)
