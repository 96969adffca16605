"""Reading a configuration: defaults filled in, and every mistake named in one line before any job starts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nodal.architectures.families import architecture
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.consistency import check
from nodal.workflow.settings.derived import complete
from nodal.workflow.settings.duplicates import refuse_duplicates
from nodal.workflow.settings.messages import one_line


def checked(config: Mapping[str, Any], files: Iterable[str | Path] = ()) -> dict[str, Any]:
    """Fill the defaults into a configuration and check all that can be checked without data.

    Args:
        config: The merged configuration; left as it is.
        files: The files it was read from, to find what merging hides: a key that stands in one twice.

    Returns:
        The complete configuration, of plain mappings, lists, texts and numbers.

    Raises:
        ValueError: One line: the key at fault, what is wrong with it, and what is allowed.
    """
    for file in files:
        refuse_duplicates(Path(file))
    try:
        configuration = Configuration.model_validate(config)
    except ValidationError as error:
        raise ValueError(one_line(error, config)) from None
    architectures = {name: architecture(run.model.model_dump()) for name, run in configuration.runs.items()}
    for name, run in configuration.runs.items():
        complete(run, architectures[name])
    check(configuration, architectures)
    return configuration.model_dump()


def sorted_mapping(value: Any) -> Any:
    """A mapping with sorted keys at every level, so that equal settings compare equal."""
    if isinstance(value, dict):
        return {key: sorted_mapping(value[key]) for key in sorted(value)}
    return value
