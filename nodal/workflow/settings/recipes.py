"""Recipes: how something is trained, and weights that are taken instead."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.kinds import (
    READ,
    Count,
    Factor,
    Flag,
    Natural,
    NonEmpty,
    NonNegative,
    Pair,
    Positive,
    Probability,
    Rate,
    Share,
    Switch,
)
from nodal.workflow.settings.mapping import Settings

# The keys of a schedule that only one kind of it reads.
ONLY = {
    "step": ("decay", "every"),
    "cosine": ("warmup", "cooldown", "start", "minimum"),
}


class Schedule(Settings):
    """How the learning rate changes over the epochs: the factors it is multiplied by."""

    kind: Literal["constant", "step", "cosine"] = "constant"
    decay: Factor = Field(default=1.0, description="step: factor applied every `every` epochs.")
    every: Count = Field(default=10, description="step: epochs from one decay to the next.")
    warmup: NonNegative = Field(default=0, description="cosine: epochs of linear warm-up.")
    cooldown: NonNegative = Field(default=0, description="cosine: last epochs at the minimum.")
    start: Probability = Field(default=0.0, description="cosine: first factor of the warm-up.")
    minimum: Probability = Field(default=0.0, description="cosine: last factor.")

    @model_validator(mode="after")
    def _nothing_is_without_effect(self) -> Self:
        for kind, keys in ONLY.items():
            for key in keys:
                value = getattr(self, key)
                if self.kind != kind and value != type(self).model_fields[key].default:
                    text = f"{value!r} has no effect: only kind {kind} reads it, and kind is {self.kind}"
                    raise PydanticCustomError("no_effect", "{text}", {"text": text, "key": key})
        return self


class Augmentation(Settings):
    """How training images are varied; all off by default."""

    shift: Natural = Field(default=0, description="Random shift of up to so many pixels.")
    flip: Flag = Field(default=False, description="Random horizontal flip.")
    crop_scale: Annotated[Pair[Factor] | None, READ] = Field(
        default=None, description="Random crop: smallest and largest share of the image's area."
    )
    randaugment: Flag = Field(default=False, description="RandAugment m9-mstd0.5-inc1.")
    erase: Probability = Field(default=0.0, description="Probability of random erasing.")
    mixup: NonNegative = Field(default=0.0, description="Parameter of mixup's Beta distribution; 0 is off.")
    cutmix: NonNegative = Field(default=0.0, description="Parameter of CutMix's Beta distribution; 0 is off.")


class Recipe(Settings):
    """How anything is trained."""

    epochs: Count = Field(default=30, description="Passes over the training split.")
    batch: Count = Field(default=100, description="Images a step.")
    optimizer: Literal["adamw", "sgd"] = Field(
        default="adamw", description="sgd is with Nesterov momentum 0.9."
    )
    lr: Positive = Field(default=1.0e-3, description="Learning rate.")
    beta2: Share = Field(default=0.999, description="Second beta of AdamW.")
    weight_decay: NonNegative = Field(default=0.0, description="On matrices only.")
    smoothing: Rate = Field(default=0.1, description="Label smoothing.")
    clip: NonNegative = Field(default=0.0, description="Largest norm of the gradient; 0 is off.")
    schedule: Schedule = Field(default_factory=Schedule)
    augment: Augmentation = Field(default_factory=Augmentation)
    bf16: Switch = Field(default="auto", description="bfloat16 autocast; auto: on where there is a GPU.")
    tf32: Switch = Field(
        default="auto", description="TF32 for what is left in float32; auto: on where there is a GPU."
    )


class NetworkRecipe(Recipe):
    """How a whole network is trained."""

    compile: Switch = Field(
        default="auto", description="torch.compile; auto: on where there are a GPU and a C compiler."
    )


class Published(Settings):
    """Weights from a file in the place of a training."""

    checkpoint: NonEmpty = Field(
        description="File of a published state dict to take the weights from; nothing is trained then."
    )
    at_chance: Literal["stop", "accept"] = Field(
        default="stop",
        description="What to do where the accuracy on the held-out images is at chance, or another order of"
        " the labels suits the weights better.",
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_trained(cls, given: Any) -> Any:
        if isinstance(given, dict) and (
            recipe := [key for key in given if key in NetworkRecipe.model_fields]
        ):
            text = f"{', '.join(recipe)} beside checkpoint: its weights are taken and nothing is trained"
            raise PydanticCustomError("unknown_key", "{text}", {"text": text})
        return given


def _origin(given: Any) -> str:
    named = (
        given if isinstance(given, dict) else type(given).model_fields if isinstance(given, Settings) else ()
    )
    return "published" if get_close_matches("checkpoint", map(str, named)) else "trained"  # misspelt, too


Pretraining = Annotated[
    Annotated[NetworkRecipe, Tag("trained")] | Annotated[Published, Tag("published")],
    Discriminator(_origin),
]
