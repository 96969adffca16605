"""What no single key can say: names that exist, blocks that the network has, taps that a probe set reads."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from nodal.architectures.architecture import READOUT, Architecture
from nodal.architectures.width import of_width
from nodal.snp.first_fit import RULES
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.datasets import TEXTS
from nodal.workflow.settings.derived import WORDS, also_set
from nodal.workflow.settings.figures import Figures
from nodal.workflow.settings.mapping import unknown_keys
from nodal.workflow.settings.messages import one_line
from nodal.workflow.settings.recipes import Augmentation, Published, Recipe
from nodal.workflow.settings.run import Run
from nodal.workflow.settings.stages import FcPruning, ProbeSet, Pruning, Shipping, Specialisation
from nodal.workflow.settings.studies import STUDIES

Named = TypeVar("Named")
_FOR_TEXTS = ("transformers", "python")  # families whose networks may take texts


def check_names(configuration: Configuration) -> None:
    """Raise a ValueError where a run or a data set is named that there is not."""
    for key, name in configuration.tables:
        if name is not None:
            _known(f"tables.{key}", name, configuration.runs)
    for name, run in configuration.runs.items():
        source = _known(f"runs.{name}.dataset", run.dataset, configuration.datasets).source
        if source in TEXTS and run.model.family not in _FOR_TEXTS:
            raise ValueError(
                f"runs.{name}.model.family: {run.model.family} takes images, and {run.dataset} holds texts:"
                f" take {' or '.join(_FOR_TEXTS)}"
            )


def check(configuration: Configuration, architectures: Mapping[str, Architecture]) -> None:
    """Raise a ValueError, in one line that begins with the key, where settings do not fit each other.

    Args:
        configuration: Complete: nothing is left to derive.
        architectures: Of each run's network.
    """
    _check_clashes(configuration)
    for name, run in configuration.runs.items():
        _check_run(f"runs.{name}", run, architectures[name])
        if configuration.datasets[run.dataset].source in TEXTS:
            _check_texts(f"runs.{name}", run)
    main = configuration.tables.main or ""
    for study in configuration.studies or []:
        for stage in STUDIES[study].needs:
            if getattr(configuration.runs[main], stage) is None:
                raise ValueError(f"studies: {study} needs {stage}, which the run {main} does not have")
        if STUDIES[study].trains and not isinstance(configuration.runs[main].pretrain, Recipe):
            raise ValueError(f"studies: {study} trains networks, and runs.{main}.pretrain has a checkpoint")


def _check_clashes(configuration: Configuration) -> None:
    """Names that would be taken for another: a word for taps, a file of the network, a rule's name."""
    first: dict[str, str] = {}
    for name, run in configuration.runs.items():
        for tap in getattr(run.model, "taps", {}):
            if tap in WORDS:
                raise ValueError(
                    f"runs.{name}.model.taps: {tap!r} is a word by which probe sets name taps: choose another"
                )
        for probe in _sets(run):
            place = f"runs.{name}.probes.{probe}"
            if probe == "backbone":
                raise ValueError(f"{place}: the network's own files bear this name: choose another")
            other = first.setdefault(f"{name}_{probe}", place)
            if other != place:
                raise ValueError(
                    f"{place}: its rules would be named as those of {other}, by {name}_{probe}: rename one of"
                    " the runs or of the sets"
                )


def _check_run(where: str, run: Run, architecture: Architecture) -> None:
    if run.pruning:
        _check_block(f"{where}.pruning.block", run.pruning.block or 0, architecture)
        if run.pruning.also is not None:
            _check_block(f"{where}.pruning.also", run.pruning.also, architecture)
            if run.pruning.also == run.pruning.block:
                raise ValueError(
                    f"{where}.pruning.also: block {run.pruning.also} is pruned already: another, or null"
                )
    if isinstance(run.pretrain, Published):
        _check_checkpoint(f"{where}.pretrain.checkpoint", run.pretrain.checkpoint, run)
    for name, probe in _sets(run).items():
        _check_taps(f"{where}.probes.{name}.taps", probe, architecture)
    _check_recipes(where, run)
    if run.pruning:
        _check_pruning(f"{where}.pruning", run.pruning, run, architecture)
    if run.fc_pruning:
        _check_fc_pruning(f"{where}.fc_pruning", run.fc_pruning, run, architecture)
    if run.specialisation:
        _check_specialisation(f"{where}.specialisation", run.specialisation, run, architecture)
    if run.shipping:
        _check_shipping(f"{where}.shipping", run.shipping, run)
    if run.figures:
        _check_figures(f"{where}.figures", run.figures, run)


def _check_checkpoint(where: str, path: str, run: Run) -> None:
    if run.model.family != "transformers" and Path(path).is_dir():
        raise ValueError(
            f"{where}: {path} is a folder, which only networks of family transformers take: give the file of"
            " the weights"
        )


def _check_texts(where: str, run: Run) -> None:
    """What is for images has no effect on texts."""
    if run.normalise != "image":
        raise ValueError(f"{where}.normalise: texts are not normalised: leave it out")
    for place, recipe in _recipes(where, run):
        if recipe.augment != Augmentation():
            raise ValueError(f"{place}.augment: only images are varied, and these are texts: leave it out")


def _sets(run: Run) -> dict[str, ProbeSet]:
    return run.probes or {}


