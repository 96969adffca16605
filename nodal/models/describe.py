"""The architecture of any network, found by one pass on a sample.

As a program it builds the network that JSON on its standard input names and prints its architecture as JSON.
"""

import json
import math
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

from nodal.architectures.architecture import Architecture, Layer, Readout, Tap
from nodal.architectures.stored import to_json
from nodal.augment.preparation import Prepared, Tokens
from nodal.models.block_points import Found, Point, both_sides, plain, points_of, weights
from nodal.models.blocks import layers_as_blocks, points_of_layer, repeated_blocks
from nodal.models.dry_run import DryRun
from nodal.models.foreign import build_foreign
from nodal.models.unread import unread


def describe(
    model: nn.Module, sample: Prepared, declared: Mapping[str, Mapping[str, Any]] | None = None
) -> Architecture:
    """The taps, prunable layers, blocks, final norm and readout of a network.

    Encoder blocks have taps of the kinds that a CCT has, residual blocks those between their convolutions;
    any other network has its repeated modules as blocks and both sides of its Linear and Conv2d layers. What
    does not run as a module, runs more than once, or does not have the inputs first, is no tap; `unread` of
    the architecture says so.

    Args:
        model: Any module that classifies; it is left as it was.
        sample: What the network takes; two inputs.
        declared: Further taps by name, which replace those of the same name: `module` and, optionally,
            `side`, `layout`, `block`, `heads`, `kind`.

    Raises:
        ValueError: There is no block to be found, or a declared tap does not exist or fit.
    """
    run = DryRun(model, sample)
    readout = _readout(run)
    blocks = repeated_blocks(run)
    found: list[Found] = [points_of(block, run) for block in blocks]
    if not blocks:
        blocks = layers_as_blocks(run, readout)
        found = [points_of_layer(block, run) for block in blocks]
    if not blocks:
        raise ValueError("no block, Conv2d or Linear of the network can be read, each run once, inputs first")
    taps: dict[str, Tap] = {}
    layers: dict[str, Layer] = {}
    for number, (points, candidates) in enumerate(found, 1):
        names = _add(taps, points, number, run)
        for each in candidates:
            for target in each.targets:
                if each.source in names and target in names and each.module in run.once:
                    layer = Layer(names[each.source], names[target], number, each.kind)
                    if _fits(run, each.module, taps[layer.source], taps[layer.target]):
                        layers[f"{each.module}.weight"] = layer
                        break
    _add_outside(taps, blocks, readout, run)
    for name, given in (declared or {}).items():
        taps[name] = _declared(name, given, len(blocks), run)
    for weight, layer in layers.items():
        module = weight.removesuffix(".weight")
        if not _fits(run, module, taps[layer.source], taps[layer.target]):
            name = layer.source if layer.source in (declared or {}) else layer.target
            raise ValueError(f"taps.{name}: is not as wide as {weight}, whose end it is: take another name")
    ordered = dict(sorted(taps.items(), key=lambda item: item[1].block))
    last = Readout(readout) if readout else None
    return Architecture(ordered, layers, tuple(blocks), _final_norm(run, blocks), last, unread(run, readout))


def _add(taps: dict[str, Tap], points: list[Point], number: int, run: DryRun) -> dict[str, str]:
    """Add the points that can be read, and give their names by kind."""
    names = {}
    for point in points:
        value = run.value(point.module, point.side)
        if value is None:
            continue
        layout = run.layout(point.module, point.side, value)
        assert layout is not None
        name = first = point.name or f"{point.kind}{number}"
        same = 1
        while name in taps:  # `a.b` and `a_b` are both `a_b`
            name = f"{first}_{(same := same + 1)}"
        heads = point.heads if run.nodes(point.module, point.side, layout) % point.heads == 0 else 1
        taps[name] = Tap(point.module, point.side, layout, point.kind, number, heads)
        names[point.kind] = name
    return names


def _fits(run: DryRun, module: str, source: Tap, target: Tap) -> bool:
    """Whether a weight is as wide as the taps at its ends."""
    ends = [run.nodes(tap.module, tap.side, tap.layout) for tap in (target, source)]
    return list(run.model.get_parameter(f"{module}.weight").shape[:2]) == ends


