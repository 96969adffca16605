"""One frozen pass over a split: what every node contributes, and how right every probe is.

Silencing all FC weights but those of node k leaves the field `pooled_k(x) * W[j, k]` on output j, so
the single-nodal performance (SNP) matrix `M_k[i, j]`, its mean over the inputs of label i, is the
outer product of the node's label means and its weights: one pass gives the matrices of all nodes.
Where a probe reads P positions apart, it is the sum of P such products.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation
from nodal.models.probe import Probe, Probes
from nodal.snp.matrix import Snp
from nodal.training.answers import Counted
from nodal.training.head_answers import add_right, restricted_logits
from nodal.training.labels import check_labels
from nodal.training.pooled import joined, pooled_chunks


@dataclass(frozen=True)
class Measurement:
    """What one pass over a split says of one tap's probe; K nodes, L labels, H attention heads.

    Attributes:
        pooled_mean: float32 [K, L], mean pooled activation of each node over the inputs of each label;
            [K, P, L], at each position, where a probe reads P of them apart.
        images: int64 [L], inputs of each label.
        correct: int64 [L], of these, inputs whose largest logit is their label's.
        head_correct: int64 [H, L], the same with the FC restricted to the nodes of one attention head; none
            where the tap has no attention heads.
    """

    pooled_mean: Tensor
    images: Tensor
    correct: Tensor
    head_correct: Tensor


@dataclass(frozen=True)
class Sums:
    """What the same adds up from, input by input: the sums of parts of a split, added, are those of it all.

    Attributes:
        pooled: float64 [K * P, L], all that the FC layer reads, added over the inputs of each label.
        images: int64 [L], inputs of each label.
        correct: int64 [1 + H, L], of these, right answers of the whole probe and of each attention head.
    """

    pooled: Tensor
    images: Tensor
    correct: Tensor

    def measurement(self, probe: Probe) -> Measurement:
        """What they say of the probe, once every label has occurred."""
        mean = probe.apart((self.pooled / self.images).float())
        return Measurement(mean, self.images, self.correct[0], self.correct[1:])


def evaluate(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
) -> dict[str, Measurement]:
    """Measure all probes in one pass over the split.

    Args:
        model: The frozen network.
        probes: Trained probes by tap.
        taps: Where each probe reads.
        inputs: [N, ...].
        labels: int64 [N]; every label occurs.
        prepare: Preparation of the inputs.

    Returns:
        A measurement a tap.

    Raises:
        TypeError, ValueError: See `check_labels`; or the attention heads do not divide a tap's nodes.
    """
    found = sums(model, probes, taps, inputs, labels, prepare, every=True)
    return {name: each.measurement(probes[name]) for name, each in found.items()}


def sums(
    model: nn.Module,
    probes: Probes,
    taps: Mapping[str, Tap],
    inputs: Tensor,
    labels: Tensor,
    prepare: Preparation,
    *,
    every: bool = False,
) -> dict[str, Sums]:
    """The sums of a tap's probe over a split, or over a part of it: as `evaluate`.

    Only with `every` must each label occur.
    """
    heads = {name: taps[name].heads if taps[name].heads > 1 else 0 for name in probes}
    found = {}
    for name in probes:
        fc, nodes = probes[name].fc, probes[name].nodes
        check_labels(labels, inputs, fc.out_features, every=every)
        if nodes % taps[name].heads:
            raise ValueError(f"heads: {taps[name].heads} do not divide the {nodes} nodes of the tap {name}")
        found[name] = Sums(
            labels.new_zeros((fc.in_features, fc.out_features), dtype=torch.float64),
            torch.bincount(labels, minlength=fc.out_features),
            labels.new_zeros((1 + heads[name], fc.out_features)),
        )
    for chunk, target in joined(pooled_chunks(model, probes, taps, inputs, labels, prepare)):
        for name, pooled in chunk.items():
            found[name].pooled.index_add_(1, target, pooled.T.double())
            add_right(found[name].correct, restricted_logits(probes[name], pooled, heads[name]), target)
    return found


def matrices(measured: Mapping[str, Measurement], probes: Probes) -> dict[str, Snp]:
    """The factors of the nodes' SNP matrices at each tap: the means over labels and the probe's weights."""
    return {tap: Snp(at.pooled_mean.cpu().numpy(), probes[tap].weights()) for tap, at in measured.items()}


def probe_counts(measured: Mapping[str, Mapping[str, Measurement]]) -> list[Counted]:
    """Correct answers by split and tap, of whole probes (head 0) and of each attention head."""
    return [
        ({"tap": tap, "split": split, "head": head}, at.images.cpu(), correct.cpu())
        for split, taps in measured.items()
        for tap, at in taps.items()
        for head, correct in enumerate([at.correct, *at.head_correct])
    ]
