"""Parquet files that explain themselves: columns with definitions, a header, written whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nodal.files.atomic import DamagedFile, replacing


def write_table(
    path: str | Path, columns: Mapping[str, Any], definitions: Mapping[str, str], header: Mapping[str, Any]
) -> None:
    """Write one table.

    Args:
        path: The file; replaced at once when all is written.
        columns: Arrays by column name.
        definitions: What each column holds, kept in the column's metadata.
        header: What the whole file is about (run, seed, ...), kept as JSON values in the schema's metadata.
    """
    arrays = {
        name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()
    }
    fields = [
        pa.field(name, array.type, metadata={"definition": definitions[name]})
        for name, array in arrays.items()
    ]
    schema = pa.schema(fields, metadata={key: json.dumps(value) for key, value in header.items()})
    with replacing(path) as temporary:
        table = pa.Table.from_arrays(list(arrays.values()), schema=schema)
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_table(path: str | Path, columns: list[str] | None = None) -> tuple[pa.Table, dict[str, Any]]:
    """Read a table and its header.

    Raises:
        DamagedFile: The file is damaged, or not one of ours.
        FileNotFoundError: There is no such file.
    """
    try:
        table = pq.read_table(path, columns=columns, page_checksum_verification=True)
        metadata = table.schema.metadata or {}
        header = {
            key.decode(): json.loads(value)
            for key, value in metadata.items()
            if key not in (b"ARROW:schema", b"pandas")
        }
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedFile(path, str(error)) from error
    return table, header
