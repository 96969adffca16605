"""A data set of texts: from files of texts and labels to token ids, with what it says of them in the log."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from nodal.data.dataset import SPLITS, Dataset
from nodal.data.duplicates import Copies, warn_of
from nodal.data.heldout import NoneLeft, split_heldout
from nodal.data.label_tables import ordered_labels, superclasses_of
from nodal.data.text_files import TextRow, read_rows
from nodal.data.tokens import token_ids, tokenizer_of, vocabulary_of

log = logging.getLogger(__name__)

Rows = dict[str, list[TextRow]]


def read_texts(
    files: Mapping[str, Path],
    shares: Mapping[str, float],
    columns: tuple[str, str],
    tokens: str,
    vocabulary: int,
    length: int,
    seed: int,
    superclasses: Path | None = None,
    order: Path | None = None,
) -> tuple[Dataset, Tokenizer]:
    """Read a data set of texts.

    Args:
        files: CSV or parquet by split, as `nodal.data.text_files` reads them; `train` at least.
        shares: For each of `heldout` and `test` that has no file: its share of every label's texts in the
            file of `train`.
        columns: Names of the columns of texts and of labels.
        tokens: `wordpiece`, `characters`, or the name of a `tokenizer.json`.
        vocabulary: Most tokens of a tokenizer that is trained (on the training split).
        length: Most tokens of a text; longer ones are cut off, and counted in the log.
        seed: Seed of the choice of shares.
        superclasses: File of each label's super-class, as `nodal.data.label_tables` reads it.
        order: File of the labels in their order, one a line; None: by the numbers in them, else by text.

    Returns:
        The data set and its tokenizer.

    Raises:
        ValueError: A file or a row is wrong, or a label is missing in a split: one line that names it.
    """
    rows = {split: read_rows(path, *columns) for split, path in files.items()}
    if shares:
        rows |= _parted(rows["train"], files["train"], shares, seed)
    _check_labels(rows)
    names = ordered_labels({row.label for row in rows["train"]}, order)
    groups = superclasses_of(superclasses, names) if superclasses else ()
    _say_copies(rows, names)
    return encoded({split: rows[split] for split in SPLITS}, names, groups, tokens, vocabulary, length)


def encoded(
    rows: Rows, names: tuple[str, ...], superclass: tuple[int, ...], tokens: str, vocabulary: int, length: int
) -> tuple[Dataset, Tokenizer]:
    """The data set of these rows, by split, and its tokenizer; arguments as of `read_texts`."""
    tokenizer = tokenizer_of(tokens, [row.text for row in rows["train"]], vocabulary)
    number = {name: place for place, name in enumerate(names)}
    inputs = {split: _ids(tokenizer, split, here, length) for split, here in rows.items()}
    labels = {split: torch.tensor([number[row.label] for row in here]) for split, here in rows.items()}
    known = vocabulary_of(tokenizer)
    counts = ", ".join(f"{len(here)} {split}" for split, here in rows.items())
    log.info("%s texts of %d labels, %d tokens", counts, len(names), len(known))
    return Dataset(inputs, labels, names, superclass, known), tokenizer


def _ids(tokenizer: Tokenizer, split: str, rows: list[TextRow], length: int) -> Tensor:
    ids, cut, empty = token_ids(tokenizer, [row.text for row in rows], length)
    if empty:
        raise ValueError(
            f"{rows[empty[0]].where}: the text {rows[empty[0]].text!r} has no token: remove the row"
        )
    if cut:
        where = rows[cut[0]].where
        log.warning(
            "%s: cut off at %d tokens: %d of %d texts, e.g. %s", split, length, len(cut), len(rows), where
        )
    unknown = tokenizer.token_to_id(getattr(tokenizer.model, "unk_token", None) or "[UNK]")
    share = float((ids == unknown).sum() / (ids >= 0).sum()) if unknown is not None else 0.0
    log.info("%s: %.2f %% of the tokens are unknown", split, 100 * share)
    return ids


def _parted(rows: list[TextRow], path: Path, shares: Mapping[str, float], seed: int) -> Rows:
    """The rows of one file in splits: every label's share, at random."""
    named = sorted({row.label for row in rows})
    counts = {name: sum(row.label == name for row in rows) for name in named}
    for name, count in counts.items():
        if count <= len(shares):
            raise ValueError(
                f"{path}: label {name!r} has {count} texts where train, {', '.join(shares)} need one each:"
                " add some"
            )
    labels, left = torch.tensor([named.index(row.label) for row in rows]), torch.arange(len(rows))
    found: Rows = {}
    for number, (split, share) in enumerate(shares.items()):
        rest = share * len(rows) / len(left)  # of what is left by now
        try:
            stays, out = split_heldout(labels[left], rest, seed + number)
        except NoneLeft as error:
            name = named[error.label]
            raise ValueError(
                f"{path}: {split}: {share} of the {counts[name]} texts of label {name!r} leaves none to"
                " train: add some, or set a smaller share aside"
            ) from None
        found[split], left = [rows[at] for at in left[out]], left[stays]
    log.info(
        "%s: every label's share set aside: %s",
        path,
        ", ".join(f"{share} {split}" for split, share in shares.items()),
    )
    return {"train": [rows[at] for at in left], **found}


def _check_labels(rows: Rows) -> None:
    """Every split needs every label."""
    labels = {split: {row.label: row.where for row in reversed(here)} for split, here in rows.items()}
    for here in labels.values():
        for other, there in labels.items():
            if missing := sorted(here.keys() - there.keys()):
                raise ValueError(
                    f"{here[missing[0]]}: label {missing[0]!r} has no text in the split {other}: each split"
                    " needs one"
                )


def _say_copies(rows: Rows, names: tuple[str, ...]) -> None:
    """Say how many texts are in two splits, or under two labels."""
    same: dict[str, Copies] = defaultdict(list)
    for split, here in rows.items():
        for row in here:
            same[row.text].append((split, names.index(row.label), row.where))
    warn_of([copies for copies in same.values() if len(copies) > 1], list(rows), "texts", "word for word")
