"""Single-nodal performance (SNP) matrices of one tap: one pass against literal silencing.

    python -m benchmarks.snp_matrices [--images 10000] [--nodes 8] [--forward 100]

First table: 256 nodes, 100 labels, random features of 256 tokens an image, in parts of 500 images that all
ways take in turn. Literal silencing runs the probe once for each node, all FC weights but the node's
set to zero, and averages the fields over the images of each label. It runs only the probe, on features that
are already there: to run the network once for each node as well would be slower still, and no fair rival.
It is measured for some of the nodes, whose passes are all alike, and scaled up to 256. Pooling first and
silencing only the FC layer is what a careful programmer would do without the rank-one identity. Ours is
`nodal.training.evaluation`, which counts the right answers of the probe and of each of four heads' nodes
along the way.
Deviations are of the matrices' elements, from ours, over the nodes that were measured.

Second table: what this costs beside the forward pass that it needs, for all seven blocks of CCT-7/3x1.
"""

import argparse
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from benchmarks.timing import interleaved, table, timed, use_threads
from nodal.architectures.architecture import Tap
from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.models.cct import cct_7_3x1
from nodal.models.probe import Probe, Probes
from nodal.snp.matrix import Snp
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate
from nodal.training.inputs_at_once import measured_at_once

NODES, LABELS, SIDE, PART, HEADS = 256, 100, 16, 500, 4


class Features(Augment):
    """Features in the place of images, [B, NODES, SIDE, SIDE], are given to the network as they are."""

    def plain(self, images: Tensor) -> Tensor:
        """The features."""
        return images


class Transpose(nn.Module):
    """A network whose output are its input's pixels as tokens, [B, SIDE * SIDE, NODES]."""

    def forward(self, images: Tensor) -> Tensor:
        """The pixels."""
        return images.flatten(2).transpose(1, 2)


def label_means(fields: Tensor, labels: Tensor) -> Tensor:
    """Mean over the images of each label: [L, ...] of [B, ...]."""
    sums = torch.zeros((LABELS, *fields.shape[1:]), device=fields.device)
    return sums.index_add_(0, labels, fields) / torch.bincount(labels)[:, None]


@torch.no_grad()
def literal(probe: Probe, tokens: Tensor, labels: Tensor, nodes: Sequence[int], pool_once: bool) -> Tensor:
    """The matrices [k, L, L] of some nodes by silencing all others' FC weights."""
    matrices, pooled = [], probe.pooled(tokens) if pool_once else None
    for node in nodes:
        weight = torch.zeros_like(probe.fc.weight)
        weight[:, node] = probe.fc.weight[:, node]
        fields = linear(probe.pooled(tokens) if pooled is None else pooled, weight)
        matrices.append(label_means(fields, labels))
    return torch.stack(matrices)


def pooled_means(probe: Probe, features: Tensor, labels: Tensor) -> Tensor:
    """The library's factor [K, L] of the matrices; the other one is the FC weight."""
    probes, taps = Probes({"tap": probe}), {"tap": Tap("", "output", heads=HEADS)}
    return evaluate(Transpose(), probes, taps, features, labels, Features())["tap"].pooled_mean


def compare_methods(images: int, measured: int, device: torch.device) -> None:
    """Print the first table."""
    torch.manual_seed(0)
    probe = Probe(NODES, LABELS).to(device)
    nodes, every = range(0, NODES, NODES // measured), range(NODES)
    labels = torch.arange(PART, device=device) % LABELS
    offset = torch.randn(LABELS, NODES, 1, 1, device=device)  # what the features tell of the label
    names = (f"literal, probe run for {measured} nodes", "literal, pooled once", "ours")
    seconds, sums, parts = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), images // PART
    for _ in range(parts):
        features = offset[labels] + torch.randn(PART, NODES, SIDE, SIDE, device=device)
        # Tokens lie in memory as a network gives them.
        features = features.to(memory_format=torch.channels_last)
        tokens = Transpose()(features)
        works = {
            names[0]: partial(literal, probe, tokens, labels, nodes, pool_once=False),
            names[1]: partial(literal, probe, tokens, labels, every, pool_once=True),
            names[2]: partial(pooled_means, probe, features, labels),
        }
        for name, work in works.items():
            spent, found = timed(work)
            seconds[name] += spent
            sums[name] = sums[name] + found
    weight = probe.fc.weight.detach().T.cpu().numpy()
    fields, ours = timed(lambda: torch.from_numpy(Snp((sums["ours"] / parts).cpu().numpy(), weight).fields()))
    seconds["ours"] += fields
    seconds[names[0]] *= NODES / measured
    rows = []
    for name, chosen in zip(names, (nodes, every, None), strict=True):
        apart = (
            "-" if chosen is None else f"{(sums[name].cpu() / parts - ours[list(chosen)]).abs().max():.1g}"
        )
        scaled = f" (scaled up from {measured} nodes)" if chosen is nodes and measured < NODES else ""
        rows.append([name, f"{seconds[name]:.3g}{scaled}", f"{seconds[name] / seconds['ours']:.1f}", apart])
    print(f"{images} images; the largest element is {ours.abs().max():.2g}.\n")
    print(table(["way", "seconds", "times ours", "largest deviation"], rows))


@torch.no_grad()
def compare_forward(images: int, device: torch.device) -> None:
    """Print the second table."""
    torch.manual_seed(0)
    network, plain = cct_7_3x1().to(device).eval(), Augment()
    taps = {
        name: cct({"depth": 7, "heads": 4}).taps[name] for name in (f"block{block}" for block in range(1, 8))
    }
    probes = Probes({name: Probe(NODES, LABELS) for name in taps}).to(device)
    pixels = torch.randint(256, (images, 3, 32, 32), dtype=torch.uint8, device=device)
    labels = torch.arange(images, device=device) % LABELS
    count = measured_at_once(network, pixels, plain)
    runs = interleaved(
        {
            "forward pass": lambda: [network(plain.plain(chunk)) for chunk in pixels.split(count)],
            "forward pass and SNP of seven blocks": lambda: evaluate(
                network, probes, taps, pixels, labels, plain
            ),
        }
    )
    once = runs["forward pass"].best
    print(f"\n{images} images.\n")
    print(
        table(
            ["work", "seconds: best (median)", "of the forward pass"],
            [[name, run, f"{run.best / once:.2f}"] for name, run in runs.items()],
        )
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=10_000, help=f"a multiple of {PART}")
    parser.add_argument("--nodes", type=int, default=8, help="nodes silenced literally, a divisor of 256")
    parser.add_argument("--forward", type=int, default=100, help="images of the second table, >= 100")
    options = parser.parse_args()
    use_threads()
    compare_methods(options.images, options.nodes, best_device())
    compare_forward(options.forward, best_device())


if __name__ == "__main__":
    main()
