"""Defaults: those of the embedded configuration stay as they are; what is left out is filled in."""

import copy
import json
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from nodal.workflow.settings import checked
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.mapping import Settings
from tests.chain.workflow import ROOT

DEFAULT = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())


def test_the_default_configuration_is_complete_as_it_was() -> None:
    """A default that changes changes params, and reruns jobs: it must not by accident.

    After an edit of config.yaml: `json.dumps(checked(...), indent=1, sort_keys=True)`.
    """
    frozen = Path(__file__).with_name("default_configuration.json").read_text()
    assert json.dumps(checked(DEFAULT), indent=1, sort_keys=True) + "\n" == frozen


def optional(settings: Settings, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key that may be left out, with its default."""
    for name, field in type(settings).model_fields.items():
        value, here = getattr(settings, name), (*place, name)
        if not field.is_required():
            yield here, field.get_default(call_default_factory=True)
        inner = {here: value} if isinstance(value, Settings) else {}
        if isinstance(value, dict):
            inner = {(*here, key): each for key, each in value.items() if isinstance(each, Settings)}
        for path, each in inner.items():
            yield from optional(each, path)


# Not those on which it depends what others mean: the main one of two runs, the kind of a schedule, and the
# stages of a VGG, which widths and layers count together.
OPTIONAL = {
    place: default
    for place, default in optional(Configuration.model_validate(DEFAULT))
    if place[0] != "tables" and place[-1] not in ("kind", "widths", "layers")
}


@given(st.sets(st.sampled_from(sorted(OPTIONAL))))
def test_optional_keys_that_are_left_out_are_the_defaults(places: set[tuple[str, ...]]) -> None:
    left = Configuration.model_validate(DEFAULT).model_dump()
    expected = copy.deepcopy(left)
    for place in sorted(places, key=len, reverse=True):  # a mapping after its keys
        *path, last = place
        reduce(getitem, path, left).pop(last, None)
        at, default = reduce(getitem, path, expected), OPTIONAL[place]
        at[last] = default.model_dump() if isinstance(default, Settings) else default
        if last in ("pruning", "fc_pruning", "specialisation", "shipping", "figures"):
            del at[last]
    assert Configuration.model_validate(left).model_dump() == expected
