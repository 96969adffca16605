"""A probe: a classifier on one tap of a frozen network.

It pools over positions, `softmax(Linear(width, 1)(x))^T x` (Fig 2, middle) or by their mean, and its FC layer
leads to the labels. It is what defines the single-nodal performance (SNP) of the nodes it reads.
"""

from collections.abc import Mapping
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


class Probe(nn.Module):
    """Pooling over positions and FC(width -> labels) on one tap.

    Args:
        width: Nodes of the tap.
        labels: Number of labels.
        norm: None, or a LayerNorm applied first.
        bias: Whether the FC layer has a bias.
        pooling: `sequence`, by learned weights, or `mean`.

    Raises:
        ValueError: There is no such pooling.
    """

    def __init__(
        self, width: int, labels: int, norm: nn.Module | None = None, bias: bool = False,
        pooling: str = "sequence",
    ) -> None:  # fmt: skip
        super().__init__()
        if pooling not in ("sequence", "mean"):
            raise ValueError(f"pooling: {pooling!r} where sequence or mean is needed")
        self.norm = norm if norm is not None else nn.Identity()
        self.pool = nn.Linear(width, 1) if pooling == "sequence" else None
        self.fc = nn.Linear(width, labels, bias=bias)
        for layer in (self.pool, self.fc):
            if layer is not None:
                nn.init.trunc_normal_(layer.weight, std=0.02)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def weights(self) -> NDArray[np.float32]:
        """FC weights from each node to each label, float32 [K, L]: a factor of the nodes' SNP matrices."""
        return self.fc.weight.detach().T.cpu().numpy().copy()

    def pooled(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Pool activations [B, positions, width] to [B, width].

        Args:
            tokens: What `collect` gives.
            mask: Which positions count, bool [B, positions]; None: all. A single position always does.

        Raises:
            ValueError: They are of another shape.
        """
        if tokens.ndim != 3 or tokens.shape[2] != self.fc.in_features:
            needed = f"[inputs, positions, {self.fc.in_features}]"
            raise ValueError(f"tokens: have shape {list(tokens.shape)} where {needed} is needed")
        if mask is not None and tokens.shape[1] != 1:
            return self._masked(tokens, mask)
        tokens = self.norm(tokens)
        if self.pool is None:
            return tokens.mean(1)
        return (self.pool(tokens).softmax(dim=1).transpose(1, 2) @ tokens).squeeze(1)

    def _masked(self, tokens: Tensor, mask: Tensor) -> Tensor:
        if mask.shape != tokens.shape[:2]:
            raise ValueError(f"mask: has shape {list(mask.shape)} where {list(tokens.shape[:2])} is needed")
        tokens = self.norm(tokens)
        scores = tokens.new_zeros(mask.shape) if self.pool is None else self.pool(tokens).squeeze(-1)
        shares = scores.masked_fill(~mask, -torch.inf).softmax(dim=1)
        return (shares[:, None] @ tokens.masked_fill(~mask[..., None], 0)).squeeze(1)

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Logits [B, labels]; arguments as of `pooled`."""
        logits: Tensor = self.fc(self.pooled(tokens, mask))
        return logits


class Probes(nn.ModuleDict):
    """Probes by the name of their tap."""

    def __getitem__(self, tap: str) -> Probe:
        """The probe of a tap."""
        probe = super().__getitem__(tap)
        assert isinstance(probe, Probe)
        return probe


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
        width = tokens.shape[-1]
        norm = _norm(recipe["norm"], model, recipe.get("final_norm"), width)
        probes[name] = Probe(width, labels, norm, recipe["bias"], recipe["pooling"]).to(tokens.device)
    return probes


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
    """The trained probes of these taps from the file of a probe set; arguments as of `new_probes`."""
    if READOUT in taps:
        return Probes({READOUT: own_probe(model, taps[READOUT].module)})
    probes = new_probes(model, taps, sample, labels, recipe)
    trained = read_tensors(path)
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
