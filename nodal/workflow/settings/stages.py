"""Probe sets, and the stages that use what is measured with them."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from nodal.paper import THRESHOLD
from nodal.workflow.settings.kinds import (
    Count,
    Distinct,
    Flag,
    Listed,
    Multiple,
    Natural,
    NonNegative,
    Positive,
    Share,
)
from nodal.workflow.settings.mapping import Settings
from nodal.workflow.settings.recipes import NetworkRecipe, Recipe


class ProbeSet(Recipe):
    """A set of probes on taps of the frozen network, and how what they say is clustered."""

    taps: Listed[str] | None = Field(
        default=None,
        description="Where the probes read: names of taps; `blocks`, one tap a block; `layers`, the ends of"
        " the pruned block's layers; `heads`, all taps with attention heads; `every`, all taps there are;"
        " `readout`, the network's own last layer in place of a trained probe. null: the word that is the"
        " set's name.",
    )
    split: Literal["train", "heldout", "test"] = Field(
        default="test", description="The split the SNP (single-nodal performance) matrices are averaged over."
    )
    pooling: Literal["sequence", "mean", "first", "flatten"] = Field(
        default="sequence",
        description="What the probe makes of positions: their mean by learned weights, their mean, the first"
        " alone, or nothing: each has weights of its own.",
    )
    norm: Literal["none", "fresh", "final"] = Field(
        default="none", description="LayerNorm before the pooling of the probe."
    )
    bias: Flag = Field(default=False, description="Bias of the probe's FC layer.")
    thresholds: Distinct[Share] = Field(
        default=[THRESHOLD], description="Thresholds for which clusters are made."
    )
    rule: Literal["first_fit", "diagonal", "max_clique", "min_cover"] = Field(
        default="first_fit", description="How labels are grouped into clusters."
    )


def _of_each(given: Any) -> str:
    return "each" if isinstance(given, dict) else "all"


Thresholds = Annotated[
    Annotated[dict[str, Share], Tag("each")] | Annotated[Share, Tag("all")], Discriminator(_of_each)
]


class Retraining(NetworkRecipe):
    """How the network is trained again after a block is pruned."""

    epochs: Count = Field(default=3, description="Passes over the training split.")
    lr: Positive = Field(default=5.0e-4, description="Learning rate of the pruned block.")
    rest_lr: NonNegative = Field(
        default=1.0e-6, description="Learning rate of all that is not the pruned block."
    )


class Pruning(Settings):
    """ANDC (applied nodal diagonal connections) pruning of a block: Table 3."""

    probe: str = Field(default="layers", description="The probe set that gives the label sets.")
    block: Count | None = Field(default=None, description="The block to prune; null: the last one.")
    also: Count | None = Field(
        default=None,
        description="Another block that is pruned alike: the one that matters most on held-out images."
        " null: none.",
    )
    thresholds: Thresholds = Field(
        default=THRESHOLD,
        description="One for each kind of tap at the ends of a pruned layer, or the same for all.",
    )
    retrain: Retraining = Field(default_factory=Retraining)


class FcRetraining(Recipe):
    """How a probe's FC layer is trained again, alone."""

    epochs: Count = Field(default=10, description="Passes over the training split.")


class FcPruning(Settings):
    """ANDC pruning of a probe's FC layer: Table 3."""

    probe: str = Field(
        default="blocks", description="The probe set behind Tables 1 and 2; it may have one tap a block."
    )
    tap: str | None = Field(
        default=None, description="The tap of that set whose probe is pruned; null: the last one."
    )
    thresholds: Distinct[Share] = Field(
        default=[THRESHOLD], description="Those of the probe set at which it is pruned."
    )
    retrain: FcRetraining = Field(default_factory=FcRetraining)


class Specialisation(Settings):
    """Which labels the attention heads own: Tables 4 and 5."""

    probe: str = Field(default="heads", description="The probe set whose taps have attention heads.")
    threshold: Share = Field(default=THRESHOLD, description="Threshold of the clusters that are counted.")
    ratio: Multiple = Field(
        default=2.0,
        description="A label belongs to a head that counts it at least so many times as often as any other.",
    )
    draws: Natural = Field(
        default=1000, ge=100, description="Permutations of nodes to heads in the null model."
    )
