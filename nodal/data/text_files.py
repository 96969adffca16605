"""Texts and their labels from a CSV or parquet file, as they stand there: nothing is guessed or left out."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from nodal.files.images import read_bytes, shown

Cells = tuple[str, Any, Any]  # where a row stands, its text and its label


class TextRow(NamedTuple):
    """A text, its label, and where it stands: the file and the row, the header of a CSV being row 1."""

    text: str
    label: str
    where: str


def read_rows(path: Path, text: str, label: str) -> list[TextRow]:
    """Read the texts of a file in their order.

    Args:
        path: CSV in UTF-8 with a header, its fields between commas, quoted where they hold commas, quotes
            (doubled) or line breaks; or parquet, where the name ends so.
        text: Name of the column of the texts.
        label: Name of the column of the labels. They are text: `null`, `1` and `true` are labels like others.
            Accented letters in either of Unicode's forms are the same label.

    Raises:
        ValueError: The file cannot be read, lacks a column or holds no row, or a row has no text, no label or
            more fields than the header: one line that names the file and the row.
    """
    content = read_bytes(path)
    cells = (
        _parquet(path, content, text, label)
        if path.suffix == ".parquet"
        else _csv(path, content, text, label)
    )
    rows = [_row(*each) for each in cells]
    if not rows:
        raise ValueError(f"{shown(path)} holds no row below its header")
    return rows


def _row(where: str, text: Any, label: Any) -> TextRow:
    if text is None or not text.strip():
        raise ValueError(f"{where}: the text is empty: fill it in, or remove the row")
    if label is None or not label.strip():
        raise ValueError(f"{where}: the label is empty: fill it in, or remove the row")
    if label != label.strip():
        raise ValueError(f"{where}: the label {label!r} begins or ends with a blank: remove it")
    return TextRow(text, unicodedata.normalize("NFC", label), where)


def _csv(path: Path, content: bytes, text: str, label: str) -> Iterator[Cells]:
    reader = csv.reader(io.StringIO(_decoded(path, content), newline=""), strict=True)
    header: list[str] = []
    number, line = 0, 0
    while True:
        number, line = number + 1, reader.line_num + 1
        where = f"{shown(path)}, row {number}" + (f" (line {line})" if line != number else "")
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                raise ValueError(
                    f"{where}: a field there has more than {csv.field_size_limit()} characters: close its"
                    " quote, if it lacks one; save longer texts as parquet"
                ) from None
            raise ValueError(
                f"{where}: a quote there is not closed, or not doubled within quotes ({error})"
            ) from None
        if cells is None:
            break
        if not header:
            header = cells
            at = [_column(path, header, name) for name in (text, label)]
        elif not cells:
            number -= 1  # an empty line is no row
        elif len(cells) != len(header):
            raise ValueError(
                f"{where}: has {len(cells)} fields where the header has {len(header)}: quote texts that hold"
                " commas"
            )
        else:
            yield where, cells[at[0]], cells[at[1]]


def _decoded(path: Path, content: bytes) -> str:
    """The text of a file, which is UTF-8."""
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = content.count(b"\n", 0, error.start) + 1, content[error.start]
        raise ValueError(
            f"{shown(path)}, line {line}: byte 0x{byte:02x} is no UTF-8: save the file as UTF-8"
        ) from None
    if "\0" in decoded:  # UTF-16 of plain letters is UTF-8, too
        line = decoded.count("\n", 0, decoded.index("\0")) + 1
        raise ValueError(
            f"{shown(path)}, line {line}: holds zero bytes, as UTF-16 does: save the file as UTF-8"
        )
    return decoded


def _column(path: Path, header: list[str], name: str) -> int:
    if header.count(name) == 1:
        return header.index(name)
    there = "no column" if name not in header else "several columns"
    raise ValueError(
        f"{shown(path)}, row 1: {there} {name!r}; there is {', '.join(map(repr, header)) or 'nothing'}"
    )


def _parquet(path: Path, content: bytes, text: str, label: str) -> Iterator[Cells]:
    with _undamaged(path):
        table = pq.ParquetFile(pa.BufferReader(content)).read()
        names = table.column_names
    texts, labels = (table.column(_column(path, names, name)) for name in (text, label))
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    for name, column, allowed in ((text, texts, kinds), (label, labels, (*kinds, pa.types.is_integer))):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not any(is_kind(kind) for is_kind in allowed):
            raise ValueError(
                f"{shown(path)}: the column {name!r} holds {kind} where text is needed: save it as text"
            )
    with _undamaged(path):  # letters are decoded only here
        pairs = list(zip(texts.to_pylist(), labels.to_pylist(), strict=True))
    for number, (one, other) in enumerate(pairs, 1):
        yield f"{shown(path)}, row {number}", one, None if other is None else str(other)


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """Whatever reading a parquet file raises becomes one line that names it."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{shown(path)} is no parquet file, or a damaged one ({reason})") from None
