"""Files of texts: read as they stand, and what is wrong with them in one line that names file and row."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.data.text_files import read_rows

# Letters that any text may hold: all but surrogates, which no UTF-8 has, and zeros, which only UTF-16 has.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(LETTERS, min_size=1).filter(str.strip)
LABELS = st.sampled_from(["null", "NaN", "1", "01", "1.0", "true", "False", "None", "-", "a, b", 'say "no"'])


def written(folder: Path, content: str | bytes, name: str = "my.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def parquet(folder: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), folder / "my.parquet")
    return folder / "my.parquet"


def refused(path: Path, text: str = "text", label: str = "label") -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        read_rows(path, text, label)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(path))


@given(rows=st.lists(st.tuples(TEXTS, LABELS), min_size=1), end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_of_csv_wrote_is_read(
    rows: list[tuple[str, str]], end: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "my.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        # Before Python 3.13 a writer leaves a carriage return without quotes where lines end in "\n".
        writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([["number", "label", "text"], *((7, label, text) for text, label in rows)])
    assert [(row.text, row.label) for row in read_rows(path, "text", "label")] == rows


def test_any_names_of_columns_and_empty_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path, '\ufeffwhat it says,kind\n\none,null\n"two\nlines, "" and all",1\n\nthree,true\n'
    )
    rows = read_rows(path, "what it says", "kind")
    assert [tuple(row[:2]) for row in rows] == [
        ("one", "null"),
        ('two\nlines, " and all', "1"),
        ("three", "true"),
    ]
    assert [row.where.removeprefix(str(path)) for row in rows] == [
        ", row 2 (line 3)",
        ", row 3 (line 4)",
        ", row 4 (line 7)",
    ]


def test_labels_in_either_of_unicodes_forms_are_one(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "text,label\na,\u00e4\nb,a\u0308\n"), "text", "label")
    assert rows[0].label == rows[1].label == "\u00e4"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,label\na,x\n ,x\n", ", row 3: the text is empty"),
        ("text,label\na,\n", ", row 2: the label is empty"),
        ("text,label\na,x \n", ", row 2: the label 'x ' begins or ends with a blank"),
        ('text,label\n"a\nb",x\n"c,x\nd,y\n', ", row 3 (line 4): a quote there is not closed"),
        ('text,label\n"a"b,x\n', ", row 2: a quote there is not closed, or not doubled"),
        ("text,label\na, b,x\n", ", row 2: has 3 fields where the header has 2"),
        ("text,label\na\n", ", row 2: has 1 fields where the header has 2"),
        ("text,lable\na,x\n", ", row 1: no column 'label'; there is 'text', 'lable'"),
        ("text;label\na;x\n", ", row 1: no column 'text'; there is 'text;label'"),
        ("text,label,label\na,x,y\n", ", row 1: several columns 'label'"),
        ("text,label\n", " holds no row below its header"),
        ("", " holds no row below its header"),
        ("text,label\nfine,x\nGr\u00fc\u00dfe,x\n".encode("latin-1"), ", line 3: byte 0xfc is no UTF-8"),
        ("text,label\na,x\n".encode("utf-16"), ", line 1: byte 0xff is no UTF-8"),
        ("text,label\na,x\n".encode("utf-16-le"), ", line 1: holds zero bytes, as UTF-16 does"),
    ],
)  # fmt: skip
def test_a_csv_that_is_wrong(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert refused(written(tmp_path, content)).startswith(said)


def test_a_field_beyond_what_csv_reads(tmp_path: Path) -> None:
    assert refused(written(tmp_path, f"text,label\na,x\n{'a' * 131_073},x\n")).startswith(
        ", row 3: a field there has more than 131072 characters"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (pa.array(["null", "true"]), ["null", "true"]),
        (pa.array([1, -2], pa.int8()), ["1", "-2"]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
    ],
)
def test_labels_of_parquet(tmp_path: Path, labels: pa.Array, read: list[str]) -> None:
    rows = read_rows(parquet(tmp_path, label=labels, text=pa.array(["a\nb", "c"])), "text", "label")
    assert [row.label for row in rows] == read
    assert [row.text for row in rows] == ["a\nb", "c"]


def test_parquet_that_is_wrong(tmp_path: Path) -> None:
    texts, labels = pa.array(["a", None]), pa.array(["x", "y"])
    assert refused(parquet(tmp_path, text=texts, label=labels)).startswith(", row 2: the text is empty")
    assert refused(parquet(tmp_path, text=labels, label=texts)).startswith(", row 2: the label is empty")
    assert "no column 'label'; there is 'text'" in refused(parquet(tmp_path, text=texts))
    for wrong in (pa.array([1.0, 2.0]), pa.array([True, False]), pa.array([["x"], ["y"]])):
        assert "the column 'label' holds" in refused(parquet(tmp_path, text=labels, label=wrong))
    assert "the column 'text' holds int64" in refused(parquet(tmp_path, text=pa.array([1, 2]), label=labels))
    assert "is no parquet file" in refused(written(tmp_path, "text,label\na,x\n", "no.parquet"))


def test_a_damaged_parquet_is_named(tmp_path: Path) -> None:
    path = parquet(tmp_path, text=pa.array([f"text {n}" for n in range(50)]), label=pa.array(["x", "y"] * 25))
    whole = path.read_bytes()
    said = []
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            read_rows(path, "text", "label")
        except ValueError as error:
            said.append(str(error))
    assert said
    assert all(each.startswith(str(path)) and "\n" not in each for each in said)


def test_letters_of_parquet_that_are_no_utf8(tmp_path: Path) -> None:
    letters = pa.array([b"\xff"]).view(pa.string())
    assert refused(parquet(tmp_path, text=letters, label=pa.array(["x"]))).startswith(
        " is no parquet file, or a damaged one ('utf-8' codec"
    )
