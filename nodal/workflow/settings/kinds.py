"""Kinds of values: numbers within bounds, switches, names, and lists without repetition."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, WrapValidator
from pydantic_core import PydanticCustomError


def _read(given: Any) -> Any:
    """Text as YAML reads it: Snakemake's `--config` leaves what is within lists and mappings as text."""
    if isinstance(given, str):
        with suppress(yaml.YAMLError):
            return yaml.safe_load(given)
    return given


def _kept(given: Any, number: Callable[[Any], float]) -> float:
    """A whole number stays an int: as 2.0 it would be another setting, and rerun what read it as 2."""
    found = number(given)
    return given if isinstance(given, int) else found


READ = BeforeValidator(_read)
_KEPT = WrapValidator(_kept)
_integer = partial(Field, strict=True)
_number = partial(Field, strict=True, allow_inf_nan=False)

Natural = Annotated[int, _integer(ge=0), READ]
Count = Annotated[int, _integer(ge=1), READ]
Side = Annotated[int, _integer(ge=8), READ]

Positive = Annotated[float, _number(gt=0), _KEPT, READ]
NonNegative = Annotated[float, _number(ge=0), _KEPT, READ]
Multiple = Annotated[float, _number(ge=1), _KEPT, READ]
Share = Annotated[float, _number(gt=0, lt=1), _KEPT, READ]
Probability = Annotated[float, _number(ge=0, le=1), _KEPT, READ]
Rate = Annotated[float, _number(ge=0, lt=1), _KEPT, READ]
Factor = Annotated[float, _number(gt=0, le=1), _KEPT, READ]
Number = Annotated[float, _number(), _KEPT, READ]

Flag = Annotated[bool, Field(strict=True), READ]
Switch = Annotated[Literal["auto", True, False], READ]


def _no_gap(name: str) -> str:
    if name in ("nan", "null"):  # to pandas, which reads our tables, the lack of a value
        raise PydanticCustomError("gap", "Input would be a gap in tables: choose another name")
    return name


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$"), AfterValidator(_no_gap)]
NonEmpty = Annotated[str, Field(min_length=1)]

Item = TypeVar("Item")


def _distinct(items: list[Item]) -> list[Item]:
    for item in items:
        if items.count(item) > 1:
            raise PydanticCustomError("repeated", "Input holds {item} more than once", {"item": repr(item)})
    return items


Distinct = Annotated[
    list[Item], Field(min_length=1, json_schema_extra={"uniqueItems": True}), AfterValidator(_distinct)
]


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


# One text alone means a list of it.
Listed = Annotated[Distinct[Item], BeforeValidator(_listed)]
Pair = Annotated[list[Item], Field(min_length=2, max_length=2)]
Triple = Annotated[list[Item], Field(min_length=3, max_length=3)]
