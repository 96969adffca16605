"""Data sets of texts: splits, labels, super-classes, and what is said of them."""

import csv
from itertools import combinations
from pathlib import Path

import pytest
import torch

from nodal.data.dataset import Dataset
from nodal.data.languages import FAMILIES, LONGEST, own_names, read_languages
from nodal.data.texts import read_texts
from nodal.files.dataset import described

LABELS = ("1", "10", "2", "null", "true")
Rows = list[tuple[str, str]]


def table(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def rows(split: str, each: int, labels: tuple[str, ...] = LABELS) -> Rows:
    return [(f"{split} {label} text {number}", label) for label in labels for number in range(each)]


def read(
    files: dict[str, Path], shares: dict[str, float] | None = None, length: int = 32, **more: Path
) -> Dataset:
    columns = ("text", "label")
    return read_texts(files, shares or {}, columns, "characters", 99, length, 3, **more)[0]


def message(*given: object, **more: object) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        read(*given, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def spelt(data: Dataset, split: str) -> set[tuple[str, str]]:
    return {
        ("".join(data.vocabulary[token] for token in ids[ids >= 0].tolist()[1:-1]), data.names[label])
        for ids, label in zip(data.inputs[split], data.labels[split].tolist(), strict=True)
    }


def test_three_files(tmp_path: Path) -> None:
    splits = ("train", "heldout", "test")
    words = {"train": "held the train", "heldout": "the trail", "test": "that dale"}
    files = {split: table(tmp_path / f"{split}.csv", rows(words[split], 4)) for split in splits}
    groups = tmp_path / "domains.csv"
    groups.write_text("label,superclass\n1,odd\n2,even\n10,even\nnull,other\ntrue,other\n")
    data = read(files, superclasses=groups)
    assert data.names == ("1", "2", "10", "null", "true")
    assert data.superclass == (1, 0, 0, 2, 2)
    for split in splits:
        assert spelt(data, split) == set(rows(words[split], 4))
        assert data.inputs[split].dtype == torch.int32
    data.save(tmp_path / "d.safetensors")
    again = Dataset.load(tmp_path / "d.safetensors")
    assert again.vocabulary == data.vocabulary
    assert described(tmp_path / "d.safetensors").startswith("d: 5 labels, texts of at most 2")


def test_shares_of_one_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    path = table(tmp_path / "all.csv", rows("any", 20))
    data = read({"train": path}, {"heldout": 0.1, "test": 0.25})
    assert {split: torch.bincount(at).tolist() for split, at in data.labels.items()} == {
        "train": [13] * 5, "heldout": [2] * 5, "test": [5] * 5,
    }  # fmt: skip
    assert set.union(*(spelt(data, split) for split in data.inputs)) == set(rows("any", 20))
    assert "every label's share set aside: 0.1 heldout, 0.25 test" in caplog.text
    again = read({"train": path}, {"heldout": 0.1, "test": 0.25})
    assert all((again.inputs[split] == data.inputs[split]).all() for split in data.inputs)


def test_labels_that_lack_texts(tmp_path: Path) -> None:
    few = table(tmp_path / "few.csv", [*rows("a", 5), ("one", "rare"), ("two", "rare")])
    said = message({"train": few}, {"heldout": 0.1, "test": 0.2})
    assert said == f"{few}: label 'rare' has 2 texts where train, heldout, test need one each: add some"
    three = table(tmp_path / "three.csv", [*rows("a", 9), *rows("b", 3, ("rare",))])
    for shares, split in (({"heldout": 0.5, "test": 0.4}, "test: 0.4"), ({"test": 0.9}, "test: 0.9")):
        assert message({"train": three}, shares).startswith(
            f"{three}: {split} of the 3 texts of label 'rare' leaves none to train: add some"
        )
    test = table(tmp_path / "test.csv", rows("b", 5))
    assert "few.csv, row 27: label 'rare' has no text in the split test" in message(
        {"train": few, "test": test}, {"heldout": 0.1}
    )
    assert "few.csv, row 27: label 'rare' has no text in the split train" in message(
        {"train": test, "test": few}, {"heldout": 0.1}
    )


def test_copies_and_cut_texts_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    train, test = rows("same", 4), [("same null text 0", "null"), *rows("other", 4)]
    train += [("same 1 text 1", "2")]
    files = {"train": table(tmp_path / "train.csv", train), "test": table(tmp_path / "test.csv", test)}
    read(files, {"heldout": 0.2}, length=14)
    assert f"texts under two labels, word for word: 1, e.g. {files['train']}, row" in caplog.text
    assert "word for word: 1, e.g." in caplog.text
    assert f"and {files['test']}, row 2" in caplog.text
    assert "test: cut off at 14 tokens: 21 of 21 texts" in caplog.text


def test_a_text_without_a_token(tmp_path: Path) -> None:
    """An accent alone: BERT's normaliser takes it away."""
    path = table(tmp_path / "train.csv", [*rows("a", 9), ("\u0301", "1")])
    shares = {"heldout": 0.2, "test": 0.2}
    with pytest.raises(ValueError, match=r"train.csv, row 47: the text .* has no token: remove the row"):
        read_texts({"train": path}, shares, ("text", "label"), "wordpiece", 50, 9, 0)


def test_names_in_52_languages() -> None:
    data, _ = read_languages({"train": 30, "heldout": 5, "test": 10}, seed=4)
    assert {split: torch.bincount(at).unique().tolist() for split, at in data.labels.items()} == {
        "train": [30], "heldout": [5], "test": [10],
    }  # fmt: skip
    assert len(data.names) == 52
    assert torch.bincount(torch.tensor(data.superclass)).tolist() == [4] * len(FAMILIES)
    of = dict(zip(data.names, data.superclass, strict=True))
    assert of["Swedish"] == of["Icelandic"] != of["German"] == of["Dutch"]
    assert max(at.shape[1] for at in data.inputs.values()) <= LONGEST + 2


def test_what_is_named_is_in_one_split_and_each_name_of_one_language() -> None:
    names = own_names()
    assert sum(map(len, names.values())) == len(set().union(*names.values()))
    data, _ = read_languages({"train": 30, "heldout": 5, "test": 10}, seed=4)
    named = {name: what for of in names.values() for name, what in of.items()}
    # A letter that is rare in training is not known, and its name cannot be read back.
    found = {
        split: {named[name] for name, _ in spelt(data, split) if "[UNK]" not in name} for split in data.inputs
    }
    assert min(map(len, found.values())) > 100
    for first, second in combinations(found.values(), 2):
        assert not first & second
