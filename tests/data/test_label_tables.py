"""Files on labels: their order, their super-classes, and what is wrong with them in one line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.data.label_tables import natural_order, ordered_labels, superclasses_of
from tests.data.folders import message, read

NAMES = ("cat", "dog", "eel")
GROUPS = {"cat": "pet", "dog": "pet", "eel": "fish"}


def written(folder: Path, name: str, text: str | bytes) -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


# ---- order


def test_numbers_in_names_count_by_value() -> None:
    assert natural_order(map(str, range(12, 0, -1))) == list(map(str, range(1, 13)))
    names = ["a10b2", "a", "b", "a2", "a10b1", "a10", "10", "9", "x1y", "x01z"]
    assert natural_order(names) == ["9", "10", "a", "a2", "a10", "a10b1", "a10b2", "b", "x1y", "x01z"]
    assert natural_order(["03", "2", "01"]) == ["01", "2", "03"]
    assert natural_order(["1", "001", "01", "0"]) == ["0", "001", "01", "1"]
    assert natural_order(["1" * 200, "2" * 199, "٣", "²"]) == ["2" * 199, "1" * 200, "²", "٣"]


@given(st.lists(st.text(st.characters(exclude_characters="0123456789"), min_size=1), unique=True))
def test_names_without_digits_keep_the_order_they_always_had(names: list[str]) -> None:
    assert natural_order(names) == sorted(names)


@given(st.lists(st.text("aB-01293 ", min_size=1), unique=True), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_names_come(names: list[str], random) -> None:
    mixed = random.sample(names, len(names))
    assert natural_order(mixed) == natural_order(names)


def test_numbered_labels_of_a_folder(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for split in ("train", "test"):
        for name, number in zip(NAMES, ("10", "9", "100"), strict=True):
            (root / split / name).rename(root / split / number)
    data = read(root)
    assert data.names == ("9", "10", "100")
    assert [data.inputs["test"][data.labels["test"] == n].min().item() for n in range(3)] == [130, 100, 160]
    assert "labels in the order of their numbers: 9, 10, 100, ..." in caplog.text


@pytest.mark.parametrize("text", ["eel\ncat\ndog\n", "\ufeffeel\r\n\r\n cat\r\ndog", "eel\rcat\rdog\r"])
def test_an_order_file(root: Path, text: str) -> None:
    data = read(root, order=written(root.parent, "order.txt", text))
    assert data.names == ("eel", "cat", "dog")
    assert [data.inputs["test"][data.labels["test"] == n].min().item() for n in range(3)] == [160, 100, 130]


@pytest.mark.parametrize(
    ("text", "said"),
    [("cat\ndog\n", "label 'eel' is not there; every label needs a line"),
     ("cat\ndog\neel\ncat\n", "label 'cat' is there 2 times"),
     ("cat\ndgo\neel\n", "there is no label 'dgo' (there is 'dog')"),
     ("cat\ndog\neel\nfox\n", "there is no label 'fox'"),
     ("", "label 'cat' is not there"),
     ("cat\ndog\neel\n".encode("utf-16"), "is no UTF-8 text: save it as UTF-8"),
     ("cät\n".encode("latin-1"), "is no UTF-8 text: save it as UTF-8")],
)  # fmt: skip
def test_order_file_is_wrong(root: Path, text: str | bytes, said: str) -> None:
    path = written(root.parent, "order.txt", text)
    assert said in message(root, order=path)
    assert str(path) in message(root, order=path)


def test_letters_have_two_forms_in_unicode(tmp_path: Path) -> None:
    decomposed = written(tmp_path, "order.txt", "b\nBa\u0308r\n")
    assert ordered_labels(("Bär", "b"), decomposed) == ("b", "Bär")
    groups = written(tmp_path, "s.csv", "Ba\u0308r,x\nb,y\n")
    assert superclasses_of(groups, ("Bär", "b")) == (0, 1)


# ---- super-classes


@pytest.mark.parametrize(
    ("name", "text"),
    [("s.json", json.dumps(GROUPS)),
     ("s.json", "\ufeff" + json.dumps(GROUPS)),
     ("s.json", json.dumps({"fine": ["cat", "dog", "eel"], "coarse": ["a"], "fine_to_coarse": [1, 1, 0]})),
     ("s.csv", "label,superclass\ncat,pet\ndog, pet\neel,fish\n"),
     ("s.csv", "\ufeffcat,pet\r\n\r\ndog,pet\r\neel,fish"),
     ("s.csv", 'cat,"pet, or not"\n"dog", "pet, or not"\neel,fish\ncat,"pet, or not"\n')],
)  # fmt: skip
def test_super_classes(root: Path, name: str, text: str) -> None:
    assert read(root, superclasses=written(root, name, text)).superclass == (1, 1, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [("s.json", '{"cat": 10, "dog": 9, "eel": 2}'), ("s.csv", "cat,10\ndog,9\neel,2\n"),
     ("s.json", '{"fine": ["cat", "dog", "eel"], "fine_to_coarse": [10, 9, 2]}')],
)  # fmt: skip
def test_numbered_super_classes_keep_their_order(tmp_path: Path, name: str, text: str) -> None:
    assert superclasses_of(written(tmp_path, name, text), NAMES) == (2, 1, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [("s.csv", "1,b\n2,a\n"), ("s.json", '{"1": "b", "2": "a"}'),
     ("s.json", '{"fine": [1, 2], "fine_to_coarse": [1, 0]}')],
)  # fmt: skip
def test_numbers_may_be_labels(tmp_path: Path, name: str, text: str) -> None:
    assert superclasses_of(written(tmp_path, name, text), ("1", "2")) == (1, 0)


def test_a_label_may_be_called_label(tmp_path: Path) -> None:
    path = written(tmp_path, "s.csv", "label,superclass\ncat,pet\n")
    assert superclasses_of(path, ("cat", "label")) == (0, 1)


def test_labels_that_there_are_not_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, "s.csv", "label,superclass\ncat,pet\ndog,pet\nfox,wild\neel,fish\nyak,wild\n")
    assert superclasses_of(path, NAMES) == (1, 1, 0)
    assert f"{path}: left out, as they are no labels here: 2, e.g. 'fox'" in caplog.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("s.json", json.dumps({"cat": "pet", "eel": "fish"}), "label 'dog' has no super-class"),
     ("s.csv", "cat,pet\ndgo,pet\neel,fish\n", "label 'dog' has no super-class there (there is 'dgo')"),
     ("s.csv", "cat,pet\ndog\neel,fish\n", "is no table of label and super-class (line 2 is not"),
     ("s.csv", "cat,pet\ndog,\neel,fish\n", "line 2 is not `label,superclass`: 'dog,'"),
     ("s.csv", "cat,pet\ndog,salt, or pepper\neel,fish\n", "line 2 is not `label,superclass`: 'dog,salt,or"),
     ("s.csv", "cat;pet\ndog;pet\neel;fish\n", "line 1 is not `label,superclass`: 'cat;pet'"),
     ("s.csv", 'cat,"pet\ndog,pet\neel,fish\n', "is no table of label and super-class (unexpected end"),
     ("s.csv", "cat,pet\ndog,pet\neel,fish\ndog,fish\n", "'dog' has two super-classes, 'pet' and 'fish'"),
     ("s.csv", "cat,pet\ndog,pet\neel,fish\n".encode("utf-16"), "is no UTF-8 text: save it as UTF-8"),
     ("s.csv", "cat,pet\ndog,pet\neel,fish\n".encode("utf-16-le"), "is no UTF-8 text: save it as UTF-8"),
     ("s.csv", "cat,pet\ndog,pet\neel,Fischfänger\n".encode("latin-1"), "is no UTF-8 text"),
     ("s.csv", "", "label 'cat' has no super-class"),
     ("s.json", '{"cat": "pet", "cat": "fish", "dog": "pet", "eel": "fish"}', "'cat' has two super-classes"),
     ("s.json", '{"cat": ["pet"], "dog": "pet", "eel": "fish"}', "['pet'] is neither a text nor a whole"),
     ("s.json", '{"cat": 1.5, "dog": "pet", "eel": "fish"}', "1.5 is neither a text nor a whole number"),
     ("s.json", '{"cat": true, "dog": "pet", "eel": "fish"}', "True is neither a text nor a whole number"),
     ("s.json", '{"cat": "", "dog": "pet", "eel": "fish"}', "a label or super-class is empty"),
     ("s.json", '[["cat", "pet"]]', "it is no mapping"), ("s.json", "{}", "it is no mapping"),
     ("s.json", "3", "it is no mapping"), ("s.json", "{", "is no table"), ("s.json", "[1, 2]", "is no table"),
     ("s.json", '{"fine": ["cat"], "fine_to_coarse": [1, 2]}', "must be lists of one length"),
     ("s.json", '{"fine_to_coarse": [1, 2]}', "must be lists of one length")],
)  # fmt: skip
def test_super_class_file_is_wrong(root: Path, name: str, text: str | bytes, said: str) -> None:
    path = written(root, name, text)
    assert said in message(root, superclasses=path)
    assert str(path) in message(root, superclasses=path)


def test_no_such_file(root: Path) -> None:
    for key in ("superclasses", "order"):
        assert "nowhere cannot be read (No such file or directory)" in message(
            root, **{key: root / "nowhere"}
        )