def _check_taps(where: str, probe: ProbeSet, architecture: Architecture) -> None:
    taps = probe.taps or []
    if not taps:
        raise ValueError(
            f"{where}: no taps: name some, or `blocks`, `layers` (to be pruned), `heads`, `every`, `readout`"
        )
    for tap in taps:
        if taps.count(tap) > 1:
            raise ValueError(f"{where}: {tap!r} is named more than once")
        try:
            architecture.tap(tap)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
    if READOUT in taps and (len(taps) > 1 or probe.norm != "none"):
        raise ValueError(f"{where}: the network's own readout is a set by itself, without a norm")
    if probe.pooling == "flatten" and probe.rule not in RULES:
        raise ValueError(
            f"{where[:-5]}.rule: {probe.rule} is for matrices of rank one, and flatten reads positions apart:"
            f" {' or '.join(RULES)}"
        )
    if probe.norm == "final" and architecture.final_norm is None:
        raise ValueError(f"{where[:-5]}.norm: the network has no LayerNorm behind its blocks: fresh or none")


def _check_recipes(where: str, run: Run) -> None:
    for place, recipe in _recipes(where, run):
        cooldown, epochs = recipe.schedule.cooldown, recipe.epochs
        if cooldown >= epochs:
            raise ValueError(f"{place}.schedule.cooldown: {cooldown} leaves none of the {epochs} epochs")


def _check_block(where: str, block: int, architecture: Architecture) -> None:
    """Before all that follows from it: the taps of the word `layers`, the thresholds."""
    if block > architecture.depth:
        raise ValueError(f"{where}: the network has no block {block}, only 1 to {architecture.depth}")
    if not architecture.layers_of(block):
        raise ValueError(f"{where}: block {block} has no layer that can be pruned")


def _check_pruning(where: str, stage: Pruning, run: Run, architecture: Architecture) -> None:
    sets = {stage.block: _known(f"{where}.probe", stage.probe, _sets(run))}
    if stage.also is not None:
        sets[stage.also] = _sets(run)[also_set(stage.probe)]
    probes = {tap: probe for block, probe in sets.items() for tap in architecture.ends_of(block or 0)}
    kinds = {tap: architecture.tap(tap).kind for tap in probes}
    thresholds = stage.thresholds if isinstance(stage.thresholds, dict) else {}
    if unknown := sorted(thresholds.keys() - kinds.values()):
        raise ValueError(f"{where}.thresholds: {unknown_keys(unknown, set(kinds.values()))}")
    if missing := sorted(set(kinds.values()) - thresholds.keys()):
        raise ValueError(f"{where}.thresholds: {missing[0]!r} is missing")
    for tap, kind in kinds.items():
        _in_probe(f"{where}.thresholds.{kind}", tap, [thresholds[kind]], probes[tap])


def _check_fc_pruning(where: str, stage: FcPruning, run: Run, architecture: Architecture) -> None:
    probe, tap = _known(f"{where}.probe", stage.probe, _sets(run)), stage.tap or ""
    _in_probe(f"{where}.tap", tap, [], probe)
    _in_probe(f"{where}.thresholds", tap, stage.thresholds, probe)
    _one_tap_a_block(f"{where}.probe", probe, architecture)


def _check_specialisation(where: str, stage: Specialisation, run: Run, architecture: Architecture) -> None:
    probe = _known(f"{where}.probe", stage.probe, _sets(run))
    for tap in probe.taps or []:
        if architecture.tap(tap).heads == 1:
            having = {architecture.tap(other).kind for other in architecture.head_taps()}
            allowed = f"only {', '.join(sorted(having))}" if having else "the network has none"
            raise ValueError(f"{where}.probe: {tap} in {stage.probe} has no heads: {allowed}")
        _in_probe(f"{where}.threshold", tap, [stage.threshold], probe)
    _one_tap_a_block(f"{where}.probe", probe, architecture)


def _check_shipping(where: str, stage: Shipping, run: Run) -> None:
    """Its networks are trained from scratch, and one of them is half as wide."""
    _known(f"{where}.probe", stage.probe, _sets(run))
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


def _check_figures(where: str, figures: Figures, run: Run) -> None:
    """Figures can show only taps that some probe set reads, the examples at the threshold of the figures."""
    for place in (figures.examples or [])[:1]:
        probe = _sets(run).get(place.partition("/")[0])
        if probe and probe.pooling == "flatten":
            raise ValueError(
                f"{where}.examples: Figure 2 shows the two factors of a node, and {place} has more"
            )
    for place in figures.examples or []:
        _check_place(f"{where}.examples", place, [figures.threshold], run)
    for place in figures.sweep or []:
        _check_place(f"{where}.sweep", place, [], run)


def _check_place(where: str, place: str, thresholds: list[float], run: Run) -> None:
    name, _, tap = place.partition("/")
    _in_probe(where, tap, thresholds, _known(where, name, _sets(run)))


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


def _recipes(where: str, run: Run) -> Iterator[tuple[str, Recipe]]:
    """Every training of a run, with its place in the configuration."""
    if isinstance(run.pretrain, Recipe):
        yield f"{where}.pretrain", run.pretrain
    yield from ((f"{where}.probes.{name}", probe) for name, probe in _sets(run).items())
    if run.pruning:
        yield f"{where}.pruning.retrain", run.pruning.retrain
    if run.fc_pruning:
        yield f"{where}.fc_pruning.retrain", run.fc_pruning.retrain
    if run.shipping:
        yield f"{where}.shipping.retrain", run.shipping.retrain


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


def _known(where: str, name: str, allowed: Mapping[str, Named]) -> Named:
    """What has this name."""
    if name not in allowed:
        raise ValueError(f"{where}: {name!r} does not exist; there is {', '.join(allowed)}")
    return allowed[name]
