"""Gathering, over the training images, what scores and label sets of pruned layers are made of."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.architectures.architecture import Layer, Tap
from nodal.augment.preparation import Preparation
from nodal.files.evidence import Evidence
from nodal.models.features import collect, forward, logits
from nodal.models.probe import Probes
from nodal.training.device import float32
from nodal.training.evaluation import evaluate, matrices
from nodal.training.inputs_at_once import inputs_in_part, measured_at_once


def gather(
    network: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    layers: Mapping[str, Layer],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
    *,
    batch: int,
    seed: int,
) -> Evidence:
    """All that the masks of these layers need.

    Args:
        network: The trained network.
        probes: Probes on the taps at the layers' ends.
        taps: These taps.
        layers: By name of the weight.
        inputs: Training inputs [N, ...].
        labels: int64 [N].
        prepare: Preparation of the inputs.
        batch: Inputs whose mean gradient the Taylor score squares.
        seed: Of their order.
    """
    measured = evaluate(network, probes, taps, inputs, labels, prepare)
    snp = matrices(measured, probes)
    sources = {layer.source: taps[layer.source] for layer in layers.values()}
    rms = {tap: value.cpu().numpy() for tap, value in input_rms(network, sources, inputs, prepare).items()}
    scores = taylor(network, list(layers), inputs, labels, prepare, batch=batch, seed=seed)
    return Evidence(snp, rms, {name: value.cpu().numpy() for name, value in scores.items()})


@torch.no_grad()
def input_rms(
    network: nn.Module, taps: Mapping[str, Tap], inputs: Tensor, prepare: Preparation
) -> dict[str, Tensor]:
    """Root mean square of each node, float32 [K], over all inputs and those positions that count."""
    network.eval()
    squares: dict[str, Tensor] = {}
    seen = dict.fromkeys(taps, 0)
    with float32(tf32=False):
        for chunk in inputs.split(measured_at_once(network, inputs, prepare)):
            mask = prepare.mask(chunk)
            for tap, found in collect(network, prepare.plain(chunk), taps).items():
                rows = found.flatten(0, 1) if mask is None or found.shape[1] == 1 else found[mask]
                squares[tap] = squares.get(tap, 0) + rows.double().square().sum(0)
                seen[tap] += len(rows)
    return {tap: (total / seen[tap]).sqrt().float() for tap, total in squares.items()}


def taylor(
    network: nn.Module,
    weights: list[str],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
    *,
    batch: int,
    seed: int,
) -> dict[str, Tensor]:
    """First-order Taylor scores (Molchanov et al. 1906.10771), float32 [out, in] by name of the weight.

    The sum over batches of (w g)^2, g the gradient of the batch's mean cross-entropy in evaluation mode; of
    a convolution the sum over each kernel.

    Args:
        network: The trained network.
        weights: Names of the weights.
        inputs: [N, ...].
        labels: int64 [N].
        prepare: Preparation of the inputs.
        batch: Inputs of a batch; of a last one that is smaller, the rest.
        seed: Of the order of the inputs.
    """
    network.eval()
    chosen = [network.get_parameter(name) for name in weights]
    frozen = [weight for weight in chosen if not weight.requires_grad]
    for weight in frozen:
        weight.requires_grad_(True)
    totals = [weight.new_zeros(weight.shape[:2]) for weight in chosen]
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(seed)).to(inputs.device)
    at_once = inputs_in_part(network, prepare.plain(inputs[:2])) or batch
    with float32(tf32=False):
        for indices in order.split(batch):
            gradients = [torch.zeros_like(weight) for weight in chosen]
            for part in indices.split(at_once):
                found = logits(forward(network, prepare.plain(inputs[part])))
                loss = cross_entropy(found, labels[part], reduction="sum") / len(indices)
                for total, more in zip(gradients, torch.autograd.grad(loss, chosen), strict=True):
                    total += more
            for total, weight, gradient in zip(totals, chosen, gradients, strict=True):
                total += (weight.detach() * gradient).square().reshape(*total.shape, -1).sum(2)
    for weight in frozen:
        weight.requires_grad_(False)
    return dict(zip(weights, totals, strict=True))
