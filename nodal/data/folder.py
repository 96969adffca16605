"""A data set from image folders: `{root}/{split}/{label}/*`, in any format that Pillow reads."""

import csv
import json
import logging
from pathlib import Path

import torch
from torch import Tensor

from nodal.data.dataset import Dataset
from nodal.data.decode import decode
from nodal.data.heldout import hold_out

log = logging.getLogger(__name__)

Listing = list[tuple[Path, int]]
HELDOUT = ("heldout", "val", "valid")


def read_folder(
    root: Path,
    size: int,
    heldout: float,
    seed: int,
    superclasses: Path | None,
    threads: int,
    test: str = "test",
) -> Dataset:
    """Read a data set.

    Args:
        root: Folder with `train` and `test`, one folder a label in each, and optionally one of `HELDOUT`
            (`val` or `valid` beside the test split are taken for held-out images; the log says so).
        size: Side to which the images are brought.
        heldout: Share of the training images held out where there is no folder for it.
        seed: Seed of that choice.
        superclasses: File of each label's super-class: CSV lines `label,superclass`, or JSON, a mapping
            `{label: superclass}`, or `{"fine": [labels], "fine_to_coarse": [index, ...]}`.
        threads: Threads that decode.
        test: Name of the folder of the test split: `valid` for the layout of Flowers-102 with 6,552 / 818
            images, on whose 818 the paper's accuracy was measured.

    Returns:
        The data set; labels are the folders' names in order.

    Raises:
        ValueError: A split or a label is missing somewhere, a folder is empty, an image is damaged, a label
            has no super-class: in one line that names it.
    """
    folders = {"train": root / "train", "test": root / test}
    held = [root / name for name in HELDOUT if name != test and (root / name).is_dir()]
    folders |= {"heldout": held[0]} if held else {}
    names = _label_names(folders)
    listings = {split: _listing(folder, names) for split, folder in folders.items()}
    superclass = _superclasses(superclasses, names) if superclasses else ()
    if held:
        log.info("held-out images: those of %s", held[0])
    else:
        log.info("held-out images: a share of %s of every label's in %s", heldout, folders["train"])
        listings |= _hold_out(listings["train"], names, heldout, seed)
    images = {split: decode([path for path, _ in files], size, threads) for split, files in listings.items()}
    labels = {split: _labels(files) for split, files in listings.items()}
    log.info(
        "decoded %s of %d labels", ", ".join(f"{len(labels[name])} {name}" for name in labels), len(names)
    )
    return Dataset(images, labels, names, superclass)


def _labels(files: Listing) -> Tensor:
    return torch.tensor([label for _, label in files])


def _hold_out(files: Listing, names: tuple[str, ...], share: float, seed: int) -> dict[str, Listing]:
    """Split the training files before they are decoded: no image is ever in memory twice."""
    numbers = {"train": torch.arange(len(files))}  # stand for the images
    parts = hold_out(Dataset(numbers, {"train": _labels(files)}, names), share, seed).images
    return {split: [files[number] for number in part.tolist()] for split, part in parts.items()}


def _label_names(folders: dict[str, Path]) -> tuple[str, ...]:
    """The labels, which every split must have."""
    found = {}
    for split, folder in folders.items():
        if not folder.is_dir():
            raise ValueError(
                f"{folder} does not exist: an image folder needs train/ and test/, a folder a label in each"
            )
        found[split] = {path.name for path in folder.iterdir() if path.is_dir() and path.name[0] != "."}
        if not found[split]:
            raise ValueError(f"{folder} holds no folder: it needs one a label, with images")
    for split, names in found.items():
        for other, others in found.items():
            if missing := sorted(names - others):
                raise ValueError(
                    f"{folders[other]}: label {missing[0]!r} is in {split} but not there; each split needs it"
                )
    return tuple(sorted(found["train"]))


def _listing(folder: Path, names: tuple[str, ...]) -> Listing:
    """The files of a split in a fixed order, with their labels."""
    files: Listing = []
    for label, name in enumerate(names):
        inside = sorted(path for path in (folder / name).iterdir() if path.is_file() and path.name[0] != ".")
        if not inside:
            raise ValueError(
                f"{folder / name} holds no image: add some, or remove the label from every split"
            )
        files += [(path, label) for path in inside]
    return files


def _superclasses(path: Path, names: tuple[str, ...]) -> tuple[int, ...]:
    """Index of each label's super-class, of those that occur, in order of their names."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        of = _json_groups(text) if path.suffix == ".json" else _csv_groups(text)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no table of label and super-class ({error})") from error
    missing = [name for name in names if name not in of]
    if missing:
        raise ValueError(f"{path}: label {missing[0]!r} has no super-class there")
    groups = sorted({of[name] for name in names})
    return tuple(groups.index(of[name]) for name in names)


def _json_groups(text: str) -> dict[str, str]:
    content = json.loads(text)
    if "fine_to_coarse" in content:
        content = dict(zip(content["fine"], content["fine_to_coarse"], strict=True))
    return {
        label: f"{group:05d}" if isinstance(group, int) else str(group) for label, group in content.items()
    }


def _csv_groups(text: str) -> dict[str, str]:
    return {row[0].strip(): row[1].strip() for row in csv.reader(text.splitlines()) if len(row) >= 2}
