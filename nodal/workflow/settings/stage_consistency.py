"""What the stages of a run ask of its probe sets and its network: blocks, taps, thresholds, half a width."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from nodal.architectures.architecture import Architecture
from nodal.architectures.width import of_width
from nodal.workflow.settings.derived import also_set
from nodal.workflow.settings.figures import Figures
from nodal.workflow.settings.mapping import known, unknown_keys
from nodal.workflow.settings.messages import one_line
from nodal.workflow.settings.recipes import Recipe
from nodal.workflow.settings.run import Run
from nodal.workflow.settings.stages import FcPruning, ProbeSet, Pruning, Specialisation

Sets = Mapping[str, ProbeSet]  # by name


def check_blocks(where: str, stage: Pruning, architecture: Architecture) -> None:
    """Raise a ValueError where the blocks to prune are none: before all that follows from them."""
    _check_block(f"{where}.block", stage.block or 0, architecture)
    if stage.also is not None:
        _check_block(f"{where}.also", stage.also, architecture)
        if stage.also == stage.block:
            raise ValueError(f"{where}.also: block {stage.also} is pruned already: another, or null")


def check_stages(where: str, run: Run, architecture: Architecture) -> None:
    """Raise a ValueError, in one line that begins with the key, where a stage asks for what there is not.

    Args:
        where: Place of the run in the configuration.
        run: Complete: nothing is left to derive.
        architecture: Of its network.
    """
    sets = run.probes or {}
    if run.pruning:
        _check_pruning(f"{where}.pruning", run.pruning, sets, architecture)
    if run.fc_pruning:
        _check_fc_pruning(f"{where}.fc_pruning", run.fc_pruning, sets, architecture)
    if run.specialisation:
        _check_specialisation(f"{where}.specialisation", run.specialisation, sets, architecture)
    if run.shipping:
        known(f"{where}.shipping.probe", run.shipping.probe, sets)
        _check_shipping(f"{where}.shipping", run)
    if run.figures:
        _check_figures(f"{where}.figures", run.figures, sets)


def _check_block(where: str, block: int, architecture: Architecture) -> None:
    if block > architecture.depth:
        raise ValueError(f"{where}: the network has no block {block}, only 1 to {architecture.depth}")
    if not architecture.layers_of(block):
        raise ValueError(f"{where}: block {block} has no layer that can be pruned")


def _check_pruning(where: str, stage: Pruning, sets: Sets, architecture: Architecture) -> None:
    of_block = {stage.block: known(f"{where}.probe", stage.probe, sets)}
    if stage.also is not None:
        of_block[stage.also] = sets[also_set(stage.probe)]
    probes = {tap: probe for block, probe in of_block.items() for tap in architecture.ends_of(block or 0)}
    kinds = {tap: architecture.tap(tap).kind for tap in probes}
    thresholds = stage.thresholds if isinstance(stage.thresholds, dict) else {}
    if unknown := sorted(thresholds.keys() - kinds.values()):
        raise ValueError(f"{where}.thresholds: {unknown_keys(unknown, set(kinds.values()))}")
    if missing := sorted(set(kinds.values()) - thresholds.keys()):
        raise ValueError(f"{where}.thresholds: {missing[0]!r} is missing")
    for tap, kind in kinds.items():
        _in_probe(f"{where}.thresholds.{kind}", tap, [thresholds[kind]], probes[tap])


def _check_fc_pruning(where: str, stage: FcPruning, sets: Sets, architecture: Architecture) -> None:
    probe, tap = known(f"{where}.probe", stage.probe, sets), stage.tap or ""
    _in_probe(f"{where}.tap", tap, [], probe)
    _in_probe(f"{where}.thresholds", tap, stage.thresholds, probe)
    _one_tap_a_block(f"{where}.probe", probe, architecture)


def _check_specialisation(where: str, stage: Specialisation, sets: Sets, architecture: Architecture) -> None:
    probe = known(f"{where}.probe", stage.probe, sets)
    for tap in probe.taps or []:
        if architecture.tap(tap).heads == 1:
            having = {architecture.tap(other).kind for other in architecture.head_taps()}
            allowed = f"only {', '.join(sorted(having))}" if having else "the network has none"
            raise ValueError(f"{where}.probe: {tap} in {stage.probe} has no heads: {allowed}")
        _in_probe(f"{where}.threshold", tap, [stage.threshold], probe)
    _one_tap_a_block(f"{where}.probe", probe, architecture)


def _check_shipping(where: str, run: Run) -> None:
    """Its networks are trained from scratch, and one of them is half as wide."""
    if not isinstance(run.pretrain, Recipe):
        raise ValueError(
            f"{where}: trains from scratch, and pretrain has a checkpoint where a recipe is needed"
        )
    try:
        half = of_width(run.model.model_dump(), 0.5)
        type(run.model).model_validate(half)
    except ValidationError as error:
        raise ValueError(
            f"{where}: one of its networks is half as wide, and {one_line(error, half)}: change the model, or"
            " leave shipping out"
        ) from None
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _check_figures(where: str, figures: Figures, sets: Sets) -> None:
    """Figures can show only taps that some probe set reads, the examples at the threshold of the figures."""
    for place in (figures.examples or [])[:1]:
        probe = sets.get(place.partition("/")[0])
        if probe and probe.pooling == "flatten":
            raise ValueError(
                f"{where}.examples: Figure 2 shows the two factors of a node, and {place} has more"
            )
    for place in figures.examples or []:
        _check_place(f"{where}.examples", place, [figures.threshold], sets)
    for place in figures.sweep or []:
        _check_place(f"{where}.sweep", place, [], sets)


def _check_place(where: str, place: str, thresholds: list[float], sets: Sets) -> None:
    name, _, tap = place.partition("/")
    _in_probe(where, tap, thresholds, known(where, name, sets))


def _one_tap_a_block(where: str, probe: ProbeSet, architecture: Architecture) -> None:
    """Tables 1, 2 and 4 have a row a block: a second tap of it would be mixed into the same row."""
    first: dict[int, str] = {}
    for tap in probe.taps or []:
        other = first.setdefault(architecture.tap(tap).block, tap)
        if other != tap:
            raise ValueError(
                f"{where}: {other} and {tap} are of the same block, of which tables have one row:"
                " put one of them in another probe set"
            )


def _in_probe(where: str, tap: str, thresholds: Iterable[float], probe: ProbeSet) -> None:
    """A stage can use only a tap and thresholds for which its probe set makes clusters."""
    taps = probe.taps or []
    if tap not in taps:
        raise ValueError(f"{where}: the tap {tap} is not in the probe set, which has {', '.join(taps)}")
    for threshold in thresholds:
        if threshold not in probe.thresholds:
            raise ValueError(
                f"{where}: {threshold} is not among the probe set's {probe.thresholds}: add it there"
            )
