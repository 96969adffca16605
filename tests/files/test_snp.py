"""The contract of the files of single-nodal performance (SNP) matrices, and what happens to damaged ones."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nodal.files.parquet import write_table
from nodal.files.snp import read_matrices, read_snp, write_snp
from nodal.snp.matrix import Snp

NODES, LABELS = 5, 4
HEADER = {
    "run": "glyphs",
    "seed": 3,
    "set": "blocks",
    "tap": "block7",
    "split": "test",
    "labels": ["a", "b", "c", "ä"],
}


@pytest.fixture
def snp() -> Snp:
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((NODES, LABELS)).astype(np.float32)
    mean = rng.standard_normal((NODES, LABELS)).astype(np.float32)
    weight[4], mean[4] = -1, 1  # a matrix without positive element
    return Snp(mean, weight)


@pytest.fixture
def path(tmp_path: Path, snp: Snp) -> Path:
    file = tmp_path / "deep" / "block7.parquet"
    write_snp(file, snp, HEADER, NODES * LABELS**2)
    return file


def test_columns_have_the_types_of_the_contract(path: Path) -> None:
    schema = pq.read_schema(path)
    assert schema.names == ["node", "pooled_mean", "weight", "maximum", "matrix"]
    assert schema.field("node").type == pa.int32()
    assert schema.field("maximum").type == pa.float32()
    for name in ("pooled_mean", "weight"):
        assert pa.types.is_list(schema.field(name).type)
        assert schema.field(name).type.value_type == pa.float32()
    assert schema.field("matrix").type == pa.fixed_shape_tensor(pa.float32(), (LABELS, LABELS))
    assert all(schema.field(name).metadata[b"definition"] for name in schema.names)
    assert {key.decode() for key in schema.metadata} == {*HEADER, "sha256"}


def test_values_are_those_written(path: Path, snp: Snp) -> None:
    table = pq.read_table(path)
    assert table["node"].to_pylist() == list(range(NODES))
    np.testing.assert_array_equal(table["pooled_mean"].to_pylist(), snp.pooled_mean)
    np.testing.assert_array_equal(table["weight"].to_pylist(), snp.weight)
    np.testing.assert_array_equal(table["maximum"].to_numpy(), snp.maximum)
    np.testing.assert_array_equal(table["matrix"].combine_chunks().to_numpy_ndarray(), snp.matrices())
    back, header = read_snp(path)
    np.testing.assert_array_equal(back.pooled_mean, snp.pooled_mean)
    np.testing.assert_array_equal(back.weight, snp.weight)
    assert header == HEADER


def test_dense_matrices_are_left_out_above_the_limit(tmp_path: Path, path: Path, snp: Snp) -> None:
    small = tmp_path / "factors.parquet"
    write_snp(small, snp, HEADER, NODES * LABELS**2 - 1)
    assert pq.read_schema(small).names == ["node", "pooled_mean", "weight", "maximum"]
    for file in (small, path):
        np.testing.assert_array_equal(read_matrices(file), snp.matrices())
        np.testing.assert_array_equal(read_matrices(file, [3, 1]), snp.matrices()[[3, 1]])


def test_positions_that_are_read_apart_have_an_axis_of_their_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    snp = Snp(*rng.standard_normal((2, NODES, 3, LABELS)).astype(np.float32))
    file = tmp_path / "apart.parquet"
    write_snp(file, snp, HEADER, NODES * LABELS**2)
    schema = pq.read_schema(file)
    assert schema.names == ["node", "pooled_mean", "weight", "maximum", "matrix"]
    for name in ("pooled_mean", "weight"):
        assert schema.field(name).type == pa.fixed_shape_tensor(pa.float32(), (3, LABELS))
        assert b"position" in schema.field(name).metadata[b"definition"]
    back, header = read_snp(file)
    assert header == HEADER
    np.testing.assert_array_equal(back.pooled_mean, snp.pooled_mean)
    np.testing.assert_array_equal(back.weight, snp.weight)
    matrix = pq.read_table(file)["matrix"].combine_chunks().to_numpy_ndarray()
    np.testing.assert_array_equal(matrix, snp.matrices())
    np.testing.assert_array_equal(read_matrices(file, [4]), snp.matrices([4]))


def test_nothing_but_the_file_is_left(path: Path) -> None:
    assert [each.name for each in path.parent.iterdir()] == ["block7.parquet"]


def _refused(path: Path) -> None:
    with pytest.raises(ValueError, match=path.name) as caught:
        read_snp(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all" * 9])
def test_foreign_files_are_refused_in_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _refused(path)


def test_cut_files_are_refused_in_one_line(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        _refused(path)


def test_a_file_without_factors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), path)
    _refused(path)


def test_lists_of_several_lengths_are_refused(path: Path) -> None:
    """As a flip of the number of values in a page's header makes them; no checksum covers that."""
    rows = pa.array([[1.0, 2.0], [3.0]], pa.list_(pa.float32()))
    write_table(path, {"pooled_mean": rows, "weight": rows}, {"pooled_mean": "a", "weight": "b"}, HEADER)
    _refused(path)


def test_a_flipped_bit_of_the_data_is_noticed_or_harmless(path: Path, snp: Snp) -> None:
    whole = path.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    noticed = 0
    for position in range(4, footer):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        path.write_bytes(damaged)
        try:
            back, _ = read_snp(path)
        except ValueError:
            noticed += 1
        else:
            np.testing.assert_array_equal(back.pooled_mean, snp.pooled_mean, err_msg=f"byte {position}")
            np.testing.assert_array_equal(back.weight, snp.weight, err_msg=f"byte {position}")
    assert noticed
