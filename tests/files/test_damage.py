"""Result files of every kind, cut short or with flipped bits: named as damaged, or read as they were."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodal.files.accuracy import label_accuracy, read_accuracy, write_accuracy
from nodal.files.atomic import DamagedFile
from nodal.files.clusters import (
    read_clusters,
    read_counts,
    read_noise,
    write_clusters,
    write_statistics,
)
from nodal.files.dataset import label_names
from nodal.files.ownership import read_heads
from nodal.files.parquet import read_table, write_table
from nodal.files.snp import read_matrices, read_snp, write_snp
from nodal.files.tensors import read_about, read_arrays, read_tensors, write_tensors
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp

HEADER = {"run": "a", "seed": 3, "labels": list("abcde"), "settings": {"x": 1.5}}
READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "factors": ("snp.parquet", lambda path: list(vars(read_snp(path)[0]).values())),
    "header": ("snp.parquet", lambda path: read_snp(path)[1]),
    "matrices": ("snp.parquet", read_matrices),
    "clusters": ("clusters.parquet", lambda path: read_clusters(path, 0.3)),
    "noise": ("statistics.parquet", lambda path: read_noise(path, 0.3)),
    "accuracy": ("accuracy.parquet", lambda path: label_accuracy(read_accuracy(path), split="test")),
    "heads": ("heads.parquet", read_heads),
    "arrays": ("data.safetensors", read_arrays),
    "tensors": ("data.safetensors", lambda path: {k: v.numpy() for k, v in read_tensors(path).items()}),
    "about": ("data.safetensors", read_about),
    "labels": ("data.safetensors", label_names),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of every kind."""
    path, rng, cuts = tmp_path_factory.mktemp("files"), np.random.default_rng(0), [0.3, 0.4]
    snp = Snp(*rng.standard_normal((2, 6, 5)).astype(np.float32))
    numbers = clusters(snp, cuts)
    write_snp(path / "snp.parquet", snp, HEADER, 1000)
    write_clusters(path / "clusters.parquet", numbers, cuts, HEADER)
    write_statistics(path / "statistics.parquet", statistics(numbers, above(snp, cuts)), cuts, HEADER)
    rows = [({"split": split}, np.full(5, 4), rng.integers(0, 5, 5)) for split in ("heldout", "test")]
    write_accuracy(path / "accuracy.parquet", rows, HEADER)
    head, label = np.indices((2, 5))
    columns = {
        "tap": ["attention1"] * 10,
        "block": [1] * 10,
        "variant": ["own"] * 10,
        "head": head.ravel() + 1,
        "label": label.ravel(),
    }
    columns |= {"appearances": (head + label).ravel(), "owned": (head > 0).ravel()}
    write_table(path / "heads.parquet", columns, dict.fromkeys(columns, "a column"), HEADER)
    tensors = {"images": rng.integers(0, 255, (2, 3), np.uint8), "labels": np.arange(2)}
    write_tensors(path / "data.safetensors", tensors, {"names": ["a", "b"], "superclass": [0, 1]})
    return path


def test_counts_are_found_by_the_threshold_as_it_was_given(tmp_path: Path) -> None:
    snp, cuts = (
        Snp(*np.random.default_rng(1).standard_normal((2, 6, 5)).astype(np.float32)),
        [0.333333333, 0.1],
    )
    counted = statistics(clusters(snp, cuts), above(snp, cuts))
    write_statistics(tmp_path / "statistics.parquet", counted, cuts, HEADER)
    found = read_counts(tmp_path / "statistics.parquet")
    assert list(found) == sorted(cuts)
    for number, cut in enumerate(cuts):
        np.testing.assert_array_equal(found[cut][:, 2], counted.noise[number])


def damaged(read: Callable[[Path], Any], path: Path) -> str:
    with pytest.raises(DamagedFile) as caught:
        read(path)
    assert caught.value.path == path
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40)
@given(st.data())
def test_a_file_cut_short_is_always_named(folder: Path, kind: str, data: st.DataObject) -> None:
    name, read = READERS[kind]
    whole, path = (folder / name).read_bytes(), folder / f"cut-{name}"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    damaged(read, path)


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40)
@given(st.data())
def test_a_flipped_bit_is_named_or_harmless(folder: Path, kind: str, data: st.DataObject) -> None:
    name, read = READERS[kind]
    whole, path = bytearray((folder / name).read_bytes()), folder / f"flipped-{name}"
    place = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[place // 8] ^= 1 << place % 8
    path.write_bytes(whole)
    try:
        found = read(path)
    except DamagedFile:
        damaged(read, path)
    else:
        np.testing.assert_equal(found, read(folder / name))


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.replace_schema_metadata(table.schema.metadata | {b"seed": b"4"}),
        lambda table: table.rename_columns({"label": "labels"}).replace_schema_metadata(
            table.schema.metadata
        ),
        lambda table: table.set_column(
            0, table.schema.field(0).with_metadata({"definition": "b"}), table.column(0)
        ),
        lambda table: table.set_column(4, "correct", table["correct"].cast("int32")),
        lambda table: table.slice(1),
    ],
    ids=["value", "column", "definition", "type", "length"],
)
def test_what_a_table_says_carries_a_checksum(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    table, path = pq.read_table(folder / "accuracy.parquet"), folder / "changed.parquet"
    pq.write_table(table, path)
    assert read_table(path)[1] == HEADER
    pq.write_table(change(table), path)
    assert "its header is not what was written" in damaged(read_table, path)


def test_a_file_of_the_first_edition_has_no_checksum_and_is_read(folder: Path) -> None:
    table, path = pq.read_table(folder / "accuracy.parquet"), folder / "first.parquet"
    metadata = {key: value for key, value in table.schema.metadata.items() if key != b"sha256"}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    assert read_table(path)[1] == HEADER


def test_a_flipped_bit_in_the_name_of_a_checksum(folder: Path) -> None:
    """Without its checksum the file is not taken for one of the first edition."""
    whole, path = (folder / "accuracy.parquet").read_bytes(), folder / "renamed.parquet"
    schema = pq.read_metadata(folder / "accuracy.parquet").metadata[b"ARROW:schema"]
    flipped = base64.b64encode(base64.b64decode(schema).replace(b"sha256", b"sha257"))
    path.write_bytes(whole.replace(schema, flipped))
    assert "its header is not what was written" in damaged(read_table, path)


@pytest.mark.parametrize(("old", "new"), [(b'[\\"a\\"', b'[\\"c\\"'), (b"superclass", b"superklass")])
def test_what_a_file_of_tensors_says_carries_a_checksum(folder: Path, old: bytes, new: bytes) -> None:
    whole, path = (folder / "data.safetensors").read_bytes(), folder / "changed.safetensors"
    assert old in whole
    path.write_bytes(whole.replace(old, new))
    assert "its header is not what was written" in damaged(read_about, path)


def test_a_file_that_cannot_be_opened_is_not_damaged(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.parquet", tmp_path):
        with pytest.raises(OSError, match=path.name):
            read_table(path)
