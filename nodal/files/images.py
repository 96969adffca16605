"""The files of an image folder, `{root}/{split}/{label}/**`: one list, to read it and to notice changes."""

import logging
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

HELDOUT = ("heldout", "val", "valid")
# What systems leave beside images, compared without case. Every name that begins with a dot is left out, too.
SYSTEM = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin")
)


class ImageFile(NamedTuple):
    """A file to be read: its name below the root, its bytes, and the second of its last change."""

    name: str
    size: int
    changed: int


ImageFiles = dict[str, dict[str, list[ImageFile]]]


def image_files(root: Path, test: str = "test") -> ImageFiles:
    """List the files of an image folder; at any depth below their label, links followed.

    Args:
        root: Folder with `train` and `test`, one folder a label in each, and optionally one of `HELDOUT`.
        test: Name of the folder of the test split.

    Returns:
        By split (train, test, and heldout where there is a folder for it) and by label, in the order of the
        names. Labels are their folders' names in Unicode's composed form (NFC).

    Raises:
        ValueError: A split or a label is missing somewhere, a label holds no file, a link leads nowhere or
            round, a name cannot be a label, a folder cannot be listed: in one line that names it.
    """
    skipped: Counter[str] = Counter()
    there = {entry.name for entry in _entries(os.fspath(root), skipped) if entry.is_dir()}
    names = {"train": "train", "test": test}
    for name in names.values():
        if name not in there:
            raise ValueError(
                f"{root / name} does not exist: an image folder needs train/ and test/,"
                " a folder a label in each"
            )
    if held := [name for name in HELDOUT if name in there - {test}]:
        names["heldout"] = held[0]
        log.info("held-out images: those of %s", root / held[0])
    if other := sorted(there - set(names.values())):
        log.info("not read, beside the splits: %s", ", ".join(map(shown, other)))
    folders = {split: root / name for split, name in names.items()}
    found = {split: _labels(folder, skipped) for split, folder in folders.items()}
    if skipped:
        counts = (f"{count} {shown(name)}" for name, count in sorted(skipped.items()))
        log.info("not read, hidden or a system's: %s", ", ".join(counts))
    _check_labels(folders, found)
    return found


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ValueError: They cannot be read; names the file.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{shown(path)} cannot be read ({error.strerror})") from error


def shown(path: Path | str) -> str:
    """A name as it can stand in a line: line breaks and what is no text escaped."""
    text = str(path)
    return text if text.isprintable() else repr(text)[1:-1]


def _labels(split: Path, skipped: Counter[str]) -> dict[str, list[ImageFile]]:
    """The files of a split by label."""
    found: dict[str, list[ImageFile]] = {}
    stray = []
    for entry in _entries(os.fspath(split), skipped):
        status = _status(entry)
        if not stat.S_ISDIR(status.st_mode):
            stray.append(shown(entry.name))
            continue
        label = _label(entry)
        if label in found:
            raise ValueError(
                f"{split}: two folders are {label!r} once Unicode's forms of a letter are taken for one: "
                "put their images into one of them"
            )
        here = (status.st_dev, status.st_ino)
        found[label] = list(_walk(entry.path, f"{split.name}/{entry.name}", (here,), skipped))
        if not found[label]:
            raise ValueError(f"{entry.path} holds no image: add some, or remove the label from every split")
    if not found:
        raise ValueError(f"{split} holds no folder: it needs one a label, with images")
    if stray:
        log.info("%s: not read, in no label's folder: %d, e.g. %s", split, len(stray), stray[0])
    return found


def _walk(
    folder: str, name: str, above: tuple[tuple[int, int], ...], skipped: Counter[str]
) -> Iterator[ImageFile]:
    """All files below a folder; `above` are device and inode of the folders on the way there."""
    for entry in _entries(folder, skipped):
        status = _status(entry)
        below = f"{name}/{entry.name}"
        if stat.S_ISREG(status.st_mode):
            yield ImageFile(below, status.st_size, int(status.st_mtime))
        elif stat.S_ISDIR(status.st_mode):
            here = (status.st_dev, status.st_ino)
            if here in above:
                raise ValueError(f"{shown(entry.path)} links to a folder that holds it: remove the link")
            yield from _walk(entry.path, below, (*above, here), skipped)
        else:
            raise ValueError(f"{shown(entry.path)} is neither a file nor a folder: remove it")


def _entries(folder: str, skipped: Counter[str]) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; counts what is skipped."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise ValueError(f"{shown(folder)} cannot be listed ({error.strerror})") from error
    hidden = {entry.name for entry in entries if entry.name[0] == "." or entry.name.lower() in SYSTEM}
    skipped.update(hidden)
    return [entry for entry in entries if entry.name not in hidden]


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """Status of what an entry is or links to."""
    try:
        return entry.stat()
    except FileNotFoundError:
        raise ValueError(f"{shown(entry.path)} is a link to nothing: repair or remove it") from None
    except OSError as error:
        raise ValueError(f"{shown(entry.path)} cannot be read ({error.strerror})") from error


def _label(entry: os.DirEntry[str]) -> str:
    """The label of a folder."""
    if entry.name != entry.name.strip():
        raise ValueError(f"{entry.path!r}: the label begins or ends with a blank: rename it in every split")
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{shown(entry.path)}: the name is not UTF-8: rename the folder") from None
    return unicodedata.normalize("NFC", entry.name)


def _check_labels(folders: dict[str, Path], found: ImageFiles) -> None:
    """Every split must have every label."""
    for split, labels in found.items():
        for other, others in found.items():
            if missing := sorted(labels.keys() - others.keys()):
                alike = [name for name in others if name.lower() == missing[0].lower()]
                hint = f" (there is {alike[0]!r})" if alike else ""
                raise ValueError(
                    f"{folders[other]}: label {missing[0]!r} is in {split} but not there{hint}; "
                    "each split needs it"
                )
    spelt: dict[str, str] = {}
    for name in sorted(found["train"]):
        if (first := spelt.setdefault(name.lower(), name)) != name:
            log.info("labels %r and %r differ in case alone: they are two labels", first, name)
