"""What can be read and pruned within a block: by roles where its style is known, else as it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from nodal.architectures.architecture import BLOCK, Side
from nodal.architectures.cct import ATTENTION
from nodal.models.dry_run import DryRun

# Which module of an encoder block plays which role, style by style; `second` is the norm that reads the
# attention's result with its skip, `attention` one that computes its projections itself.
STYLES: tuple[Mapping[str, str], ...] = (
    {"qkv": "attn.qkv", "proj": "attn.proj", "second": "norm2", "linear1": "mlp.fc1", "linear2": "mlp.fc2"},
    {"qkv": "self_attn.qkv", "proj": "self_attn.proj", "second": "norm1", "linear1": "linear1",
     "linear2": "linear2"},
    {"attention": "self_attention", "second": "ln_2", "linear1": "mlp.0", "linear2": "mlp.3"},
    {"attention": "self_attn", "linear1": "linear1", "linear2": "linear2"},
    {"query": "attention.q_proj", "key": "attention.k_proj", "value": "attention.v_proj",
     "proj": "attention.o_proj", "second": "layernorm_after", "linear1": "mlp.fc1", "linear2": "mlp.fc2"},
    {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
     "proj": "attention.output.dense", "second": "attention.output.LayerNorm",
     "linear1": "intermediate.dense", "linear2": "output.dense"},
    {"query": "attention.q_lin", "key": "attention.k_lin", "value": "attention.v_lin",
     "proj": "attention.out_lin", "linear1": "ffn.lin1", "linear2": "ffn.lin2"},
)  # fmt: skip
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
    names = {name for name, _ in module.named_modules()}
    for style in STYLES:
        if names.issuperset(style.values()):
            return _encoder(block, style, run)
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


def _encoder(block: str, style: Mapping[str, str], run: DryRun) -> Found:
    where = {role: f"{block}.{module}" for role, module in style.items()} | {"": block}
    began = {role: run.once[name].began for role, name in where.items() if name in run.once}
    inner = "proj" if "proj" in where else "attention"
    if not began.get(inner, 0) < began.get("second", 0) < began.get("linear1", 0):
        where.pop("second", None)  # it norms something else
    points = [
        Point(kind, where[role], side, _heads(run.model.get_submodule(block)) if kind == ATTENTION else 1)
        for kind, (roles, side) in POINTS.items()
        for role in roles
        if role in where
    ]
    return points, [Weight(where[role], *ends) for role, ends in LAYERS.items() if role in where]


def _heads(block: nn.Module) -> int:
    for module in block.modules():
        for name in ("num_heads", "num_attention_heads", "n_heads", "heads"):
            if isinstance(heads := getattr(module, name, None), int):
                return heads
    return 1


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
    points, layers = [Point(BLOCK, block, "output")], []
    for name in weights(module, block):
        kind = f"layer_{plain(name.removeprefix(block))}".strip("_")
        points += both_sides(name, kind)
        layers.append(Weight(name, f"{kind}_in", (f"{kind}_out",), kind))
    return points, layers
