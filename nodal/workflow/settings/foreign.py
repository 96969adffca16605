"""The settings of networks that others have written: a library's, by name, or a user's own file."""

from typing import Any, Literal

from pydantic import Field

from nodal.workflow.settings.kinds import Count, Name, NonEmpty
from nodal.workflow.settings.mapping import Settings


class DeclaredTap(Settings):
    """A tap that the user names, beside those that are found."""

    module: str = Field(description="Dotted name of the module; empty: the whole network.")
    side: Literal["input", "output"] = Field(default="output", description="What it takes or what it gives.")
    layout: Literal["tokens", "channels", "channels_last", "vector"] | None = Field(
        default=None, description="Which dimension holds the nodes; null: as the shape says."
    )
    block: Count = Field(default=1, description="Its place along the depth.")
    heads: Count = Field(default=1, description="Equal groups of its nodes that are attention heads.")
    kind: Name | None = Field(default=None, description="What it is within its block; null: its name.")


class LibraryNetwork(Settings):
    """A network of torchvision, timm or transformers, with random weights; nothing is downloaded."""

    family: Literal["torchvision", "timm", "transformers"]
    name: NonEmpty = Field(
        description="Its name there; of transformers a model type as `bert`, or a folder with config.json."
    )
    arguments: dict[str, Any] = Field(default={}, description="What its constructor or configuration takes.")
    taps: dict[Name, DeclaredTap] = Field(
        default={}, description="Taps beside those that are found, by name."
    )
    digest: str = Field(default="", description="Of the folder's config.json; filled in.")


class PythonNetwork(Settings):
    """A network from a user's Python file, which is run."""

    family: Literal["python"]
    file: NonEmpty = Field(description="The file.")
    function: NonEmpty = Field(default="model", description="Called with `labels` and the arguments.")
    arguments: dict[str, Any] = Field(default={}, description="Further arguments of the function.")
    taps: dict[Name, DeclaredTap] = Field(
        default={}, description="Taps beside those that are found, by name."
    )
    digest: str = Field(default="", description="Of the file and what it imports from its folder; filled in.")
