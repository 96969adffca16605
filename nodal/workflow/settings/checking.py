"""Reading a configuration: defaults filled in, and every mistake named in one line before any job starts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nodal.architectures.architecture import Architecture
from nodal.workflow.description import described, folder_digest, source_digest
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.consistency import check, check_names
from nodal.workflow.settings.derived import complete
from nodal.workflow.settings.duplicates import refuse_duplicates
from nodal.workflow.settings.foreign import LibraryNetwork, PythonNetwork
from nodal.workflow.settings.messages import one_line
from nodal.workflow.settings.run import Run


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
    check_names(configuration)
    found = _architectures(configuration)
    for name, run in configuration.runs.items():
        complete(run, found[name])
    check(configuration, found)
    return configuration.model_dump()


def architectures(config: Mapping[str, Any]) -> dict[str, Architecture]:
    """The architecture of each run's network, of a complete configuration."""
    return _architectures(Configuration.model_validate(config))


def _architectures(configuration: Configuration) -> dict[str, Architecture]:
    return {
        name: _architecture(f"runs.{name}.model", run, configuration)
        for name, run in configuration.runs.items()
    }


def _architecture(where: str, run: Run, configuration: Configuration) -> Architecture:
    """The architecture of a run's network, for inputs as large as those of its data set."""
    try:
        if isinstance(run.model, PythonNetwork):
            run.model.digest = source_digest(run.model.file)
        if isinstance(run.model, LibraryNetwork) and run.model.family == "transformers":
            run.model.digest = folder_digest(run.model.name)
        return described(run.model.model_dump(), configuration.datasets[run.dataset].sample())
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def sorted_mapping(value: Any) -> Any:
    """A mapping with sorted keys at every level, so that equal settings compare equal."""
    if isinstance(value, dict):
        return {key: sorted_mapping(value[key]) for key in sorted(value)}
    return value