def _add_outside(taps: dict[str, Tap], blocks: list[str], readout: str | None, run: DryRun) -> None:
    """Layers before, between and behind the blocks; each belongs to the block that began last before it."""
    began = [run.once[block].began for block in blocks]
    for name in weights(run.model):
        inside = any(name == block or name.startswith(f"{block}.") for block in blocks)
        if not inside and name != readout and name in run.once:
            number = max(1, sum(each < run.once[name].began for each in began))
            _add(taps, both_sides(name, f"outside_{plain(name)}"), number, run)


def _final_norm(run: DryRun, blocks: list[str]) -> str | None:
    """The first LayerNorm that runs behind the last block."""
    behind = max(run.once[block].ended for block in blocks)
    for each in run.passes:
        if each.began > behind and isinstance(run.model.get_submodule(each.module), nn.LayerNorm):
            return each.module if each.module in run.once else None
    return None


def _readout(run: DryRun) -> str | None:
    """The fully connected layer that takes a vector and gives the logits."""
    for name, each in run.once.items():
        if isinstance(run.model.get_submodule(name), nn.Linear) and each.output is run.logits:
            return name if each.input is not None and each.input.ndim == 2 else None
    return None


def _declared(name: str, given: Mapping[str, Any], depth: int, run: DryRun) -> Tap:
    module, side = given["module"], given.get("side", "output")
    if hasattr(nn.ModuleDict(), name):  # which keeps the probes by the names of their taps
        raise ValueError(
            f"taps.{name}: {name!r} means something else to torch: choose another name, as layer4"
        )
    known = [each for each, _ in run.model.named_modules()]
    if module not in known:
        near = ", ".join(get_close_matches(module, known, n=3)) or ", ".join(
            each for each, _ in run.model.named_children()
        )
        raise ValueError(f"taps.{name}: the network has no module {module!r}; there is {near}")
    if run.runs.get(module, 0) != 1:
        raise ValueError(f"taps.{name}: {module!r} runs {run.runs.get(module, 0)} times in a pass, not once")
    value = run.value(module, side)
    layout = given.get("layout") or (value is not None and run.layout(module, side, value))
    if value is None or not layout:
        raise ValueError(
            f"taps.{name}: the {side} of {module!r} is no tensor of two to four dimensions, inputs first"
        )
    tap = Tap(module, side, layout, given.get("kind") or name, given.get("block", 1), given.get("heads", 1))
    if value.ndim != {"vector": 2, "tokens": 3}.get(tap.layout, 4):
        raise ValueError(f"taps.{name}: {list(value.shape)} is not of the layout {tap.layout}")
    if (nodes := run.nodes(module, tap.side, tap.layout)) % tap.heads:
        raise ValueError(f"taps.{name}: {nodes} nodes are not {tap.heads} equal heads")
    if tap.block > depth:
        raise ValueError(f"taps.{name}: block {tap.block} where the network has {depth}")
    return tap


def sample_of(kind: str, shape: list[int]) -> Prepared:
    """Two inputs: images [3, H, W], tokens [T] or vectors [D].

    Raises:
        ValueError: There is no such kind.
    """
    if kind == "tokens":
        return Tokens().plain(torch.zeros(2, *shape, dtype=torch.int32))
    if kind not in ("images", "vectors"):
        raise ValueError(f"kind: {kind!r} where images, tokens or vectors is needed")
    return torch.linspace(-1, 1, 2 * math.prod(shape)).reshape(2, *shape)


def main() -> None:
    """Print the architecture of `{"model": ..., "sample": {"kind": ..., "shape": ...}}`."""
    try:
        with redirect_stdout(sys.stderr):  # a user's file may print
            text = to_json(_asked(json.load(sys.stdin)))
    except ValueError as error:
        sys.exit(" ".join(str(error).split()))
    print(text)


def _asked(asked: Mapping[str, Any]) -> Architecture:
    model = build_foreign(asked["model"], labels=10)
    sample = sample_of(**asked["sample"])
    try:
        return describe(model, sample, asked["model"].get("taps"))
    except ValueError:
        raise
    except Exception as error:  # whatever a network says of inputs that it does not take
        said = f"{error} ({type(error).__name__})"
        raise ValueError(f"it does not run on {asked['sample']}: {said}") from error


if __name__ == "__main__":
    main()
