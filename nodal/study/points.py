"""Where a user measures a network: modules by name, as taps whose layout one pass on a sample shows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from torch import nn

from nodal.architectures.architecture import Architecture, Layer, Side, Tap
from nodal.augment.preparation import Prepared
from nodal.models.describe import describe
from nodal.models.dry_run import DryRun


@dataclass(frozen=True)
class Input:
    """What a module takes, by its dotted name."""

    module: str


@dataclass(frozen=True)
class Output:
    """What a module gives, by its dotted name."""

    module: str


Point = str | Input | Output | Tap


def as_taps(model: nn.Module, sample: Prepared, points: Mapping[str, Point]) -> dict[str, Tap]:
    """The taps at some points of a network.

    Args:
        model: Any module that classifies; left as it was.
        sample: What it takes; two inputs.
        points: By the names of the taps; the name of a module alone means its output.

    Raises:
        ValueError: A name cannot be one, a module does not exist, or what passes there cannot be read.
    """
    if not points:
        raise ValueError("taps: none where at least one is needed")
    for name in points:
        if not name or "." in name or hasattr(nn.ModuleDict(), name):
            raise ValueError(f"taps: {name!r} cannot be a name: choose one without a dot, as layer4")
    declared = {name: _declaration(point) for name, point in points.items()}
    found = describe(model, sample, declared).taps
    return {name: found[name] for name in points}


def _declaration(point: Point) -> dict[str, object]:
    if isinstance(point, Tap):
        return asdict(point)
    if isinstance(point, str):
        point = Output(point)
    return {"module": point.module, "side": "input" if isinstance(point, Input) else "output"}


def measured_layers(
    model: nn.Module, architecture: Architecture, taps: Mapping[str, Tap]
) -> dict[str, Layer]:
    """The prunable layers whose two ends are among the taps, by the name of their weight."""
    names = {_innermost(model, tap): name for name, tap in taps.items()}
    layers = {}
    for weight, layer in architecture.layers.items():
        source, target = (
            names.get(_innermost(model, architecture.taps[end])) for end in (layer.source, layer.target)
        )
        if source is not None and target is not None:
            layers[weight] = Layer(source, target, layer.block, layer.kind)
    return layers


def read_by_readout(
    model: nn.Module, sample: Prepared, architecture: Architecture, taps: Mapping[str, Tap], labels: int
) -> tuple[str, tuple[str, ...]]:
    """The weight of the network's own last layer to so many labels, and the taps whose nodes it reads.

    Those are taps with as many nodes as it reads, and no matrix or kernel in between. None where there is no
    such layer.
    """
    if architecture.readout is None:
        return "", ()
    run, readout = DryRun(model, sample), architecture.readout.module
    weight = f"{readout}.weight"
    outputs, width = model.get_parameter(weight).shape
    if outputs != labels:
        return "", ()
    mixing = [each.began for each in run.passes if _mixes(model.get_submodule(each.module))]
    end = run.once[readout].began
    found = []
    for name, tap in taps.items():
        at = run.once[tap.module]
        passed = at.began if tap.side == "input" else at.ended
        as_many = run.nodes(tap.module, tap.side, tap.layout) == width
        if as_many and passed <= end and not any(passed <= began < end for began in mixing):
            found.append(name)
    return weight, tuple(found)


def _mixes(module: nn.Module) -> bool:
    """Whether a module itself has a matrix or a kernel."""
    return any(weight.ndim > 1 for weight in module.parameters(recurse=False))


def _innermost(model: nn.Module, tap: Tap) -> tuple[str, Side]:
    """The module that really takes or gives what passes: of a sequence its first or its last."""
    name, module = tap.module, model.get_submodule(tap.module)
    while type(module) is nn.Sequential and len(module):
        children = list(module.named_children())
        inner, module = children[0 if tap.side == "input" else -1]
        name = f"{name}.{inner}"
    return name, tap.side
