"""The whole configuration."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.datasets import Dataset
from nodal.workflow.settings.kinds import Distinct, Name, Natural
from nodal.workflow.settings.mapping import Settings
from nodal.workflow.settings.run import Run


class Tables(Settings):
    """Which run stands behind which tables and figures of the paper."""

    main: str | None = Field(
        default=None,
        description="The run behind Tables 1-4 (the paper: CCT-7/3x1 on CIFAR-100); none: the only run.",
    )
    second: str | None = Field(
        default=None, description="The run behind Table 5 (the paper: CCT-7/7x2 on Flowers-102), if any."
    )
    text: str | None = Field(default=None, description="The run behind the claims on language, if any.")
    cnn: str | None = Field(
        default=None, description="The run behind the claims on pruning a CNN's layers, if any."
    )


class Configuration(Settings):
    """What a configuration may say. Every default stands in these models; unknown keys are errors."""

    seeds: Distinct[Natural] = Field(
        description="Seeds of the independent repetitions; every table gives mean and sd over them."
    )
    tables: Tables = Field(default_factory=Tables)
    dense_limit: Natural = Field(
        default=20_000_000,
        description="Largest number of elements (nodes x labels x labels) of the dense SNP (single-nodal"
        " performance) matrices written to one file; above it only their factors are stored.",
    )
    datasets: dict[Name, Dataset] = Field(min_length=1, description="Data sets by name.")
    runs: dict[Name, Run] = Field(min_length=1, description="Runs by name.")

    @model_validator(mode="after")
    def _the_only_run_is_the_main_one(self) -> Self:
        if self.tables.main is None:
            self.tables.main, *others = self.runs
            if others:
                text = f"'tables.main' is missing; it names one of the runs {', '.join(self.runs)}"
                raise PydanticCustomError("missing", "{text}", {"text": text})
        return self
