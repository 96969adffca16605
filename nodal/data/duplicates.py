"""Inputs that are there more than once, where that spoils what is measured."""

import hashlib
import itertools
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from nodal.files.images import ImageFile, read_bytes, shown

log = logging.getLogger(__name__)

Place = tuple[str, int, str]  # split, label, and where it stands
Copies = list[Place]


def warn_of_copies(root: Path, splits: Mapping[str, Iterable[tuple[ImageFile, int]]]) -> None:
    """Say in the log how many files are in two splits, or under two labels, byte for byte, and name one.

    Args:
        root: The image folder.
        splits: The files of each split with their labels.
    """
    warn_of(_copies(root, splits), list(splits), "images", "byte for byte")


def warn_of(same: list[Copies], splits: list[str], what: str, how: str) -> None:
    """Say how many are in two splits, or under two labels, and name one.

    Args:
        same: Groups of the same.
        splits: Names of the splits.
        what: Of what kind they are.
        how: In which sense they are the same.
    """
    for first, second in itertools.combinations(splits, 2):
        both = [copies for copies in same if {first, second} <= {split for split, *_ in copies}]
        if both:
            names = [next(name for split, _, name in both[0] if split == each) for each in (first, second)]
            _warn(what, how, len(both), f"in {first} and in {second}", names)
    if torn := [copies for copies in same if len({label for _, label, _ in copies}) > 1]:
        _, label, name = torn[0][0]
        names = [name, next(n for _, other, n in torn[0] if other != label)]
        _warn(what, how, len(torn), "under two labels", names)


def _copies(root: Path, splits: Mapping[str, Iterable[tuple[ImageFile, int]]]) -> list[Copies]:
    """Groups of files of the same bytes; only files of one size are read."""
    by_size: dict[int, Copies] = defaultdict(list)
    for split, files in splits.items():
        for file, label in files:
            by_size[file.size].append((split, label, file.name))
    by_content: dict[bytes, Copies] = defaultdict(list)
    for places in by_size.values():
        if len(places) > 1:
            for place in places:
                by_content[hashlib.sha256(read_bytes(root / place[2])).digest()].append(place)
    return [copies for copies in by_content.values() if len(copies) > 1]


def _warn(what: str, how: str, count: int, where: str, names: list[str]) -> None:
    log.warning("%s %s, %s: %d, e.g. %s", what, where, how, count, " and ".join(map(shown, names)))
