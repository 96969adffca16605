"""What no single key can say: names that exist, blocks that the network has, taps that a probe set reads."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nodal.architectures.architecture import READOUT, Architecture
from nodal.snp.first_fit import RULES
from nodal.workflow.settings.configuration import Configuration
from nodal.workflow.settings.datasets import TEXTS
from nodal.workflow.settings.derived import WORDS
from nodal.workflow.settings.mapping import known
from nodal.workflow.settings.recipes import Augmentation, Published, Recipe
from nodal.workflow.settings.run import Run
from nodal.workflow.settings.stage_consistency import check_blocks, check_stages
from nodal.workflow.settings.stages import ProbeSet
from nodal.workflow.settings.studies import STUDIES

_FOR_TEXTS = ("transformers", "python")  # families whose networks may take texts


def check_names(configuration: Configuration) -> None:
    """Raise a ValueError where a run or a data set is named that there is not."""
    for key, name in configuration.tables:
        if name is not None:
            known(f"tables.{key}", name, configuration.runs)
    for name, run in configuration.runs.items():
        source = known(f"runs.{name}.dataset", run.dataset, configuration.datasets).source
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
        for probe in run.probes or {}:
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
        check_blocks(f"{where}.pruning", run.pruning, architecture)
    if isinstance(run.pretrain, Published):
        _check_checkpoint(f"{where}.pretrain.checkpoint", run.pretrain.checkpoint, run)
    for name, probe in (run.probes or {}).items():
        _check_taps(f"{where}.probes.{name}.taps", probe, architecture)
    _check_recipes(where, run)
    check_stages(where, run, architecture)


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


def _recipes(where: str, run: Run) -> Iterator[tuple[str, Recipe]]:
    """Every training of a run, with its place in the configuration."""
    if isinstance(run.pretrain, Recipe):
        yield f"{where}.pretrain", run.pretrain
    yield from ((f"{where}.probes.{name}", probe) for name, probe in (run.probes or {}).items())
    if run.pruning:
        yield f"{where}.pruning.retrain", run.pruning.retrain
    if run.fc_pruning:
        yield f"{where}.fc_pruning.retrain", run.fc_pruning.retrain
    if run.shipping:
        yield f"{where}.shipping.retrain", run.shipping.retrain
