"""Parquet files that explain themselves: columns with definitions, a header, written whole or not at all.

Data pages carry checksums of parquet's own, all else that is said carries ours.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nodal.files.atomic import DamagedFile, replacing

_DIGEST = "sha256"


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
    said = {key: json.dumps(value) for key, value in header.items()}
    table = pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields, said))
    digest = json.dumps(_digest(table.schema, table.num_rows))
    table = table.replace_schema_metadata({**said, _DIGEST: digest})
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_table(path: str | Path, columns: list[str] | None = None) -> tuple[pa.Table, dict[str, Any]]:
    """Read a table and its header.

    Raises:
        DamagedFile: The file is damaged, or not one of ours.
        FileNotFoundError: There is no such file.
    """
    with pa.OSFile(str(path)) as source:  # what cannot be opened is not damaged
        try:
            file = pq.ParquetFile(source, page_checksum_verification=True)
            table, schema = file.read(columns), file.schema_arrow
            header = {key.decode(): json.loads(value) for key, value in (schema.metadata or {}).items()}
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DamagedFile(path, str(error)) from error
    if missing := set(columns or ()) - set(table.column_names):
        raise DamagedFile(path, f"it has no column {min(missing)}")
    digest = _digest(schema, table.num_rows)
    # Files of the first edition have no checksum. In others it stands twice: one flipped bit leaves one.
    if _DIGEST not in header and _DIGEST.encode() not in Path(path).read_bytes():
        return table, header
    if header.pop(_DIGEST, None) != digest:
        raise DamagedFile(path, "its header is not what was written")
    return table, header


def read_frame(path: str | Path) -> pd.DataFrame:
    """A whole table as a data frame; errors as of `read_table`."""
    frame: pd.DataFrame = read_table(path)[0].to_pandas()
    return frame


def _digest(schema: pa.Schema, rows: int) -> str:
    """Of the header, of the names, types and definitions of the columns, and of their length."""
    said = sorted(item for item in (schema.metadata or {}).items() if item[0] != _DIGEST.encode())
    columns = [
        # Parquet has a name of its own for what a list holds.
        (
            field.name,
            str(field.type).replace("<item:", "<element:"),
            (field.metadata or {}).get(b"definition"),
        )
        for field in schema
    ]
    return hashlib.sha256(repr((said, columns, rows)).encode()).hexdigest()
