"""Probes, classifiers on a frozen network: many probes trained from one forward pass.

A probe is sequence pooling, `softmax(Linear(width, 1)(x))^T x`, and an FC layer to the labels (Fig 2,
middle). It is what defines the single-nodal performance (SNP) of the nodes it reads.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.tensors import read_tensors
from nodal.models.features import Tap, collect
from nodal.training.device import float32, is_on, mixed_precision
from nodal.training.images_at_once import images_at_once, images_in_part
from nodal.training.labels import check_labels
from nodal.training.loop import Training, fit

log = logging.getLogger(__name__)

CACHE_BYTES = 4 << 30  # features of the training split are kept where they fit in so much memory


class Probe(nn.Module):
    """Sequence pooling and FC(width -> labels) on the tokens of one tap.

    Args:
        width: Nodes of the tap.
        labels: Number of labels.
        norm: None, or a LayerNorm applied to the tokens first.
        bias: Whether the FC layer has a bias.
    """

    def __init__(self, width: int, labels: int, norm: nn.Module | None = None, bias: bool = False) -> None:
        super().__init__()
        self.norm = norm if norm is not None else nn.Identity()
        self.pool = nn.Linear(width, 1)
        self.fc = nn.Linear(width, labels, bias=bias)
        for layer in (self.pool, self.fc):
            nn.init.trunc_normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

    def weights(self) -> NDArray[np.float32]:
        """FC weights from each node to each label, float32 [K, L]: a factor of the nodes' SNP matrices."""
        return self.fc.weight.detach().T.cpu().numpy().copy()

    def pooled(self, tokens: Tensor) -> Tensor:
        """Pool tokens [B, tokens, width] to [B, width].

        Raises:
            ValueError: They are of another shape.
        """
        if tokens.ndim != 3 or tokens.shape[2] != self.pool.in_features:
            needed = f"[images, tokens, {self.pool.in_features}]"
            raise ValueError(f"tokens: have shape {list(tokens.shape)} where {needed} is needed")
        tokens = self.norm(tokens)
        return (self.pool(tokens).softmax(dim=1).transpose(1, 2) @ tokens).squeeze(1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits [B, labels] of tokens [B, tokens, width]."""
        logits: Tensor = self.fc(self.pooled(tokens))
        return logits


class Probes(nn.ModuleDict):
    """Probes by the name of their tap."""

    def __getitem__(self, tap: str) -> Probe:
        """The probe of a tap."""
        probe = super().__getitem__(tap)
        assert isinstance(probe, Probe)
        return probe


def new_probes(
    model: nn.Module, taps: Mapping[str, Tap], sample: Tensor, labels: int, recipe: Mapping[str, Any]
) -> Probes:
    """Randomly initialised probes, one a tap, as wide as the tap is on a sample of prepared images.

    Raises:
        ValueError: A tap gives something else than [images, tokens, nodes], or `norm` is none of its kinds.
    """
    probes = Probes()
    for name, tokens in collect(model, sample, taps).items():
        if tokens.ndim != 3:
            raise ValueError(
                f"tap {name}: gives {list(tokens.shape)} where a probe needs [images, tokens, nodes]: take"
                " one behind the module that makes tokens of it"
            )
        width = tokens.shape[-1]
        probes[name] = Probe(width, labels, _norm(recipe["norm"], model, width), recipe["bias"])
    return probes.to(sample.device)


def load_probes(
    path: str | Path,
    model: nn.Module,
    taps: Mapping[str, Tap],
    sample: Tensor,
    labels: int,
    recipe: Mapping[str, Any],
) -> Probes:
    """The trained probes of these taps from the file of a probe set; arguments as of `new_probes`."""
    probes = new_probes(model, taps, sample, labels, recipe)
    trained = read_tensors(path)
    probes.load_state_dict({name: value for name, value in trained.items() if name.split(".")[0] in taps})
    return probes


def train_probes(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    data: Dataset,
    prepare: Augment,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path | None = None,
) -> list[dict[str, float]]:
    """Train all probes at once from one frozen forward pass a batch.

    The probes share no parameter and the losses are summed, so each probe takes exactly the steps it
    would take alone. Without augmentation the features never change: they are computed once and kept.

    Args:
        model: The frozen network; put into evaluation mode.
        probes: What `new_probes` made.
        taps: Where each probe reads.
        data: Its `train` split is used.
        prepare: Augmentation and normalisation of a batch of images.
        recipe: What `fit` takes, and `smoothing`; `bf16` and `tf32` hold for the frozen pass, too.
        seed: Seed of the order of the images and of the augmentation.
        state: File of the side state.

    Returns:
        The training's history; loss and accuracy are means over the probes.

    Raises:
        TypeError, ValueError: See `check_labels`.
    """
    model.eval()
    images, labels = data.images["train"], data.labels["train"]
    check_labels(labels, images, len(data.names))
    most = images_in_part(model, prepare.plain(images[:2]))

    def frozen(inputs: Tensor) -> dict[str, Tensor]:
        tf32 = float32(tf32=is_on(recipe["tf32"], images.device))
        with torch.no_grad(), tf32, mixed_precision(recipe["bf16"], images.device):
            parts = [collect(model, part, taps) for part in inputs.split(most or len(inputs))]
        return parts[0] if len(parts) == 1 else {name: torch.cat([p[name] for p in parts]) for name in taps}

    cached = None if prepare.random else _cached(frozen, images, prepare)

    def batch(indices: Tensor, generator: torch.Generator) -> tuple[dict[str, Tensor], Tensor]:
        if cached is not None:
            return {name: tokens[indices] for name, tokens in cached.items()}, labels[indices]
        return frozen(prepare(images[indices], generator)), labels[indices]

    def loss(features: dict[str, Tensor], targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = [probes[name](tokens) for name, tokens in features.items()]
        losses = [cross_entropy(each, targets, label_smoothing=recipe["smoothing"]) for each in logits]
        correct = torch.stack([(each.argmax(1) == targets).float().mean() for each in logits])
        return torch.stack(losses).sum(), correct.mean()

    training = Training(probes, batch, loss, len(images), parts=list(probes.values()))
    return fit(training, recipe, seed=seed, state=state)


def _cached(
    frozen: Callable[[Tensor], dict[str, Tensor]], images: Tensor, prepare: Augment
) -> dict[str, Tensor] | None:
    """The features of all images, [N, tokens, width] a tap; None where they would not fit."""
    one = frozen(prepare.plain(images[:1]))
    if sum(tokens.nbytes for tokens in one.values()) * len(images) > CACHE_BYTES:
        return None
    cached = {name: tokens.new_empty((len(images), *tokens.shape[1:])) for name, tokens in one.items()}
    count = images_at_once(images)  # `frozen` itself takes fewer
    for start in range(0, len(images), count):
        part = slice(start, start + count)
        for name, tokens in frozen(prepare.plain(images[part])).items():
            cached[name][part] = tokens
    return cached


def _norm(kind: str, model: nn.Module, width: int) -> nn.Module | None:
    """The probe's LayerNorm: none, a fresh one, or a frozen copy of the network's final one."""
    if kind not in ("none", "fresh", "final"):
        raise ValueError(f"norm: {kind!r} where none, fresh or final is needed")
    if kind == "none":
        return None
    norm = nn.LayerNorm(width)
    if kind == "final":
        norms = [module for module in model.modules() if isinstance(module, nn.LayerNorm)]
        if not norms:
            raise ValueError("norm: final, but the network has no LayerNorm: take fresh or none")
        last = norms[-1]
        if last.normalized_shape != (width,):
            raise ValueError(
                f"norm: final has width {last.normalized_shape[0]}; width {width} needs fresh or none"
            )
        norm.load_state_dict(last.state_dict())
        norm.requires_grad_(False)
    return norm
