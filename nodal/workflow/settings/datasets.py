"""Data sets: a class for each source of images or texts."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from nodal.workflow.settings.kinds import READ, Count, Natural, NonEmpty, Share, Side
from nodal.workflow.settings.mapping import Settings


def _images(side: int) -> dict[str, Any]:
    return {"kind": "images", "shape": [3, side, side]}


def _tokens(length: int) -> dict[str, Any]:
    return {"kind": "tokens", "shape": [length]}


def _part(given: Any) -> str:
    return "file" if isinstance(given, str) else "share"


# A split of texts: a share of every label's texts in the file of `train`, or a file of its own.
Part = Annotated[
    Annotated[Annotated[Share, Tag("share")] | Annotated[NonEmpty, Tag("file")], Discriminator(_part)], READ
]


class Glyphs(Settings):
    """Characters drawn by the workflow."""

    source: Literal["glyphs"]
    family: Literal["latin100", "cyrillic_greek"] = Field(
        default="latin100", description="Which set of characters are the labels."
    )
    size: Side = Field(default=24, description="Side of the images in pixels.")
    train: Count = Field(default=60, description="Training images a label.")
    heldout: Count = Field(default=20, description="Held-out images a label.")
    test: Count = Field(default=40, description="Test images a label.")
    seed: Natural = Field(default=0, description="Seed of the drawing.")
    each_seed: bool = Field(
        default=True,
        description="Whether each seed of the runs has images of its own, so that spread over seeds holds"
        " that of the images.",
    )

    def sample(self) -> dict[str, Any]:
        """Kind and size of an input, as `nodal.models.describe` takes it."""
        return _images(self.size)


class Folder(Settings):
    """Images in folders, a folder a label."""

    source: Literal["folder"]
    root: NonEmpty = Field(
        description="Folder that holds train/, test/ and, optionally, heldout/, each with one folder a label."
    )
    test: NonEmpty = Field(
        default="test",
        description="Folder of the test split; `valid` for Flowers-102 as the paper's number has it.",
    )
    size: Side = Field(description="Side to which the images are brought.")
    heldout: Share = Field(
        default=0.1, description="Share of the training images held out where there is no heldout folder."
    )
    superclasses: NonEmpty | None = Field(
        default=None, description="File that gives the super-class of each label (JSON or CSV)."
    )
    order: NonEmpty | None = Field(
        default=None,
        description="Text file of the labels in their order, one a line; none: by the numbers in their names,"
        " else by text.",
    )
    seed: Natural = Field(default=0, description="Seed of the held-out choice.")

    def sample(self) -> dict[str, Any]:
        """Kind and size of an input, as `nodal.models.describe` takes it."""
        return _images(self.size)


class Torchvision(Settings):
    """A published data set, from its archives."""

    source: Literal["torchvision"]
    name: Literal["cifar10", "cifar100", "flowers102"] = Field(description="Which data set.")
    root: NonEmpty = Field(default="data", description="Folder of the downloaded archives.")
    size: Annotated[Side | None, READ] = Field(
        default=None,
        description="Side to which the images are brought; null: 32 for CIFAR, 224 for Flowers-102.",
    )
    heldout: Share = Field(default=0.1, description="Share of the training images held out.")
    seed: Natural = Field(default=0, description="Seed of the held-out choice.")

    def sample(self) -> dict[str, Any]:
        """Kind and size of an input, as `nodal.models.describe` takes it."""
        return _images(self.size or (224 if self.name == "flowers102" else 32))


class Text(Settings):
    """Texts and their labels, from CSV or parquet files."""

    source: Literal["text"]
    train: NonEmpty = Field(description="File of the training texts, CSV with a header or parquet.")
    heldout: Part = Field(
        default=0.1, description="File of the held-out texts, or a share of those of `train`."
    )
    test: Part = Field(default=0.2, description="File of the test texts, or a share of those of `train`.")
    text: NonEmpty = Field(default="text", description="Name of the column of the texts.")
    label: NonEmpty = Field(default="label", description="Name of the column of the labels.")
    superclasses: NonEmpty | None = Field(
        default=None, description="File that gives the super-class of each label (JSON or CSV)."
    )
    order: NonEmpty | None = Field(
        default=None,
        description="Text file of the labels in their order, one a line; none: by the numbers in their names,"
        " else by text.",
    )
    tokens: NonEmpty = Field(
        default="wordpiece",
        description="`wordpiece` or `characters`, trained on the training split, or a file `tokenizer.json`.",
    )
    vocabulary: Annotated[Count, Field(ge=8)] = Field(
        default=4000, description="Most tokens of a tokenizer that is trained."
    )
    length: Annotated[Count, Field(ge=4)] = Field(
        default=64, description="Most tokens of a text; longer ones are cut off."
    )
    seed: Natural = Field(default=0, description="Seed of the choice of shares.")

    @model_validator(mode="after")
    def _some_train(self) -> Self:
        if sum(share for share in (self.heldout, self.test) if not isinstance(share, str)) >= 1:
            text = f"{self.test} beside heldout = {self.heldout} leaves no texts to train: lower one of them"
            raise PydanticCustomError("shares", "{text}", {"text": text, "key": "test"})
        return self

    def sample(self) -> dict[str, Any]:
        """Kind and size of an input, as `nodal.models.describe` takes it."""
        return _tokens(self.length)


class Languages(Settings):
    """Names of countries, languages, currencies and scripts in 52 languages, from the CLDR in Babel."""

    source: Literal["languages"]
    train: Count = Field(default=154, description="Training names a language, at most.")
    heldout: Count = Field(default=20, description="Held-out names a language, at most.")
    test: Count = Field(default=50, description="Test names a language, at most.")
    seed: Natural = Field(default=0, description="Seed of the choice of names.")

    def sample(self) -> dict[str, Any]:
        """Kind and size of an input, as `nodal.models.describe` takes it."""
        return _tokens(26)  # 24 letters and two marks


TEXTS = ("text", "languages")  # sources whose inputs are texts
Dataset = Annotated[Glyphs | Folder | Torchvision | Text | Languages, Field(discriminator="source")]
