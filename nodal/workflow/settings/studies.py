"""The studies of what the paper's Discussion suggests: the stages that each needs, and its tables."""

from dataclasses import dataclass
from typing import Literal

Name = Literal[
    "skip",
    "silencing",
    "whole_network",
    "optimizers",
    "number_of_heads",
    "assigned_heads",
    "growing_labels",
    "few_labels",
    "assigned_masks",
    "fewest_parameters",
]


@dataclass(frozen=True)
class Study:
    """A study.

    Attributes:
        needs: Stages of a run.
        tables: Their names; the first one is the study's.
        joint: The names of those that only all seeds together have.
        trains: Whether it trains networks as the run's was trained, from scratch.
    """

    needs: tuple[str, ...]
    tables: tuple[str, ...]
    joint: tuple[str, ...] = ()
    trains: bool = False


STUDIES: dict[Name, Study] = {
    "skip": Study(("pruning",), ("skip", "skip_taps", "skip_masks")),
    "silencing": Study(("fc_pruning",), ("silencing", "silencing_retrained")),
    "whole_network": Study(("pruning",), ("whole_network",)),
    "assigned_heads": Study(("specialisation",), ("assigned_heads",), trains=True),
    "number_of_heads": Study(("specialisation",), ("number_of_heads",), trains=True),
    "optimizers": Study(("fc_pruning", "specialisation"), ("optimizers", "optimizers_rates"), trains=True),
    "growing_labels": Study(("fc_pruning",), ("growing_labels", "growing_labels_limit"), trains=True),
    "few_labels": Study(("specialisation",), ("few_labels",), ("few_labels_joint",), trains=True),
    "assigned_masks": Study(("pruning",), ("assigned_masks",), trains=True),
    "fewest_parameters": Study(("pruning",), ("fewest_parameters", "fewest_parameters_front"), trains=True),
}
