"""The blocks of a network: its repeated modules, or where nothing is repeated, its layers."""

from itertools import groupby

from torch import nn

from nodal.architectures.architecture import BLOCK
from nodal.models.block_points import Found, Point, Weight, weights
from nodal.models.dry_run import DryRun

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
_BETWEEN = (nn.Identity, nn.Dropout, nn.Flatten, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)  # belong to none


def repeated_blocks(run: DryRun) -> list[str]:
    """Dotted names of the modules of the class that makes the longest chain, in the order of their passes.

    A chain is children of one class, with children of their own, one after another in a container; of two
    that are as long, the class of which there are more is taken. One alone is not repeated.
    """
    longest: dict[type, int] = {}
    members: dict[type, list[str]] = {}
    for name, container in run.model.named_modules():
        if not isinstance(container, _CONTAINERS):
            continue
        inner = [(f"{name}.{key}".strip("."), each) for key, each in container.named_children()]
        for kind, chain in groupby(inner, key=lambda child: type(child[1])):
            names = [child for child, each in chain if next(each.children(), None) is not None]
            if names and not issubclass(kind, _CONTAINERS):
                longest[kind] = max(longest.get(kind, 0), len(names))
                members.setdefault(kind, []).extend(names)
    kinds = [kind for kind in longest if len(members[kind]) > 1]
    if not kinds:
        return []
    chosen = members[max(kinds, key=lambda kind: (longest[kind], len(members[kind])))]
    readable = [name for name in chosen if run.value(name, "output") is not None]
    return sorted(readable, key=lambda name: run.once[name].began)


def layers_as_blocks(run: DryRun, readout: str | None) -> list[str]:
    """The convolutions, or where there are none the fully connected layers, but for the readout."""
    names = [name for name in weights(run.model) if name != readout and run.value(name, "output") is not None]
    convolutions = [name for name in names if isinstance(run.model.get_submodule(name), nn.Conv2d)]
    return sorted(convolutions or names, key=lambda name: run.once[name].began)


def points_of_layer(name: str, run: DryRun) -> Found:
    """A layer as a block: what it takes, and what its norm, activation and pooling make of it."""
    kind = "conv" if isinstance(run.model.get_submodule(name), nn.Conv2d) else "linear"
    points = [_behind(name, run), Point(f"{kind}_in", name, "input")]
    return points, [Weight(name, f"{kind}_in", (BLOCK,), kind)]


def _behind(name: str, run: DryRun) -> Point:
    """The last thing that follows a layer, tensor by tensor, before another layer takes it."""
    point, value = Point(BLOCK, name, "output"), run.value(name, "output")
    assert value is not None
    dimension = 1 if value.ndim == 4 else -1
    nodes, dimensions = value.shape[dimension], value.ndim
    for each in run.passes:
        if each.began < run.once[name].ended or each.input is not value or each.output is None:
            continue
        module = run.model.get_submodule(each.module)
        if next(module.children(), None) is not None or isinstance(module, _BETWEEN):
            continue
        same = each.output.ndim == dimensions and each.output.shape[dimension] == nodes
        if not same or isinstance(module, (nn.Linear, nn.Conv2d)) or each.module not in run.once:
            break
        point, value = Point(BLOCK, each.module, "output"), each.output
    return point
