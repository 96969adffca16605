"""Training beside vit-pytorch's CCT with torchvision's transforms and loader, and AdamW.

    python -m benchmarks.training_against [--threads 1] [--rounds 3]

Both sides see the same images, batch, augmentation, drop rates and label smoothing in float32, round by round
in turn; a line gives the best of each side. The last column is what drawing, augmenting, normalising and
mixing a batch of ours takes of our step. The embedded default and CCT-7/3x1 at full width, with the recipe
of each.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, default_collate
from torchvision.transforms import v2
from vit_pytorch.cct import CCT as VitPytorch

from benchmarks.augmentation import one_by_one
from benchmarks.pillow_reference import some_images, to_pillow
from benchmarks.training_step import PUBLISHED, RECIPE
from nodal.augment import Augment
from nodal.data.dataset import Dataset
from nodal.device import best_device
from nodal.mix import Mix
from nodal.models.cct import CCT
from nodal.pretrain import pretrain

LABELS = 100
STATISTICS = {"mean": (0.5071, 0.4867, 0.4408), "std": (0.2675, 0.2565, 0.2761)}
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


CASES = (
    Case("embedded default", 24, 32, 3200, 64, {"kernel": 7, "stride": 3, "padding": 3}, SHIFT),
    Case("CCT-7/3x1", 32, 128, 128, 256, {"kernel": 3, "stride": 1, "padding": 1}, PUBLISHED),
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


def ours(case: Case, images: Tensor, labels: Tensor) -> Callable[[], float]:
    """One epoch of `nodal.pretrain`; its images a second."""
    network = CCT(image_size=case.side, labels=LABELS, width=case.width, **case.tokenizer).to(images.device)
    data = Dataset({"train": images}, {"train": labels}, tuple(map(str, range(LABELS))))
    recipe = RECIPE | {"epochs": 1, "batch": case.batch, "augment": case.augment}
    return lambda: pretrain(network, data, STATISTICS, recipe, seed=0)[-1]["images_per_second"]


def theirs(case: Case, images: Tensor, labels: Tensor, workers: int) -> Callable[[], float]:
    """One epoch of a plain training loop over a loader of transformed pictures; its images a second."""
    device, shape = images.device, case.tokenizer
    network = VitPytorch(
        img_size=case.side, embedding_dim=case.width, num_layers=7, num_heads=4, mlp_ratio=2,
        num_classes=LABELS, positional_embedding="learnable",
        kernel_size=shape["kernel"], stride=shape["stride"], padding=shape["padding"],
    ).to(device)  # fmt: skip
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
    collate = (lambda batch: mixed(*default_collate(batch))) if published else default_collate
    pictures = Pictures(images.cpu(), labels.tolist(), transform)
    loader = DataLoader(
        pictures, case.batch, shuffle=True, drop_last=True, num_workers=workers, collate_fn=collate
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=RECIPE["lr"], weight_decay=RECIPE["weight_decay"])

    def epoch() -> float:
        start = time.perf_counter()
        network.train()
        for inputs, targets in loader:
            loss = cross_entropy(
                network(inputs.to(device)), targets.to(device), label_smoothing=RECIPE["smoothing"]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss.item()  # waits for the device
        return len(loader) * case.batch / (time.perf_counter() - start)

    return epoch


def preparation(case: Case, images: Tensor, labels: Tensor) -> float:
    """Seconds that our side takes to prepare a batch: the best of five."""
    pixels = {key: value for key, value in case.augment.items() if key not in ("mixup", "cutmix")}
    augment, mix = Augment(STATISTICS, **pixels), Mix(case.augment["mixup"], case.augment["cutmix"])
    generator = torch.Generator().manual_seed(0)

    def once() -> float:
        start = time.perf_counter()
        order = torch.randperm(len(images), generator=generator)[: case.batch].to(images.device)
        mixed, _ = mix(
            augment(images[order], generator), labels[order], LABELS, RECIPE["smoothing"], generator
        )
        mixed.sum().item()  # waits for the device
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--threads", type=int, default=1, help="with two and more, the loader has one worker less"
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = best_device()
    print("| network | images/s, ours | vit-pytorch, torchvision | ratio | preparing a batch, of our step |")
    print("|---|---|---|---|---|")
    for case in CASES:
        torch.manual_seed(0)
        images = some_images(case.images, case.side).to(device)
        labels = torch.arange(case.images, device=device) % LABELS
        epochs = ours(case, images, labels), theirs(case, images, labels, options.threads - 1)
        for epoch in epochs:
            epoch()  # the first allocates
        speeds = [[epoch() for epoch in epochs] for _ in range(options.rounds)]
        fast, plain = (max(column) for column in zip(*speeds, strict=True))
        share = preparation(case, images, labels) * fast / case.batch
        print(
            f"| {case.name} | {fast:.0f} | {plain:.0f} | {fast / plain:.2f} | {100 * share:.1f} % |",
            flush=True,
        )


if __name__ == "__main__":
    main()
