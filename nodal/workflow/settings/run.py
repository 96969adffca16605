"""A run: a data set, a network, and what is done with them."""

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from nodal.workflow.settings.figures import Figures
from nodal.workflow.settings.kinds import Flag, Name, Number, Positive, Triple
from nodal.workflow.settings.mapping import Settings
from nodal.workflow.settings.networks import Network
from nodal.workflow.settings.recipes import NetworkRecipe, Pretraining
from nodal.workflow.settings.stages import FcPruning, ProbeSet, Pruning, Shipping, Specialisation


class ChannelStatistics(Settings):
    """Mean and standard deviation of the three channels, of values from 0 to 1."""

    mean: Triple[Number]
    std: Triple[Positive]


def _normalisation(given: Any) -> str | None:
    if isinstance(given, dict | ChannelStatistics):
        return "statistics"
    return "image" if given == "image" else None


Normalisation = Annotated[
    Annotated[Literal["image"], Tag("image")] | Annotated[ChannelStatistics, Tag("statistics")],
    Discriminator(
        _normalisation,
        custom_error_type="normalisation",
        custom_error_message="Input should be 'image' or {mean: [3 numbers], std: [3 numbers]}",
    ),
]

# A stage that a run does not have is no key of the complete configuration.
_stage = partial(Field, default=None, exclude_if=lambda stage: stage is None)


class Run(Settings):
    """A data set, a network, and what is done with them."""

    dataset: str = Field(description="A name of `datasets`.")
    normalise: Normalisation = Field(
        default="image",
        description="`image`: every image by its own mean and sd (the paper's appendix); or the data set's"
        " channel statistics.",
    )
    model: Network = Field(description="The network.")
    pretrain: Pretraining = Field(
        default_factory=NetworkRecipe, description="The recipe that trains it, or published weights."
    )
    probes: dict[Name, ProbeSet] | None = Field(
        default=None,
        min_length=1,
        description="Probe sets by name; without them the run gets all sets, stages and figures that its"
        " architecture allows.",
    )
    pruning: Pruning | None = _stage(description="Pruning of a block (Table 3).")
    fc_pruning: FcPruning | None = _stage(description="Pruning of a probe's FC layer (Tables 1 to 3).")
    specialisation: Specialisation | None = _stage(description="Labels of attention heads (Tables 4, 5).")
    shipping: Shipping | None = _stage(
        description="Smaller and faster networks: `results/{run}/shipping.csv`, where it is asked for."
    )
    figures: Figures | None = _stage(description="What the figures show; none without.")
    paper: Flag = Field(
        default=False,
        description="Whether this is the paper's own run: only then are its numbers compared with the printed"
        " ones in figures and claims.",
    )
