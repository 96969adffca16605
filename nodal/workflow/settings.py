"""Reading a configuration: defaults filled in, every mistake named in one line before any job starts."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from nodal.architectures.cct import ATTENTION_TAP, tap_block
from nodal.workflow.schema import fill_and_validate

Settings = dict[str, Any]


def checked(config: Mapping[str, Any], schema: Mapping[str, Any]) -> Settings:
    """Fill the schema's defaults into a configuration and check all that can be checked without data.

    Args:
        config: The merged configuration; left as it is.
        schema: JSON schema of the configuration (`config/schema.yaml`).

    Returns:
        The complete configuration.

    Raises:
        ValueError: One line: the key at fault, what is wrong with it, and what is allowed.
    """
    settings: Settings = copy.deepcopy(dict(config))
    fill_and_validate(settings, schema)
    for key in ("main", "second"):
        _known(f"tables.{key}", settings["tables"][key], settings["runs"])
    for name, run in settings["runs"].items():
        _check_run(f"runs.{name}", run, settings)
    return settings


def _check_run(where: str, run: Settings, settings: Settings) -> None:
    _known(f"{where}.dataset", run["dataset"], settings["datasets"])
    model = run["model"]
    if model["width"] % model["heads"]:
        raise ValueError(
            f"{where}.model.width: {model['width']} is not a multiple of heads = {model['heads']}"
        )
    if "at_chance" in run["pretrain"] and "checkpoint" not in run["pretrain"]:
        raise ValueError(f"{where}.pretrain.at_chance: is for a checkpoint, and none is given: take it out")
    for name, probe in run["probes"].items():
        for tap in probe["taps"]:
            _check_tap(f"{where}.probes.{name}.taps", tap, model["depth"])
    for place, recipe in _recipes(where, run):
        if "epochs" in recipe and recipe["schedule"]["cooldown"] >= recipe["epochs"]:
            raise ValueError(
                f"{place}.schedule.cooldown: {recipe['schedule']['cooldown']} leaves none of the"
                f" {recipe['epochs']} epochs"
            )
    for stage in ("pruning", "fc_pruning", "specialisation"):
        if stage in run:
            _known(f"{where}.{stage}.probe", run[stage]["probe"], run["probes"])
    if "pruning" in run:
        stage, probe = run["pruning"], run["probes"][run["pruning"]["probe"]]
        _check_block(f"{where}.pruning.block", stage["block"], model["depth"])
        for kind, threshold in stage["thresholds"].items():
            _in_probe(f"{where}.pruning.thresholds.{kind}", f"{kind}{stage['block']}", [threshold], probe)
    if "fc_pruning" in run:
        stage, probe = run["fc_pruning"], run["probes"][run["fc_pruning"]["probe"]]
        _in_probe(f"{where}.fc_pruning.tap", stage["tap"], [], probe)
        _in_probe(f"{where}.fc_pruning.thresholds", stage["tap"], stage["thresholds"], probe)
        _one_tap_a_block(f"{where}.fc_pruning.probe", probe["taps"])
    if "specialisation" in run:
        stage, probe = run["specialisation"], run["probes"][run["specialisation"]["probe"]]
        for tap in probe["taps"]:
            if tap_block(tap)[0] != ATTENTION_TAP:
                raise ValueError(
                    f"{where}.specialisation.probe: {tap} in {stage['probe']} has no heads: only attention"
                )
            _in_probe(f"{where}.specialisation.threshold", tap, [stage["threshold"]], probe)
    if "figures" in run:
        _check_figures(where, run)


def _check_figures(where: str, run: Settings) -> None:
    """Figures can show only taps that some probe set reads, one of them at their threshold."""
    for key in ("examples", "sweep"):
        for place in run["figures"][key]:
            name, _, tap = place.partition("/")
            _known(f"{where}.figures.{key}", name, run["probes"])
            thresholds = [run["figures"]["threshold"]] if key == "examples" else []
            _in_probe(f"{where}.figures.{key}", tap, thresholds, run["probes"][name])


def _check_tap(where: str, tap: str, depth: int) -> None:
    try:
        block = tap_block(tap)[1]
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    _check_block(where, block, depth)


def _check_block(where: str, block: int, depth: int) -> None:
    if block > depth:
        raise ValueError(f"{where}: the model has no block {block}, only 1 to {depth} (model.depth)")


def _one_tap_a_block(where: str, taps: list[str]) -> None:
    """Tables 1 and 2 have a row a block: a second tap of it would be mixed into the same row."""
    first: dict[int, str] = {}
    for tap in taps:
        other = first.setdefault(tap_block(tap)[1], tap)
        if other != tap:
            raise ValueError(
                f"{where}: {other} and {tap} are of the same block, and Tables 1 and 2 have a row a block:"
                " put one of them in another probe set"
            )


def _recipes(where: str, run: Settings) -> Iterator[tuple[str, Settings]]:
    """Every training of a run, with its place in the configuration."""
    yield f"{where}.pretrain", run["pretrain"]
    yield from ((f"{where}.probes.{name}", probe) for name, probe in run["probes"].items())
    for stage in ("pruning", "fc_pruning"):
        if stage in run:
            yield f"{where}.{stage}.retrain", run[stage]["retrain"]


def _in_probe(where: str, tap: str, thresholds: list[float], probe: Settings) -> None:
    """A stage can use only a tap and thresholds for which its probe set makes clusters."""
    if tap not in probe["taps"]:
        raise ValueError(
            f"{where}: the tap {tap} is not in the probe set, which has {', '.join(probe['taps'])}"
        )
    for threshold in thresholds:
        if threshold not in probe["thresholds"]:
            raise ValueError(
                f"{where}: {threshold} is not among the probe set's {probe['thresholds']}: add it there"
            )


def _known(where: str, name: str, allowed: Mapping[str, Any]) -> None:
    if name not in allowed:
        raise ValueError(f"{where}: {name!r} does not exist; there is {', '.join(allowed)}")
