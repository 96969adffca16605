"""Sets of probes on the taps of a network: new, in a rotated basis, the network's own, or from a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.architectures.architecture import READOUT, Tap
from nodal.augment.preparation import Prepared
from nodal.files.tensors import read_tensors
from nodal.models.features import check_taps, collect
from nodal.models.probe import Probe, Probes
from nodal.snp.rotations import haar

ROTATED = "-rotated"  # ends the name of a probe that reads its tap in a random basis


class Rotation(nn.Module):
    """Activations seen in another basis: `Q x`, with a fixed orthogonal Q [width, width]."""

    def __init__(self, q: NDArray[np.float64]) -> None:
        super().__init__()
        self.q: Tensor
        self.register_buffer("q", torch.from_numpy(q).float())

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, positions, width] -> [B, positions, width]."""
        return tokens @ self.q.T


def new_probes(
    model: nn.Module, taps: Mapping[str, Tap], sample: Prepared, labels: int, recipe: Mapping[str, Any]
) -> Probes:
    """Randomly initialised probes, one a tap, as wide as the tap is on a sample of prepared inputs.

    Args:
        model: The network.
        taps: Where each probe reads.
        sample: Prepared inputs, one is enough.
        labels: Number of labels.
        recipe: `pooling`, `bias`, `norm` (`none`, `fresh`, or `final`, a frozen copy of the network's own),
            and for the last `final_norm`, the dotted name of that LayerNorm.

    Raises:
        ValueError: `norm` is none of its kinds, or does not fit the tap.
    """
    check_taps(model, sample, taps)
    probes = Probes()
    for name, tokens in collect(model, sample, taps).items():
        positions, width = tokens.shape[1:]
        norm = _norm(recipe["norm"], model, recipe.get("final_norm"), width)
        probe = Probe(width, labels, norm, recipe["bias"], recipe["pooling"], positions)
        probes[name] = probe.to(tokens.device)
    return probes


def with_rotated(probes: Probes, taps: Sequence[str], recipe: Mapping[str, Any], seed: int) -> Probes:
    """The same probes, and for some taps another one that reads them in a random basis.

    A probe that is trained there shows whether its optimiser, which knows axes, favours those of the nodes.

    Args:
        probes: What `new_probes` made.
        taps: Those that get another probe, named `{tap}-rotated`.
        recipe: As of `new_probes`; `norm` is `none`.
        seed: Of the rotations.
    """
    rotated = {}
    for number, tap in enumerate(taps):
        own = probes[tap]
        q = haar(own.nodes, np.random.default_rng([seed, number, 18]))
        probe = Probe(
            own.nodes, own.fc.out_features, Rotation(q), recipe["bias"], recipe["pooling"], own.positions
        )
        rotated[f"{tap}{ROTATED}"] = probe.to(own.fc.weight.device)
    return Probes({**probes, **rotated})


def with_rotated_taps(taps: Mapping[str, Tap], rotated: Sequence[str]) -> dict[str, Tap]:
    """The taps that the probes of `with_rotated` read, by the probes' names."""
    return {**taps, **{f"{tap}{ROTATED}": taps[tap] for tap in rotated}}


def own_probe(model: nn.Module, module: str) -> Probe:
    """The network's own last layer as a probe on the vector that it reads; `module` is its dotted name.

    Raises:
        TypeError: It is not fully connected.
    """
    layer = model.get_submodule(module)
    if not isinstance(layer, nn.Linear):
        raise TypeError(f"readout: {module} is {type(layer).__name__}, not a fully connected layer")
    probe = Probe(layer.in_features, layer.out_features, bias=layer.bias is not None, pooling="mean")
    probe.fc.load_state_dict(layer.state_dict())
    return probe.to(layer.weight.device)


def load_probes(
    path: str | Path,
    model: nn.Module,
    taps: Mapping[str, Tap],
    sample: Prepared,
    labels: int,
    recipe: Mapping[str, Any],
) -> Probes:
    """The trained probes of these taps from the file of a probe set; arguments as of `new_probes`.

    A name that ends in `-rotated` stands for the probe that reads that tap in a random basis.
    """
    if READOUT in taps:
        return Probes({READOUT: own_probe(model, taps[READOUT].module)})
    trained = read_tensors(path)
    native = {name: tap for name, tap in taps.items() if not name.endswith(ROTATED)}
    rotated = [name.removesuffix(ROTATED) for name in taps if name not in native]
    probes = with_rotated(new_probes(model, native, sample, labels, recipe), rotated, recipe, seed=0)
    probes.load_state_dict({name: value for name, value in trained.items() if name.split(".")[0] in taps})
    return probes


def _norm(kind: str, model: nn.Module, final: str | None, width: int) -> nn.Module | None:
    """The probe's LayerNorm: none, a fresh one, or a frozen copy of the network's final one."""
    if kind not in ("none", "fresh", "final"):
        raise ValueError(f"norm: {kind!r} where none, fresh or final is needed")
    if kind == "none":
        return None
    if kind == "fresh":
        return nn.LayerNorm(width)
    if final is None:
        raise ValueError(
            "norm: final, but the network has no LayerNorm behind its blocks: take fresh or none"
        )
    own = model.get_submodule(final)
    if not isinstance(own, nn.LayerNorm) or own.normalized_shape != (width,):
        raise ValueError(f"norm: final is {own}; width {width} needs fresh or none")
    norm = nn.LayerNorm(width, own.eps)
    norm.load_state_dict(own.state_dict())
    return norm.requires_grad_(False)
