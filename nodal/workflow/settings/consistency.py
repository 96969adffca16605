"""What no single key can say: names that exist, blocks that the network has, taps that a probe set reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from nodal.architectures.cct import ATTENTION_TAP, prunable_layers, tap_block
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.figures import Figures
from nodal.workflow.settings.mapping import unknown_keys
from nodal.workflow.settings.recipes import Recipe
from nodal.workflow.settings.run import Run
from nodal.workflow.settings.stages import FcPruning, ProbeSet, Pruning, Specialisation

Named = TypeVar("Named")


def check(configuration: Configuration) -> None:
    """Raise a ValueError, in one line that begins with the key, where settings do not fit each other."""
    for key, name in configuration.tables:
        if name is not None:
            _known(f"tables.{key}", name, configuration.runs)
    for name, run in configuration.runs.items():
        _known(f"runs.{name}.dataset", run.dataset, configuration.datasets)
        _check_run(f"runs.{name}", run)


def _check_run(where: str, run: Run) -> None:
    for name, probe in run.probes.items():
        for tap in probe.taps:
            _check_tap(f"{where}.probes.{name}.taps", tap, run.model.depth)
    _check_recipes(where, run)
    if run.pruning:
        _check_pruning(f"{where}.pruning", run.pruning, run)
    if run.fc_pruning:
        _check_fc_pruning(f"{where}.fc_pruning", run.fc_pruning, run)
    if run.specialisation:
        _check_specialisation(f"{where}.specialisation", run.specialisation, run)
    if run.figures:
        _check_figures(f"{where}.figures", run.figures, run)


def _check_recipes(where: str, run: Run) -> None:
    for place, recipe in _recipes(where, run):
        cooldown, epochs = recipe.schedule.cooldown, recipe.epochs
        if cooldown >= epochs:
            raise ValueError(f"{place}.schedule.cooldown: {cooldown} leaves none of the {epochs} epochs")


def _check_pruning(where: str, stage: Pruning, run: Run) -> None:
    probe = _known(f"{where}.probe", stage.probe, run.probes)
    _check_block(f"{where}.block", stage.block, run.model.depth)
    kinds = {kind for ends in prunable_layers(stage.block).values() for kind in ends}
    if unknown := sorted(stage.thresholds.keys() - kinds):
        raise ValueError(f"{where}.thresholds: {unknown_keys(unknown, kinds)}")
    if missing := sorted(kinds - stage.thresholds.keys()):
        raise ValueError(f"{where}.thresholds: {missing[0]!r} is missing")
    for kind, threshold in stage.thresholds.items():
        _in_probe(f"{where}.thresholds.{kind}", f"{kind}{stage.block}", [threshold], probe)


def _check_fc_pruning(where: str, stage: FcPruning, run: Run) -> None:
    probe = _known(f"{where}.probe", stage.probe, run.probes)
    _in_probe(f"{where}.tap", stage.tap, [], probe)
    _in_probe(f"{where}.thresholds", stage.tap, stage.thresholds, probe)
    _one_tap_a_block(f"{where}.probe", probe.taps)


def _check_specialisation(where: str, stage: Specialisation, run: Run) -> None:
    probe = _known(f"{where}.probe", stage.probe, run.probes)
    for tap in probe.taps:
        if tap_block(tap)[0] != ATTENTION_TAP:
            raise ValueError(f"{where}.probe: {tap} in {stage.probe} has no heads: only attention")
        _in_probe(f"{where}.threshold", tap, [stage.threshold], probe)


def _check_figures(where: str, figures: Figures, run: Run) -> None:
    """Figures can show only taps that some probe set reads, the examples at the threshold of the figures."""
    for place in figures.examples:
        _check_place(f"{where}.examples", place, [figures.threshold], run)
    for place in figures.sweep:
        _check_place(f"{where}.sweep", place, [], run)


def _check_place(where: str, place: str, thresholds: list[float], run: Run) -> None:
    name, _, tap = place.partition("/")
    _in_probe(where, tap, thresholds, _known(where, name, run.probes))


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


def _recipes(where: str, run: Run) -> Iterator[tuple[str, Recipe]]:
    """Every training of a run, with its place in the configuration."""
    if isinstance(run.pretrain, Recipe):
        yield f"{where}.pretrain", run.pretrain
    yield from ((f"{where}.probes.{name}", probe) for name, probe in run.probes.items())
    if run.pruning:
        yield f"{where}.pruning.retrain", run.pruning.retrain
    if run.fc_pruning:
        yield f"{where}.fc_pruning.retrain", run.fc_pruning.retrain


def _in_probe(where: str, tap: str, thresholds: Iterable[float], probe: ProbeSet) -> None:
    """A stage can use only a tap and thresholds for which its probe set makes clusters."""
    if tap not in probe.taps:
        raise ValueError(f"{where}: the tap {tap} is not in the probe set, which has {', '.join(probe.taps)}")
    for threshold in thresholds:
        if threshold not in probe.thresholds:
            raise ValueError(
                f"{where}: {threshold} is not among the probe set's {probe.thresholds}: add it there"
            )


def _known(where: str, name: str, allowed: Mapping[str, Named]) -> Named:
    """What has this name."""
    if name not in allowed:
        raise ValueError(f"{where}: {name!r} does not exist; there is {', '.join(allowed)}")
    return allowed[name]
