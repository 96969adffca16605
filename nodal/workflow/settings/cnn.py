"""The settings of convolutional networks for small images."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.kinds import READ, Count, Flag
from nodal.workflow.settings.mapping import Settings

Counts = Annotated[list[Count], READ]


class Vgg(Settings):
    """A VGG with batch normalisation; the defaults are VGG-16 for images of 32x32."""

    family: Literal["vgg"]
    widths: Counts = Field(
        default=[64, 128, 256, 512, 512],
        min_length=1,
        description="Filters of a convolution, stage by stage; each stage ends with a pooling by 2.",
    )
    layers: Counts = Field(default=[2, 2, 3, 3, 3], description="Convolutions, stage by stage.")
    hidden: Counts = Field(default=[512, 512], description="Nodes of the hidden fully connected layers.")
    bias: Flag = Field(default=True, description="Bias of the last layer.")

    @model_validator(mode="after")
    def _a_number_a_stage(self) -> Self:
        if len(self.layers) != len(self.widths):
            text = f"{len(self.layers)} stages where widths has {len(self.widths)}"
            raise PydanticCustomError("layers", "{text}", {"text": text, "key": "layers"})
        return self


class ResNet(Settings):
    """A residual network in its form for small images; the defaults are ResNet-20."""

    family: Literal["resnet"]
    depth: Count = Field(default=20, description="Layers: 2 and 6 for each block of a stage.")
    width: Count = Field(
        default=16, description="Filters of the first stage; twice as many in each of the two others."
    )

    @model_validator(mode="after")
    def _whole_blocks(self) -> Self:
        if self.depth < 8 or (self.depth - 2) % 6:
            text = f"{self.depth} where 8, 14, 20 or another 6 n + 2 is needed"
            raise PydanticCustomError("depth", "{text}", {"text": text, "key": "depth"})
        return self
