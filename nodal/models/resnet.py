"""Residual networks for small images (He et al., arXiv 1512.03385, section 4.2): ResNet-20, -32, -44, -56.

Parameters bear the names of the published checkpoints (akamaster/pytorch_resnet_cifar10), so that those load
unchanged. A shortcut between stages takes every second pixel and pads the missing filters with zeros.
"""

from torch import Tensor, nn
from torch.nn.functional import pad, relu

from nodal.architectures.resnet import STAGES


class BasicBlock(nn.Module):
    """Two convolutions 3x3 with batch norm, and a shortcut without parameters around them."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.stride, self.more = stride, out - into
        self.conv1 = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        """[B, into, H, W] -> [B, out, H / stride, W / stride]."""
        shortcut = x[:, :, :: self.stride, :: self.stride]
        if self.more:
            shortcut = pad(shortcut, (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))
        return relu(self.bn2(self.conv2(relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet(nn.Module):
    """A residual network of three stages; the defaults are ResNet-20.

    Args:
        labels: Number of labels.
        depth: Layers: 2 and 6 for each block of a stage.
        width: Filters of the first stage; twice as many in each further one.

    Raises:
        ValueError: The depth is no such number.
    """

    def __init__(self, *, labels: int, depth: int = 20, width: int = 16) -> None:
        super().__init__()
        each, rest = divmod(depth - 2, 2 * STAGES)
        if each < 1 or rest:
            raise ValueError(f"depth: {depth} where 8, 14, 20 or another 6 n + 2 is needed")
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _stage(width, width, each, 1)
        self.layer2 = _stage(width, 2 * width, each, 2)
        self.layer3 = _stage(2 * width, 4 * width, each, 2)
        self.linear = nn.Linear(4 * width, labels)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, labels] of normalised images [B, 3, H, W]."""
        x = relu(self.bn1(self.conv1(images)))
        x = self.layer3(self.layer2(self.layer1(x)))
        logits: Tensor = self.linear(x.mean((2, 3)))
        return logits


def _stage(into: int, out: int, blocks: int, stride: int) -> nn.Sequential:
    return nn.Sequential(BasicBlock(into, out, stride), *(BasicBlock(out, out, 1) for _ in range(blocks - 1)))
