"""A family of its own: a perceptron of three layers on vectors, and what it is made of."""

from torch import Tensor, nn

from nodal.architectures.architecture import Architecture, Layer, Readout, Tap


class Perceptron(nn.Module):
    """Three layers: two blocks of a layer and a ReLU, and one to the labels."""

    def __init__(self, inputs: int, width: int, labels: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            nn.Sequential(nn.Linear(inputs, width), nn.ReLU()),
            nn.Sequential(nn.Linear(width, width), nn.ReLU()),
        )
        self.fc = nn.Linear(width, labels)

    def forward(self, vectors: Tensor) -> Tensor:
        return self.fc(self.blocks(vectors))


def perceptron() -> Architecture:
    """Each block's input and output are tapped, and its layer can be pruned."""
    blocks = ("blocks.0", "blocks.1")
    taps: dict[str, Tap] = {}
    layers: dict[str, Layer] = {}
    for number, block in enumerate(blocks, 1):
        taps[f"in{number}"] = Tap(block, "input", "vector", "in", number)
        taps[f"block{number}"] = Tap(block, "output", "vector", block=number)
        layers[f"{block}.0.weight"] = Layer(f"in{number}", f"block{number}", number, "hidden")
    return Architecture(taps, layers, blocks, readout=Readout("fc"))
