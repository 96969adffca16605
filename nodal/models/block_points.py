"""What can be read and pruned within a block: by roles where it is an encoder block, else as it is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from nodal.architectures.architecture import BLOCK, Side
from nodal.architectures.cct import ATTENTION
from nodal.models.dry_run import DryRun
from nodal.models.roles import encoder_roles, heads_of

# Kinds of taps of an encoder block: the roles of which one is there, and its side.
POINTS: dict[str, tuple[tuple[str, ...], Side]] = {
    BLOCK: (("",), "output"),
    "block_no_skip": (("linear2",), "output"),
    "qkv_in": (("qkv", "query", "attention"), "input"),
    "qkv_out": (("qkv",), "output"),
    "q_out": (("query",), "output"),
    "k_out": (("key",), "output"),
    "v_out": (("value",), "output"),
    ATTENTION: (("proj",), "input"),
    "proj_out": (("second",), "input"),
    "proj_only": (("proj", "attention"), "output"),
    "linear1_in": (("linear1",), "input"),
    "linear1_preact": (("linear1",), "output"),
    "linear1_out": (("linear2",), "input"),
}
# The prunable layers of an encoder block by role: source, targets (the first that fits is taken), kind.
LAYERS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "qkv": ("qkv_in", ("qkv_out",), "qkv"),
    "query": ("qkv_in", ("q_out",), "query"),
    "key": ("qkv_in", ("k_out",), "key"),
    "value": ("qkv_in", ("v_out",), "value"),
    "proj": (ATTENTION, ("proj_out", "proj_only"), "projection"),
    "linear1": ("linear1_in", ("linear1_out", "linear1_preact"), "linear1"),
    "linear2": ("linear1_out", (BLOCK,), "linear2"),
}


@dataclass(frozen=True)
class Point:
    """A place to read: what it is within its block, and where."""

    kind: str
    module: str
    side: Side
    heads: int = 1
    name: str = ""  # without one: its kind and the block's number


@dataclass(frozen=True)
class Weight:
    """A layer, the kinds of its source and possible targets, and what it is within its block."""

    module: str
    source: str
    targets: tuple[str, ...]
    kind: str


Found = tuple[list[Point], list[Weight]]


def points_of(block: str, run: DryRun) -> Found:
    """The places and layers of a block; some may prove unreadable."""
    module = run.model.get_submodule(block)
    if roles := encoder_roles(block, run):
        return _encoder(block, roles, run)
    if all(isinstance(getattr(module, name, None), nn.Conv2d) for name in ("conv1", "conv2")):
        return _residual(block, module)
    return _any(block, module)


def weights(module: nn.Module, prefix: str = "") -> Iterator[str]:
    """Dotted names of the Linear and ungrouped Conv2d layers within a module."""
    for name, each in module.named_modules(prefix=prefix):
        if isinstance(each, nn.Linear) or (isinstance(each, nn.Conv2d) and each.groups == 1):
            yield name


def both_sides(name: str, kind: str) -> list[Point]:
    """What a layer takes and gives, named as the layer is."""
    sides: tuple[tuple[str, Side], ...] = (("in", "input"), ("out", "output"))
    return [Point(f"{kind}_{end}", name, side, 1, f"{plain(name)}_{end}") for end, side in sides]


def plain(name: str) -> str:
    """A module's dotted name as the name of a tap: small letters, digits and `_`."""
    return re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")


def _encoder(block: str, roles: Mapping[str, str], run: DryRun) -> Found:
    """The points of the roles that are there; both sides of layers that have none."""
    where = {"": block, **roles}
    heads = next(filter(None, map(heads_of, run.model.get_submodule(block).modules())), 1)
    points = [
        Point(kind, where[role], side, heads if kind == ATTENTION else 1)
        for kind, (candidates, side) in POINTS.items()
        for role in candidates
        if role in where
    ]
    layers = [
        Weight(where[role], *ends)
        for role, ends in LAYERS.items()
        if role in where and isinstance(run.model.get_submodule(where[role]), nn.Linear)
    ]
    others = [name for name in weights(run.model.get_submodule(block), block) if name not in roles.values()]
    return points + _sides(block, others)[0], layers + _sides(block, others)[1]


def _residual(block: str, module: nn.Module) -> Found:
    """Convolutions `conv1`, `conv2`, `conv2b`, ...: between them what the next takes, then the block."""
    convolutions = [
        name
        for name, each in module.named_children()
        if isinstance(each, nn.Conv2d) and re.fullmatch("conv[0-9][a-z]?", name)
    ]
    points = [Point(BLOCK, block, "output"), Point("conv1_in", f"{block}.conv1", "input")]
    norm = convolutions[-1].replace("conv", "bn")
    if hasattr(module, norm):
        points.append(Point("block_no_skip", f"{block}.{norm}", "output"))
    for name, following in pairwise(convolutions):
        points.append(Point(f"{name}_out", f"{block}.{following}", "input"))
    sources = ["conv1_in", *(f"{name}_out" for name in convolutions[:-1])]
    targets = [*(f"{name}_out" for name in convolutions[:-1]), BLOCK]
    layers = [
        Weight(f"{block}.{name}", source, (target,), name)
        for name, source, target in zip(convolutions, sources, targets, strict=True)
    ]
    skips = [name for name in weights(module) if name.startswith(("downsample", "shortcut"))]
    layers += [Weight(f"{block}.{name}", "conv1_in", (BLOCK,), name.split(".")[0]) for name in skips]
    return points, layers


def _any(block: str, module: nn.Module) -> Found:
    """The block, and both sides of each layer in it."""
    points, layers = _sides(block, weights(module, block))
    return [Point(BLOCK, block, "output"), *points], layers


def _sides(block: str, names: Iterable[str]) -> Found:
    """Both sides of layers of a block, named as they are within it."""
    points, layers = [], []
    for name in names:
        kind = f"layer_{plain(name.removeprefix(block))}".strip("_")
        points += both_sides(name, kind)
        layers.append(Weight(name, f"{kind}_in", (f"{kind}_out",), kind))
    return points, layers
