"""Training beside vit-pytorch's CCT with torchvision's transforms and loader, and AdamW.

    python -m benchmarks.training_against [--rounds 3]

The embedded default with its shifts, and CCT-7/3x1 at full width with the published augmentation, in the
published batches and in small ones, which spare the plain loop the cost of very large activations. Both sides
see the same images, batch, augmentation, drop rates and label smoothing in float32 and take an epoch in turn;
images a second are the best of the rounds. With two threads the loader has a worker of its own. The last
column is what preparing a batch (drawing, augmenting, normalising, mixing) takes of our step.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, default_collate
from torchvision.transforms import v2
from vit_pytorch.cct import CCT as VitPytorch

from benchmarks.augmentation import MEAN, STD, one_by_one
from benchmarks.pillow_reference import some_images, to_pillow
from benchmarks.timing import interleaved, table, use_threads
from benchmarks.training_step import PUBLISHED, RECIPE
from nodal.augment.mix import Mix
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training.device import best_device
from nodal.training.pretraining import pretrain

LABELS = 100
STATISTICS = {"mean": MEAN, "std": STD}
SHIFT = {"shift": 1, "mixup": 0.0, "cutmix": 0.0}


@dataclass(frozen=True)
class Case:
    """A network with its recipe."""

    name: str
    side: int
    batch: int
    images: int
    width: int
    tokenizer: dict[str, int]
    augment: dict[str, Any]


CCT_7_3X1 = {"kernel": 3, "stride": 1, "padding": 1}
CASES = (
    Case("embedded default", 24, 32, 3200, 64, {"kernel": 7, "stride": 3, "padding": 3}, SHIFT),
    Case("CCT-7/3x1", 32, 16, 64, 256, CCT_7_3X1, PUBLISHED),
    Case("CCT-7/3x1", 32, 128, 128, 256, CCT_7_3X1, PUBLISHED),
)


@dataclass(frozen=True)
class Pictures(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """A data set as torchvision has them: a transform for each image, when it is asked for."""

    images: Tensor
    labels: list[int]
    transform: Callable[[Tensor], Tensor]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(self.images[index]), self.labels[index]


def ours(case: Case, images: Tensor, labels: Tensor) -> Callable[[], object]:
    """One epoch of `nodal.training.pretraining`."""
    network = CCT(image_size=case.side, labels=LABELS, width=case.width, **case.tokenizer).to(images.device)
    data = Dataset({"train": images}, {"train": labels}, tuple(map(str, range(LABELS))))
    recipe = RECIPE | {"epochs": 1, "batch": case.batch, "augment": case.augment}
    return lambda: pretrain(network, data, STATISTICS, recipe, seed=0)


def loader(case: Case, images: Tensor, labels: Tensor, workers: int) -> DataLoader[tuple[Tensor, Tensor]]:
    """Batches of transformed pictures, in the published recipe mixed."""
    shift = v2.Compose(
        [
            v2.RandomCrop(case.side, padding=1, padding_mode="edge"),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(**STATISTICS),
        ]
    )
    published = case.augment is PUBLISHED
    transform = one_by_one(case.side) if published else lambda image: shift(to_pillow(image))
    mixed = v2.RandomChoice(
        [v2.MixUp(alpha=0.8, num_classes=LABELS), v2.CutMix(alpha=1.0, num_classes=LABELS)]
    )
    return DataLoader(
        Pictures(images.cpu(), labels.tolist(), transform),
        case.batch,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        collate_fn=(lambda batch: mixed(*default_collate(batch))) if published else default_collate,
    )


def theirs(case: Case, images: Tensor, labels: Tensor, workers: int) -> Callable[[], object]:
    """One epoch of a plain training loop."""
    device, shape = images.device, case.tokenizer
    network = VitPytorch(
        img_size=case.side, embedding_dim=case.width, num_layers=7, num_heads=4, mlp_ratio=2,
        num_classes=LABELS, positional_embedding="learnable",
        kernel_size=shape["kernel"], stride=shape["stride"], padding=shape["padding"],
    ).to(device)  # fmt: skip
    optimizer = torch.optim.AdamW(network.parameters(), lr=RECIPE["lr"], weight_decay=RECIPE["weight_decay"])
    batches = loader(case, images, labels, workers)

    def epoch() -> None:
        network.train()
        for inputs, targets in batches:
            loss = cross_entropy(
                network(inputs.to(device)), targets.to(device), label_smoothing=RECIPE["smoothing"]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return epoch


def preparation(case: Case, images: Tensor, labels: Tensor) -> Callable[[], object]:
    """Our side prepares a batch."""
    pixels = {key: value for key, value in case.augment.items() if key not in ("mixup", "cutmix")}
    augment, mix = Augment(STATISTICS, **pixels), Mix(case.augment["mixup"], case.augment["cutmix"])
    generator = torch.Generator().manual_seed(0)

    def batch() -> object:
        order = torch.randperm(len(images), generator=generator)[: case.batch].to(images.device)
        prepared = augment(images[order], generator)
        return mix(prepared, labels[order], LABELS, RECIPE["smoothing"], generator)

    return batch


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    threads, device = use_threads(), best_device()
    rows = []
    for case in CASES:
        torch.manual_seed(0)
        images = some_images(case.images, case.side).to(device)
        labels = torch.arange(case.images, device=device) % LABELS
        works = {
            "ours": ours(case, images, labels),
            "theirs": theirs(case, images, labels, workers=threads - 1),
        }
        interleaved(works, 1)  # the first allocates
        found = interleaved(works, options.rounds)
        batch = interleaved({"batch": preparation(case, images, labels)}, 5)["batch"].best
        fast, plain = (case.images / found[name].best for name in works)
        share = batch * fast / case.batch
        speeds = [f"{fast:.1f}", f"{plain:.1f}", f"{fast / plain:.2f}"]
        rows.append([case.name, case.batch, *speeds, f"{100 * share:.1f} %"])
    columns = (
        "network",
        "batch",
        "images/s, ours",
        "vit-pytorch, torchvision",
        "ratio",
        "preparing, of our step",
    )
    print(table(columns, rows))


if __name__ == "__main__":
    main()
