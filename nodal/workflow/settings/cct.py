"""The settings of a compact convolutional transformer."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.kinds import READ, Count, Natural, Rate
from nodal.workflow.settings.mapping import Settings


def _of_each(given: Any) -> str:
    return "each" if isinstance(given, list) else "all"


Heads = Annotated[
    Annotated[list[Count], Tag("each")] | Annotated[Count, Tag("all")], Discriminator(_of_each), READ
]


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
    heads: Heads = Field(default=4, description="Attention heads a block; or a list, of each block.")
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
        each = self.heads if isinstance(self.heads, list) else [self.heads]
        for heads in each:
            if self.width % heads:
                text = f"{self.width} is not a multiple of heads = {heads}"
                raise PydanticCustomError("width", "{text}", {"text": text, "key": "width"})
        if isinstance(self.heads, list) and len(each) != self.depth:
            text = f"{len(each)} numbers where one for each of {self.depth} blocks is needed"
            raise PydanticCustomError("heads", "{text}", {"text": text, "key": "heads"})
        return self
