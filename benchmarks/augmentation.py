"""Batched augmentation against the published one-image-at-a-time transforms, on one thread.

    python -m benchmarks.augmentation [--size 32] [--images 128]

First table: each RandAugment operation with the same parameters on the same images, by Pillow (the
published recipe), by `torchvision.transforms.v2.functional` on one tensor at a time, and by ours on the
batch: the share of values that differ from Pillow's, the largest difference in grey levels, images a second.
torchvision has neither `solarize_add` nor, on tensors, a bicubic affine: it gets bilinear ones only.
Second table: the whole recipe. torchvision's random transforms give all images of a batch the same
parameters, so they can only be run image by image.
"""

import argparse
import random
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as vision

from benchmarks.pillow_reference import operation, some_images, to_pillow, to_tensor
from benchmarks.timing import interleaved
from nodal.augment.pipeline import Augment
from nodal.augment.randaugment import GEOMETRIC, OPERATIONS, argument, operate

MEAN, STD, FILL = (0.5071, 0.4867, 0.4408), (0.2675, 0.2565, 0.2761), (129, 124, 112)


def torchvision_operation(name: str, image: Tensor, level: float) -> Tensor | None:
    """The operation on a uint8 tensor [3, H, W]; None where torchvision has none. Geometric ones bilinear."""
    if name in ("autocontrast", "equalize", "invert"):
        return getattr(vision, name)(image)
    value = argument(name, torch.tensor([level], dtype=torch.float64)).item()
    if name == "posterize":
        return vision.posterize(image, int(value))
    if name == "solarize":
        return vision.solarize(image, value) if value < 256 else image
    if name in ("color", "contrast", "brightness", "sharpness"):
        return getattr(vision, f"adjust_{'saturation' if name == 'color' else name}")(image, value)
    if name not in GEOMETRIC:
        return None
    size, bilinear = image.shape[1], {"interpolation": InterpolationMode.BILINEAR, "fill": list(FILL)}
    if name == "rotate":
        return vision.rotate(image, value, **bilinear)
    slope = torch.tensor(value).atan().rad2deg().item()
    shear = {"shear_x": [slope, 0.0], "shear_y": [0.0, slope]}.get(name, [0.0, 0.0])
    shift = {"translate_x": [-value * size, 0.0], "translate_y": [0.0, -value * size]}.get(name, [0.0, 0.0])
    return vision.affine(image, 0.0, shift, 1.0, shear, center=[0.0, 0.0], **bilinear)


def one_by_one(size: int) -> Callable[[Tensor], Tensor]:
    """The published recipe on one image, uint8 [3, H, W] -> float32, with Pillow and torchvision."""
    before = v2.Compose([v2.RandomResizedCrop(size, (0.8, 1.0), interpolation=3), v2.RandomHorizontalFlip()])
    after = v2.Compose(
        [
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, STD),
            v2.RandomErasing(0.25, value="random"),
        ]
    )

    def transform(image: Tensor) -> Tensor:
        picture = before(to_pillow(image))
        for name in random.choices(OPERATIONS, k=2):
            if random.random() < 0.5:
                level = min(random.gauss(0.9, 0.05), 1.0) * random.choice((-1, 1))
                picture = operation(name, picture, level, random.random() < 0.5, FILL)
        return after(picture)

    return transform


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    return interleaved({"work": work})["work"].best


def differences(result: Tensor, expected: Tensor) -> str:
    """The share of values that differ, and by how much at most."""
    differ = (result.int() - expected.int()).abs()
    return f"{100 * (differ > 0).float().mean().item():.3f} % ({differ.max().item()})"


def compare_operations(images: Tensor) -> None:
    """Print the first table."""
    count = len(images)
    pictures = [to_pillow(image) for image in images]
    generator = torch.Generator().manual_seed(0)
    levels = (torch.rand(count, generator=generator, dtype=torch.float64) * 1.8 - 0.9).tolist()
    print("| operation | torchvision differs | ours differs | Pillow images/s | torchvision | ours |")
    print("|---|---|---|---|---|---|")
    for number, name in enumerate(OPERATIONS):
        kind, level = torch.full((count,), number), torch.tensor(levels, dtype=torch.float64)
        drawn = torch.rand(count, generator=generator) < 0.5

        def pillow(name: str = name, bicubic: Tensor = drawn) -> list[Tensor]:
            triples = zip(pictures, levels, bicubic.tolist(), strict=True)
            return [to_tensor(operation(name, picture, v, b, FILL)) for picture, v, b in triples]

        def vision_one_by_one(name: str = name) -> list[Tensor | None]:
            return [torchvision_operation(name, image, v) for image, v in zip(images, levels, strict=True)]

        def ours(kind: Tensor = kind, level: Tensor = level, bicubic: Tensor = drawn) -> Tensor:
            return operate(images, kind, level, bicubic, FILL)

        theirs, speed = "-", "-"
        found = [image for image in vision_one_by_one() if image is not None]
        if found:
            theirs = differences(
                torch.stack(found), torch.stack(pillow(bicubic=torch.zeros(count, dtype=torch.bool)))
            )
            speed = f"{count / seconds(vision_one_by_one):.0f}"
        print(
            f"| {name} | {theirs} | {differences(ours(), torch.stack(pillow()))} "
            f"| {count / seconds(pillow):.0f} | {speed} | {count / seconds(ours):.0f} |"
        )


def compare_recipe(images: Tensor) -> None:
    """Print the second table."""
    transform, generator = one_by_one(images.shape[2]), torch.Generator().manual_seed(0)
    statistics = {"mean": MEAN, "std": STD}
    recipe = Augment(statistics, flip=True, crop_scale=(0.8, 1.0), randaugment=True, erase=0.25)
    light = Augment("image", shift=1, flip=True)
    work: dict[str, Callable[[], object]] = {
        "whole recipe, one image at a time (Pillow, torchvision)": lambda: [
            transform(image) for image in images
        ],
        "whole recipe, ours": lambda: recipe(images, generator),
        "shift and flip, ours": lambda: light(images, generator),
        "normalisation only, ours": lambda: recipe.plain(images),
    }
    print("\n| recipe | images/s |\n|---|---|")
    for name, run in work.items():
        print(f"| {name} | {len(images) / seconds(run):.0f} |")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=32, help="side of the images in pixels")
    parser.add_argument("--images", type=int, default=128, help="images a batch")
    options = parser.parse_args()
    torch.set_num_threads(1)
    images = some_images(options.images, options.size)
    compare_operations(images)
    compare_recipe(images)


if __name__ == "__main__":
    main()
