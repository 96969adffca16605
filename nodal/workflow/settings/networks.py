"""Networks: a file for each family, and its line here."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from nodal.workflow.settings.cct import Cct
from nodal.workflow.settings.cnn import ResNet, Vgg
from nodal.workflow.settings.foreign import LibraryNetwork, PythonNetwork


def family(given: Any) -> str:
    """The family of a network, which may be left out."""
    named = given.get("family", "cct") if isinstance(given, dict) else getattr(given, "family", "cct")
    return str(named)


Network = Annotated[
    Annotated[Cct, Tag("cct")]
    | Annotated[Vgg, Tag("vgg")]
    | Annotated[ResNet, Tag("resnet")]
    | Annotated[LibraryNetwork, Tag("torchvision")]
    | Annotated[LibraryNetwork, Tag("timm")]
    | Annotated[LibraryNetwork, Tag("transformers")]
    | Annotated[PythonNetwork, Tag("python")],
    Discriminator(family),
]
