"""What a run leaves out and follows from its architecture: probe sets, stages, figures, and their taps."""

from nodal.architectures.architecture import EVERY, READOUT, Architecture
from nodal.workflow.settings.figures import Figures
from nodal.workflow.settings.run import Run
from nodal.workflow.settings.stages import FcPruning, ProbeSet, Pruning, Specialisation

WORDS = ("blocks", "layers", "heads", EVERY, READOUT)


def also_set(probe: str) -> str:
    """Name of the probe set that reads the other pruned block as `probe` reads the first."""
    return f"{probe}_also"


def complete(run: Run, architecture: Architecture) -> None:
    """Fill in, in place, what a run leaves out.

    A run without probe sets gets all that its architecture allows: sets, stages and figures. In what a run
    has, each key that is left out is filled in. What does not fit is left to the checks.
    """
    if run.probes is None:
        run.probes = _sets(architecture)
        if "layers" in run.probes:
            run.pruning = run.pruning or Pruning()
        if "heads" in run.probes:
            run.specialisation = run.specialisation or Specialisation()
        run.fc_pruning = run.fc_pruning or FcPruning()
        run.figures = run.figures or Figures()
    block = run.pruning.block if run.pruning and run.pruning.block else architecture.depth
    if run.pruning and run.pruning.also and run.pruning.probe in run.probes:
        taps = architecture.ends_of(run.pruning.also)
        copied = run.probes[run.pruning.probe].model_copy(update={"taps": taps})
        run.probes.setdefault(also_set(run.pruning.probe), copied)
    for name, probes in run.probes.items():
        if probes.taps is None and name in WORDS:
            probes.taps = [name]
        probes.taps = [tap for word in probes.taps or [] for tap in _named(word, architecture, block)]
    if run.pruning:
        run.pruning.block = block
        if not isinstance(run.pruning.thresholds, dict):
            blocks = (block, run.pruning.also) if run.pruning.also else (block,)
            kinds = [architecture.tap(tap).kind for each in blocks for tap in architecture.ends_of(each)]
            run.pruning.thresholds = dict.fromkeys(kinds, run.pruning.thresholds)
    if run.fc_pruning and run.fc_pruning.tap is None and run.fc_pruning.probe in run.probes:
        run.fc_pruning.tap = next(reversed(run.probes[run.fc_pruning.probe].taps or []), None)
    if run.figures:
        _complete_figures(run.figures, run, architecture)


def _sets(architecture: Architecture) -> dict[str, ProbeSet]:
    """The probe sets of an architecture: its blocks, last block's layers, attention heads; every tap."""
    sets = {"blocks": ProbeSet()}
    if architecture.layers_of(architecture.depth):
        sets["layers"] = ProbeSet()
    if architecture.head_taps():
        sets["heads"] = ProbeSet(split="train")
    sets[EVERY] = ProbeSet()
    return sets


def _named(word: str, architecture: Architecture, block: int) -> list[str]:
    """The taps that a word means; a tap's name means itself."""
    if word == "blocks":
        return architecture.block_taps()
    if word == "layers":
        return architecture.ends_of(block)
    if word == EVERY:
        return list(architecture.taps)
    return architecture.head_taps() if word == "heads" else [word]


def _complete_figures(figures: Figures, run: Run, architecture: Architecture) -> None:
    """The last taps of the first probe set, and the nodes behind the middle one of the pruned layers."""
    name, probes = next(iter((run.probes or {}).items()))
    taps = [f"{name}/{tap}" for tap in probes.taps or []]
    if figures.sweep is None:
        figures.sweep = taps[:-3:-1]
    if figures.examples is None:
        figures.examples = taps[-1:]
        block = run.pruning.block if run.pruning else None
        if run.pruning and block and (layers := architecture.layers_of(block)):
            shown = layers[architecture.middle_layer(block)]
            figures.examples += [f"{run.pruning.probe}/{shown.target}"]
