"""Fully connected layers of encoder blocks that use AVX-512 also where the processor is not Intel's.

PyTorch's own linear layers call MKL, which uses AVX-512 on Intel's processors alone. Its convolutions call
oneDNN, which uses it wherever it is: on AMD's processors a large product takes half the time when it is
computed as a 1x1 convolution, on Intel's up to half as much again.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d


def _made_by_intel() -> bool:
    try:
        with Path("/proc/cpuinfo").open() as file:  # its first lines are of the first of many processors
            return "GenuineIntel" in file.read(1000)
    except OSError:
        return False


_AVX512 = torch.backends.cpu.get_cpu_capability() == "AVX512" and torch.backends.mkldnn.is_available()
_INTEL = _made_by_intel()
_SMALLEST = 10_000_000  # multiplications from which a convolution's greater start-up pays


class Linear(nn.Linear):
    """`nn.Linear` on tokens [B, tokens, in_features], with its parameters; the results differ by rounding."""

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, tokens, in_features] -> [B, tokens, out_features]."""
        if not _INTEL and pays(tokens, self.out_features):
            return as_convolution(tokens, self.weight, self.bias)
        return super().forward(tokens)


def pays(tokens: Tensor, out_features: int) -> bool:
    """Whether a convolution has AVX-512 and work enough; never in an export, whose runtime has its own."""
    large = tokens.numel() * out_features >= _SMALLEST
    return large and _AVX512 and not tokens.is_cuda and not torch.compiler.is_exporting()


def as_convolution(tokens: Tensor, weight: Tensor, bias: Tensor | None, groups: int = 1) -> Tensor:
    """The same product: tokens are the pixels of images of one row, channels last, so nothing is copied."""
    # PyTorch leaves fewer than 16 images to MKL, too; which token is in which image makes no difference.
    images = 16 if tokens.shape[:2].numel() % 16 == 0 else len(tokens)
    rows = tokens.reshape(images, -1, tokens.shape[2])
    pixels = conv2d(rows.mT.unsqueeze(2), weight[:, :, None, None], bias, groups=groups)
    return pixels.squeeze(2).mT.reshape(*tokens.shape[:2], -1)
