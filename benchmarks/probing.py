"""Probes of all seven blocks from one frozen pass, against each probe by itself.

    python -m benchmarks.probing [--images 64] [--batch 32]

One epoch over random 32x32 images, mirrored at random, so that features change and are not kept, with the
frozen CCT-7/3x1: `train_probes` for all seven probes at once; and a plain loop that trains one probe after
the other, each with a frozen forward pass of its own, run to the network's end, or cut off behind its block
(which only whoever thinks of it gets: 4 passes through the blocks instead of 7). All probes end with the same
weights; the deviation is the largest of all probes, from ours.

Without augmentation the features are kept if 4 GiB hold those of the whole training split; the last row is
four epochs of that.
"""

import argparse
import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmarks.timing import Timing, interleaved, table, use_threads
from nodal.architectures.cct import cct
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT, cct_7_3x1
from nodal.models.features import collect
from nodal.models.probe import Probes
from nodal.models.probe_sets import new_probes
from nodal.training.device import best_device, float32
from nodal.training.optimizer import parameter_groups
from nodal.training.probes import CACHE_BYTES, train_probes

LABELS, EPOCHS_KEPT, SEED = 100, 4, 3
NAMES = [f"block{block}" for block in range(1, 8)]
RECIPE: dict[str, Any] = {
    "epochs": 1, "optimizer": "adamw", "lr": 1e-3, "beta2": 0.999, "weight_decay": 4e-2, "clip": 0.0,
    "smoothing": 0.1, "schedule": {"kind": "constant"}, "bf16": False, "tf32": False,
    "norm": "none", "bias": False, "pooling": "sequence",
}  # fmt: skip


def whole_pass(network: CCT, images: Tensor, name: str) -> Tensor:
    """The tap's tokens by a forward pass to the end, read by a hook."""
    found: list[Tensor] = []
    module = network.get_submodule(cct({"depth": 7, "heads": 4}).taps[name].module)
    hook = module.register_forward_hook(lambda _, inputs, output: found.append(output))
    network(images)
    hook.remove()
    return found[0]


def cut_pass(network: CCT, images: Tensor, name: str) -> Tensor:
    """The same by a pass that ends at the tap."""
    return collect(network, images, {name: cct({"depth": 7, "heads": 4}).taps[name]})[name]


def one_by_one(
    network: CCT, probes: Probes, data: Dataset, prepare: Augment, batch: int,
    tokens_of: Callable[[CCT, Tensor, str], Tensor],
) -> None:  # fmt: skip
    """Train each probe for one epoch by itself, on the batches that `train_probes` would give it."""
    images, labels = data.inputs["train"], data.labels["train"]
    for name, probe in probes.items():
        groups = parameter_groups(probe, RECIPE["lr"], RECIPE["weight_decay"])
        optimizer = torch.optim.AdamW(groups, fused=True)
        generator = torch.Generator().manual_seed(SEED)
        for indices in torch.randperm(len(images), generator=generator).to(images.device).split(batch):
            inputs = prepare(images[indices], generator)
            with torch.no_grad(), float32(tf32=False):
                tokens = tokens_of(network, inputs, name)
            loss = cross_entropy(probe(tokens), labels[indices], label_smoothing=RECIPE["smoothing"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@torch.no_grad()
def forward_only(network: CCT, data: Dataset, prepare: Augment, batch: int) -> None:
    """The frozen pass through the deepest block that any training of its probe needs."""
    generator = torch.Generator().manual_seed(SEED)
    for images in data.inputs["train"].split(batch):
        with float32(tf32=False):
            cut_pass(network, prepare(images, generator), NAMES[-1])


def deviation(one: Probes, other: Probes) -> float:
    """The largest difference of two sets of weights."""
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return max(float((a - b).abs().max()) for a, b in pairs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=64, help="a multiple of the batch")
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    use_threads()
    device, batch = best_device(), options.batch
    torch.manual_seed(0)
    network = cct_7_3x1().to(device).eval()
    images = torch.randint(256, (options.images, 3, 32, 32), dtype=torch.uint8, device=device)
    labels = torch.arange(options.images, device=device) % LABELS
    data = Dataset({"train": images}, {"train": labels}, tuple(map(str, range(LABELS))))
    mirrored, plain = Augment(flip=True), Augment()
    taps = {name: cct({"depth": 7, "heads": 4}).taps[name] for name in NAMES}
    fresh = new_probes(network, taps, plain.plain(images[:1]), LABELS, RECIPE)

    def together(prepare: Augment, epochs: int) -> Probes:
        probes, recipe = copy.deepcopy(fresh), RECIPE | {"batch": batch, "epochs": epochs}
        train_probes(network, probes, taps, data, prepare, recipe, seed=SEED)
        return probes

    def alone(tokens_of: Callable[[CCT, Tensor, str], Tensor]) -> Probes:
        probes = copy.deepcopy(fresh)
        one_by_one(network, probes, data, mirrored, batch, tokens_of)
        return probes

    kept = f"all probes at once, {EPOCHS_KEPT} epochs, features kept"
    runs: dict[str, Timing[Any]] = interleaved(
        {
            "forward pass through block 7, no probe": lambda: forward_only(network, data, mirrored, batch),
            "all probes at once": lambda: together(mirrored, 1),
            "probe by probe, whole passes": lambda: alone(whole_pass),
            "probe by probe, passes cut off": lambda: alone(cut_pass),
            kept: lambda: together(plain, EPOCHS_KEPT),
        },
        repeats=2,
    )
    once, ours = runs["forward pass through block 7, no probe"].best, runs["all probes at once"]
    rows = []
    for name, run in runs.items():
        compared = name.startswith("probe by probe")
        apart = f"{deviation(run.result, ours.result):.1g}" if compared else "-"
        rows.append([name, run, f"{run.best / once:.2f}", f"{run.best / ours.best:.2f}", apart])
    print(table(["work", "seconds: best (median)", "of a pass", "times ours", "largest deviation"], rows))
    gain = EPOCHS_KEPT * runs["probe by probe, whole passes"].best / runs[kept].best
    each = sum(256 * 256 * 4 for _ in NAMES)
    print(
        f"\nWith features kept, {EPOCHS_KEPT} epochs take 1/{gain:.1f} of {EPOCHS_KEPT} times the plain loop "
        f"with whole passes. {CACHE_BYTES >> 30} GiB hold {CACHE_BYTES // each:,} images of these seven taps "
        f"({each / 2**20:.2f} MiB each)."
    )


if __name__ == "__main__":
    main()
