"""Single-nodal performance (SNP) matrices on disk: one parquet a tap, a row a node.

The factors are always there and say everything; the dense matrices stand beside them, as Arrow's
fixed-shape tensors, where they are not too large. Every reader goes through `read_snp` or `read_matrices`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from nodal.files.atomic import DamagedFile
from nodal.files.parquet import read_table, write_table
from nodal.snp.matrix import Snp

_DEFINITIONS = {
    "node": "index of the node in its layer",
    "pooled_mean": "mean pooled activation of the node over the inputs of each label, [labels]",
    "weight": "FC weight from the node to each output label, [labels]",
    "maximum": "largest element of the raw field matrix pooled_mean[i] * weight[j]",
    "matrix": "fields over `maximum` where that is > 0, raw elsewhere; row: input, column: output label",
}
# The same where a probe reads the positions of a node apart.
_APART = {
    "pooled_mean": "mean activation of the node at each position over the inputs of each label,"
    " [positions, labels]",
    "weight": "FC weight from the node at each position to each output label, [positions, labels]",
    "maximum": "largest element of the raw field matrix sum over p of pooled_mean[p, i] * weight[p, j]",
}


def write_snp(path: str | Path, snp: Snp, header: Mapping[str, Any], dense_limit: int) -> None:
    """Write the SNP matrices of a tap.

    Args:
        path: The parquet file.
        snp: Factors of K matrices over L labels.
        header: Run, seed, set, tap, split, names of the labels.
        dense_limit: The dense matrices are left out where K * L * L is larger.
    """
    nodes, labels = snp.shape
    factor = _lists if snp.rank_one else _tensors
    columns = {
        "node": np.arange(nodes, dtype=np.int32),
        "pooled_mean": factor(snp.pooled_mean),
        "weight": factor(snp.weight),
        "maximum": snp.maximum,
    }
    if nodes * labels * labels <= dense_limit:
        columns["matrix"] = _tensors(snp.matrices())
    write_table(path, columns, _DEFINITIONS if snp.rank_one else _DEFINITIONS | _APART, header)


def read_snp(path: str | Path) -> tuple[Snp, dict[str, Any]]:
    """Read the factors of a tap's matrices, and the file's header.

    Raises:
        DamagedFile: The file is damaged.
    """
    table, header = read_table(path, ["pooled_mean", "weight"])
    try:
        return Snp(_matrix(table["pooled_mean"]), _matrix(table["weight"])), header
    except ValueError as error:  # lists that are not of one length
        raise DamagedFile(path, str(error)) from error


def read_matrices(path: str | Path, nodes: ArrayLike | None = None) -> NDArray[np.float32]:
    """Dense matrices [k, L, L] of some (default: all) nodes, whether the file holds them or only factors."""
    return read_snp(path)[0].matrices(nodes)


def _lists(values: NDArray[np.float32]) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(np.ascontiguousarray(values).ravel(), values.shape[1]).cast(
        pa.list_(pa.float32())
    )


def _tensors(values: NDArray[np.float32]) -> pa.Array:
    """Matrices [N, rows, columns] as Arrow's fixed-shape tensors."""
    rows, columns = values.shape[1:]
    flat = pa.FixedSizeListArray.from_arrays(np.ascontiguousarray(values).ravel(), rows * columns)
    return pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.float32(), (rows, columns)), flat)


def _matrix(column: pa.ChunkedArray) -> NDArray[np.float32]:
    rows = column.combine_chunks()
    if isinstance(rows, pa.FixedShapeTensorArray):
        return np.asarray(rows.to_numpy_ndarray())
    return np.asarray(rows.flatten().to_numpy(zero_copy_only=False).reshape(len(rows), -1))
