"""Training of probes on a frozen network: many from one forward pass."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation, Prepared, split
from nodal.data.dataset import Dataset
from nodal.models.features import collect
from nodal.models.probe import Probes
from nodal.training.device import float32, is_on, mixed_precision
from nodal.training.inputs_at_once import inputs_at_once, inputs_in_part
from nodal.training.labels import check_labels
from nodal.training.loop import Training, fit

CACHE_BYTES = 1 << 32  # features of the training split are kept where they fit in so much memory


def train_probes(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    data: Dataset,
    prepare: Preparation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path | None = None,
) -> list[dict[str, float]]:
    """Train all probes at once from one frozen forward pass a batch.

    The probes share no parameter and the losses are summed, so each probe takes exactly the steps it
    would take alone. Without augmentation the features never change: they are computed once and kept, of a
    probe that sees their mean alone that mean, [N, K].

    Args:
        model: The frozen network; put into evaluation mode.
        probes: What `new_probes` made.
        taps: Where each probe reads.
        data: Its `train` split is used.
        prepare: Preparation of a batch of inputs.
        recipe: What `fit` takes, and `smoothing`; `bf16` and `tf32` hold for the frozen pass, too.
        seed: Seed of the order of the inputs and of the augmentation.
        state: File of the side state.

    Returns:
        The training's history; loss and accuracy are means over the probes.

    Raises:
        TypeError, ValueError: See `check_labels`.
    """
    model.eval()
    inputs, labels = data.inputs["train"], data.labels["train"]
    check_labels(labels, inputs, len(data.names))
    most = inputs_in_part(model, prepare.plain(inputs[:2])) or len(inputs)
    # A probe in a random basis reads the tap of another one: it passes, and is kept, once.
    first: dict[Tap, str] = {}
    for name, tap in taps.items():
        first.setdefault(tap, name)
    passing = {name: tap for tap, name in first.items()}

    def frozen(prepared: Prepared) -> dict[str, Tensor]:
        tf32 = float32(tf32=is_on(recipe["tf32"], inputs.device))
        with torch.no_grad(), tf32, mixed_precision(recipe["bf16"], inputs.device):
            parts = [collect(model, part, passing) for part in split(prepared, most)]
        found = {
            name: parts[0][name] if len(parts) == 1 else torch.cat([p[name] for p in parts])
            for name in passing
        }
        return {name: found[first[tap]] for name, tap in taps.items()}

    def fixed(some: Tensor) -> dict[str, Tensor]:
        mask = prepare.mask(some)
        features = frozen(prepare.plain(some))
        return {name: probes[name].fixed(tokens, mask) for name, tokens in features.items()}

    cached = None if prepare.random else _cached(fixed, inputs)

    def read(indices: Tensor) -> tuple[Tensor, Tensor]:
        return inputs[indices], labels[indices]

    def batch(some: tuple[Tensor, Tensor], generator: torch.Generator) -> tuple[Any, Tensor]:
        chosen, wanted = some
        return (frozen(prepare(chosen, generator)), prepare.mask(chosen)), wanted

    def batch_of_cached(indices: Tensor, generator: torch.Generator) -> tuple[Any, Tensor]:
        assert cached is not None
        features = {name: tokens[indices] for name, tokens in cached.items()}
        return (features, prepare.mask(inputs[indices])), labels[indices]

    def loss(given: tuple[dict[str, Tensor], Tensor | None], targets: Tensor) -> tuple[Tensor, Tensor]:
        features, mask = given
        logits = [probes[name](tokens, mask) for name, tokens in features.items()]
        losses = [cross_entropy(each, targets, label_smoothing=recipe["smoothing"]) for each in logits]
        correct = torch.stack([(each.argmax(1) == targets).float().mean() for each in logits])
        return torch.stack(losses).sum(), correct.mean()

    parts = list(probes.values())
    if cached is None:
        training = Training(probes, batch, loss, len(inputs), parts=parts, read=read)
    else:
        training = Training(probes, batch_of_cached, loss, len(inputs), parts=parts)
    return fit(training, recipe, seed=seed, state=state)


def _cached(fixed: Callable[[Tensor], dict[str, Tensor]], inputs: Tensor) -> dict[str, Tensor] | None:
    """The features of all inputs, [N, positions, width] a tap; None where they would not fit."""
    one = fixed(inputs[:1])
    first: dict[int, str] = {}
    for name, tokens in one.items():
        first.setdefault(id(tokens), name)  # what several probes read is kept once
    names = list(first.values())
    if sum(one[name].nbytes for name in names) * len(inputs) > CACHE_BYTES:
        return None
    try:
        cached = {name: one[name].new_empty((len(inputs), *one[name].shape[1:])) for name in names}
    except RuntimeError:  # the process may hold less
        return None
    count = inputs_at_once(inputs)  # `frozen` itself takes fewer
    for start in range(0, len(inputs), count):
        part = slice(start, start + count)
        features = fixed(inputs[part])
        for name in names:
            cached[name][part] = features[name]
    return {name: cached[first[id(tokens)]] for name, tokens in one.items()}
