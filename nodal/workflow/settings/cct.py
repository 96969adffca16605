"""The settings of a compact convolutional transformer."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.kinds import Count, Natural, Rate
from nodal.workflow.settings.mapping import Settings


class Cct(Settings):
    """A compact convolutional transformer; the defaults are CCT-7/3x1."""

    family: Literal["cct"] = "cct"
    kernel: Count = Field(default=3, description="Side of the tokenizer's convolutions.")
    stride: Count = Field(default=1, description="Stride of the tokenizer's convolutions.")
    padding: Natural = Field(default=1, description="Padding of the tokenizer's convolutions.")
    convolutions: Count = Field(default=1, le=2, description="Number of the tokenizer's convolutions.")
    hidden_channels: Count = Field(default=64, description="Channels between two convolutions.")
    width: Count = Field(default=256, description="Nodes of a token; a multiple of `heads`.")
    depth: Count = Field(default=7, description="Number of encoder blocks.")
    heads: Count = Field(default=4, description="Attention heads a block.")
    mlp_ratio: Count = Field(default=2, description="Hidden nodes of a block's MLP for each node of a token.")
    position: Literal["learnable", "sine"] = Field(default="learnable", description="Position embedding.")
    attention_dropout: Rate = Field(default=0.1, description="Dropout of the attention weights.")
    stochastic_depth: Rate = Field(
        default=0.1, description="Rate at which the last block's paths are dropped."
    )
    activation: Literal["gelu", "relu", "none"] = Field(
        default="gelu", description="Of the feed-forward sub-blocks; `none` leaves them linear."
    )
    layer_norm: Literal["all", "blocks", "final", "none"] = Field(
        default="all",
        description="Where there is LayerNorm; `blocks`: before the sub-blocks only; `final`: behind the last"
        " block only.",
    )

    @model_validator(mode="after")
    def _heads_are_equal(self) -> Self:
        if self.width % self.heads:
            text = f"{self.width} is not a multiple of heads = {self.heads}"
            raise PydanticCustomError("width", "{text}", {"text": text, "key": "width"})
        return self
