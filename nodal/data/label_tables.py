"""What a user's files say of labels: their order, and the super-class of each."""

import csv
import difflib
import io
import json
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from nodal.files.images import read_bytes

log = logging.getLogger(__name__)

_HEADER = ("label", "superclass")
Pairs = list[tuple[str, str]]


def natural_order(names: Iterable[str]) -> list[str]:
    """Sort names, the numbers in them by value: 1, 2, 10; a, a2, a10, b.

    Names without the digits 0 to 9 stand in the order of their code points. Of names that differ only in
    zeros before a number (`01`, `1`) the one with more comes first.
    """
    return sorted(names, key=lambda name: (_parts(name), name))


def ordered_labels(names: Iterable[str], order: Path | None) -> tuple[str, ...]:
    """Labels in the order of a file with one a line, or in natural order without one.

    Raises:
        ValueError: The file does not hold every label exactly once; names the label.
    """
    natural = natural_order(names)
    if order is None:
        if natural != sorted(natural):
            log.info("labels in the order of their numbers: %s, ...", ", ".join(natural[:3]))
        return tuple(natural)
    asked = Counter(line for line in map(_spelt, _text(order).split("\n")) if line)
    known = set(natural)
    for label, times in asked.items():
        if label not in known:
            raise ValueError(f"{order}: there is no label {label!r}{_hint(label, natural)}")
        if times > 1:
            raise ValueError(f"{order}: label {label!r} is there {times} times")
    if missing := [label for label in natural if label not in asked]:
        raise ValueError(f"{order}: label {missing[0]!r} is not there; every label needs a line")
    return tuple(asked)


def superclasses_of(path: Path, names: Sequence[str]) -> tuple[int, ...]:
    """The super-class of each label, counted in the natural order of those that occur.

    Args:
        path: CSV lines `label,superclass`, with or without that line at the top; or JSON, a mapping
            `{label: superclass}`, or `{"fine": [labels], "fine_to_coarse": [index, ...]}`.
        names: The labels. What the file says of others is left out, and they are named in the log.

    Raises:
        ValueError: The file is no such table, gives a label no super-class, or two.
    """
    text = _text(path)
    try:
        pairs = _json_pairs(text) if path.suffix == ".json" else _csv_pairs(text)
    except (ValueError, csv.Error) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} is no table of label and super-class ({reason})") from error
    if pairs[:1] == [_HEADER] and "label" not in names:
        pairs = pairs[1:]
    of: dict[str, str] = {}
    for label, group in pairs:
        if of.setdefault(label, group) != group:
            raise ValueError(f"{path}: label {label!r} has two super-classes, {of[label]!r} and {group!r}")
    if missing := [name for name in names if name not in of]:
        hint = _hint(missing[0], of)
        raise ValueError(f"{path}: label {missing[0]!r} has no super-class there{hint}")
    if unknown := sorted(of.keys() - set(names)):
        log.warning("%s: left out, as they are no labels here: %d, e.g. %r", path, len(unknown), unknown[0])
    groups = natural_order({of[name] for name in names})
    return tuple(groups.index(of[name]) for name in names)


def _parts(name: str) -> list[str | int]:
    """Text and numbers by turns, text first: such lists always compare."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split("([0-9]+)", name))]


def _spelt(text: str) -> str:
    """A label or super-class as it is compared: blanks at its ends dropped, in Unicode's composed form."""
    return unicodedata.normalize("NFC", text.strip())


def _hint(label: str, others: Iterable[str]) -> str:
    """What may have been meant."""
    close = difflib.get_close_matches(label, list(others), 1)
    return f" (there is {close[0]!r})" if close else ""


def _text(path: Path) -> str:
    """The text of a file, its line ends `\\n`."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 of plain letters is UTF-8, too
        raise ValueError(f"{path} is no UTF-8 text: save it as UTF-8")
    return re.sub("\r\n?", "\n", text)


def _csv_pairs(text: str) -> Pairs:
    pairs = []
    rows = csv.reader(io.StringIO(text), strict=True, skipinitialspace=True)
    for row in rows:
        cells = [_spelt(cell) for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):
            raise ValueError(f"line {rows.line_num} is not `label,superclass`: {','.join(row)!r}")
        pairs.append((cells[0], cells[1]))
    return pairs


def _json_pairs(text: str) -> Pairs:
    found = json.loads(text, object_pairs_hook=list)  # as pairs, so that a label given twice is seen
    keys = dict(found) if isinstance(found, list) and all(isinstance(each, tuple) for each in found) else None
    if not keys:
        raise ValueError("it is no mapping of label to super-class")
    if "fine_to_coarse" in keys:
        fine, coarse = keys.get("fine"), keys["fine_to_coarse"]
        if not isinstance(fine, list) or not isinstance(coarse, list) or len(fine) != len(coarse):
            raise ValueError("`fine` and `fine_to_coarse` must be lists of one length")
        found = list(zip(fine, coarse, strict=True))
    return [(_json_name(label), _json_name(group)) for label, group in found]


def _json_name(value: object) -> str:
    """A label or super-class of a JSON file, text or a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{value!r} is neither a text nor a whole number")
    name = _spelt(str(value))
    if not name:
        raise ValueError("a label or super-class is empty")
    return name
