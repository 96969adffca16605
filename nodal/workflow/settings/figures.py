"""What the figures of a run show."""

from typing import Annotated

from pydantic import Field

from nodal.paper import THRESHOLD
from nodal.workflow.settings.kinds import READ, Distinct, Multiple, Natural, Pair, Share
from nodal.workflow.settings.mapping import Settings

Place = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*/[a-z0-9_]+$")]


class Figures(Settings):
    """What the figures of a run show."""

    examples: Distinct[Place] | None = Field(
        default=None,
        description="`set/tap` whose nodes Figures 2 and 3 show; the first one is counted in Figure 4;"
        " null: the last tap of the first probe set, and one at a pruned layer.",
    )
    sweep: Distinct[Place] | None = Field(
        default=None,
        description="`set/tap` over whose thresholds Figure 5 goes; null: the last two of the first set.",
    )
    threshold: Share = Field(default=THRESHOLD, description="Threshold of the clusters shown.")
    node: Annotated[Natural | None, READ] = Field(
        default=None, description="The node shown in Figures 2 and 3; null: a typical one of its layer."
    )
    ratios: Pair[Multiple] = Field(default=[1, 3], description="Range of the ratio in Figure 10.")
