"""What is wrong with a configuration, in one line: the key, what it holds, and what is allowed."""

import re
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

MAPPING = "Input should be a mapping of keys to values"
WORDS = {"model_type": MAPPING, "model_attributes_type": MAPPING, "dict_type": MAPPING}
RANK = {"unknown_key": 0, "missing": 2}


def one_line(found: ValidationError, config: object) -> str:
    """Say the error that says most: a misspelt key before a wrong value before a missing key."""
    errors = found.errors(include_url=False)
    return _said(min(errors, key=lambda error: RANK.get(error["type"], 1)), config)


def _said(error: ErrorDetails, config: object) -> str:
    """An error as `place: what is wrong`."""
    place, given = _place(error, config), error["input"]
    about = error.get("ctx", {})
    message = WORDS.get(error["type"], error["msg"])
    if error["type"] == "missing" and "text" not in about:
        message = f"{error['loc'][-1]!r} is missing"
    elif error["type"] == "union_tag_not_found":
        message = _without_kind(about["discriminator"].strip("'"), given)
    elif error["type"] == "union_tag_invalid":
        key = re.sub(r"\W", "", about["discriminator"])
        place, message = [*place, key], f"{given[key]!r} should be one of {about['expected_tags']}"
    elif error["type"] in ("int_type", "float_type") and re.fullmatch(r"[\d.]+[eE][-+]?\d+", str(given)):
        message += ": YAML wants a point and a sign in it, as in 1.0e-3"
    message = re.sub("^(Input|List|String|Dictionary)", lambda _: repr(given), message)
    message = re.sub(" after validation, .*", "", message)
    if "key" in about:
        place = [*place, about["key"]]
    return f"{'.'.join(map(str, place)) or 'config'}: {message}"


def _place(error: ErrorDetails, config: object) -> list[Any]:
    """The keys that lead to what is wrong: pydantic's, without the names of the members of a union."""
    location, at, place = error["loc"], config, []
    if location[-1:] == ("[key]",):
        location = location[:-2]
    for part in location:
        if at is error["input"]:
            break
        if (isinstance(at, list) and isinstance(part, int)) or (isinstance(at, dict) and part in at):
            at = cast(Any, at)[part]
            place.append(part)
    return place


def _without_kind(key: str, given: dict[str, Any]) -> str:
    """The key is missing that says which other keys there are, or it is misspelt."""
    close = get_close_matches(key, map(str, given), n=1)
    return f"unknown key {close[0]!r} ({key}?)" if close else f"{key!r} is missing"
