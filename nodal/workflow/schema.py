"""A JSON schema as the place of all defaults, and its errors in one line each."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

Settings = dict[str, Any]


def fill_and_validate(settings: Settings, schema: Mapping[str, Any]) -> None:
    """Write the defaults of absent keys into the settings, and check all of them.

    Raises:
        ValueError: One line: the key at fault, what is wrong with it, and what is allowed.
    """
    errors = list(_filling_validator(schema).iter_errors(settings))
    if errors:
        # A misspelt key comes first: it says more than that the right one is missing.
        unknown = [error for error in errors if error.validator == "additionalProperties"]
        raise ValueError(_one_line(cast(ValidationError, best_match(unknown or errors))))


def _one_line(error: ValidationError) -> str:
    """Say a schema error as `key: what is wrong`, with what is allowed."""
    where = ".".join(str(part) for part in error.absolute_path) or "config"
    if error.validator == "additionalProperties":
        allowed = sorted(cast(Settings, error.schema)["properties"])
        unknown = sorted(set(cast(Settings, error.instance)) - set(allowed))
        return f"{where}: unknown key {', '.join(map(repr, unknown))}; allowed: {', '.join(allowed)}"
    message = error.message
    if error.validator == "required":
        message = message.replace("is a required property", "is missing")
    elif error.validator == "oneOf":  # its own message names no alternative, the description does
        message = f"{error.instance!r} is none of these: {cast(Settings, error.schema)['description']}"
    elif error.validator == "type" and re.fullmatch(r"[\d.]+[eE][-+]?\d+", str(error.instance)):
        message += ": YAML wants a point and a sign in it, as in 1.0e-3"
    return f"{where}: {message}".replace("\n", " ")


def _filling_validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """A validator that writes the defaults of absent keys into what it validates."""
    validate = Draft202012Validator.VALIDATORS["properties"]

    def filling(
        validator: Draft202012Validator, properties: Settings, instance: object, parent: Settings
    ) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            for key, value in properties.items():
                default = _default(value, schema)
                if default is not None and key not in instance:
                    instance[key] = copy.deepcopy(default[0])
        yield from validate(validator, properties, instance, parent)

    filling_type = extend(Draft202012Validator, {"properties": filling})
    return filling_type(schema)


def _default(value: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Any] | None:
    """The default of a sub-schema, or of the definition it refers to, in a tuple; None without one."""
    if "default" in value:
        return (value["default"],)
    if "$ref" in value:
        return _default(schema["$defs"][value["$ref"].removeprefix("#/$defs/")], schema)
    return None
