"""What the columns of a parquet file hold, asked of the database: loading Arrow takes longer than deciding few rows."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Where Arrow keeps the schema that a file was written from, which alone tells a length of time from a number.
_ARROW_SCHEMA = "ARROW:schema"
#: Of the union ``Type`` in Arrow's format/Schema.fbs.
_DURATION = 18


@dataclass(frozen=True, slots=True)
class ParquetColumn:
    """A column.

    Attributes:
        type: as the database reads it, such as ``VARCHAR`` or ``DECIMAL(18,2)``.
        stored: as parquet holds it, such as ``INT64``.
        said: what parquet says of that (its converted type), such as ``UTF8``; "" for nothing.
    """

    name: str
    type: str
    stored: str
    said: str


def parquet_columns(connection: DuckDBPyConnection, path: Path) -> tuple[tuple[ParquetColumn, ...], int] | None:
    """The columns of a file, and how many rows it has; None where it is broken, or holds more than plain columns."""
    import duckdb

    place = [str(path)]
    try:
        _root, *held = connection.execute(
            "SELECT name, type, coalesce(converted_type, ''), num_children FROM parquet_schema(?)", place
        ).fetchall()
        read = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", place).fetchall()
        ((rows,),) = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", place).fetchall()
        arrow = connection.execute(
            f"SELECT value FROM parquet_kv_metadata(?) WHERE key = '{_ARROW_SCHEMA}'::BLOB", place
        ).fetchone()
    except duckdb.Error:
        return None
    nested = any(children for _name, _type, _said, children in held)
    if nested or len(held) != len(read) or (arrow is not None and _may_hold_durations(arrow[0], len(held))):
        return None
    columns = (
        ParquetColumn(name, type_, stored, said)
        for (name, stored, said, _children), (_own, type_, *_rest) in zip(held, read, strict=True)
    )
    return tuple(columns), rows


def _may_hold_durations(schema: bytes, columns: int) -> bool:
    """Whether some column does, or the schema that a file names is none of these columns, so that nobody can tell."""
    try:
        types = _arrow_types(base64.b64decode(schema))
    except (ValueError, IndexError, struct.error):
        return True
    return len(types) != columns or _DURATION in types


def _arrow_types(message: bytes) -> list[int]:
    """The type of each field, by its number in ``Type``, of an Arrow schema: a flatbuffer behind eight bytes."""
    held = memoryview(message)[8:]
    schema = _below(held, _slot(held, _below(held, 0), 2))
    fields = _below(held, _slot(held, schema, 1))
    (count,) = struct.unpack_from("<I", held, fields)
    return [held[_slot(held, _below(held, fields + 4 + 4 * place), 2)] for place in range(count)]


def _below(held: memoryview, at: int) -> int:
    """Where the offset at a place leads."""
    return at + int(struct.unpack_from("<I", held, at)[0])


def _slot(held: memoryview, table: int, number: int) -> int:
    """Where a table of a flatbuffer has a field."""
    directory = table - int(struct.unpack_from("<i", held, table)[0])
    return table + int(struct.unpack_from("<H", held, directory + 4 + 2 * number)[0])
