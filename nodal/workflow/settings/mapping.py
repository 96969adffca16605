"""A mapping of the configuration: it knows its keys, and says which one is meant where another is given."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

Named = TypeVar("Named")


class Settings(BaseModel):
    """Base of all mappings with fixed keys."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known(cls, given: Any) -> Any:
        """Say it here and not where pydantic does, which knows neither the allowed keys nor the close one."""
        if isinstance(given, dict) and (unknown := [key for key in given if key not in cls.model_fields]):
            raise PydanticCustomError(
                "unknown_key", "{text}", {"text": unknown_keys(unknown, cls.model_fields)}
            )
        return given


def unknown_keys(unknown: list[Any], allowed: Any) -> str:
    """Name the unknown keys, the one that each is close to, and all that are allowed."""
    named = []
    for key in unknown:
        close = get_close_matches(str(key), allowed, n=1)
        named.append(f"{key!r} ({close[0]}?)" if close else repr(key))
    return f"unknown key {', '.join(named)}; allowed: {', '.join(sorted(allowed))}"


def known(where: str, name: str, allowed: Mapping[str, Named]) -> Named:
    """What has this name.

    Raises:
        ValueError: Nothing has.
    """
    if name not in allowed:
        raise ValueError(f"{where}: {name!r} does not exist; there is {', '.join(allowed)}")
    return allowed[name]
