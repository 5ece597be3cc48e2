"""Rows at hand put into a database, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from policyrun.model.raw import CellKind, RawCell, SchemeInput
from policyrun.model.relation import RawColumn, RawPart, RawRelation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Rows that are turned into columns at once.
CHUNK = 50_000


def relation_of(connection: DuckDBPyConnection, name: str, data: SchemeInput) -> RawRelation:
    """Rows already at hand as relation ``name``."""
    columns = store_rows(connection, name, data.columns, data.rows)
    parts, first = [], 0
    for (path, sheet), origins in groupby(data.origins, key=lambda origin: (origin.path, origin.sheet)):
        end = first + sum(1 for _origin in origins)
        parts.append(RawPart(path, sheet, first, end))
        first = end
    return RawRelation(
        name,
        data.scheme,
        columns,
        rows=len(data.rows),
        parts=tuple(parts),
        unused=data.unused,
        absent=data.absent,
        empty=data.empty,
        lacking=data.lacking,
    )


def store_rows(
    connection: DuckDBPyConnection, name: str, header: Sequence[str], rows: Sequence[tuple[RawCell, ...]]
) -> tuple[RawColumn, ...]:
    """A table of texts, with kinds for the columns in which some cell is no text, and ``row_no`` from 0."""
    columns = tuple(
        RawColumn(column, has_kind=any(row[place].kind is not CellKind.TEXT for row in rows))
        for place, column in enumerate(header)
    )
    names = ["row_no BIGINT"]
    for column in columns:
        names.append(f"{quoted(column.name)} VARCHAR")
        names += [f"{quoted(column.kind_column)} VARCHAR"] if column.has_kind else []
    connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({', '.join(names)})")
    for start in range(0, len(rows), CHUNK):
        chunk = _arrow(columns, rows[start : start + CHUNK], start)
        connection.register("chunk", chunk)
        connection.execute(f"INSERT INTO {quoted(name)} SELECT * FROM chunk")
        connection.unregister("chunk")
    return columns


def _arrow(columns: Sequence[RawColumn], rows: Sequence[tuple[RawCell, ...]], start: int) -> Any:
    """Rows as an Arrow table with the columns of ``store_rows``."""
    import pyarrow

    arrays = [pyarrow.array(range(start, start + len(rows)), pyarrow.int64())]
    names = ["row_no"]
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows]
        arrays.append(pyarrow.array([cell.text for cell in cells], pyarrow.string()))
        names.append(column.name)
        if column.has_kind:
            kinds = [None if cell.kind is CellKind.TEXT else cell.kind.value for cell in cells]
            arrays.append(pyarrow.array(kinds, pyarrow.string()))
            names.append(column.kind_column)
    return pyarrow.Table.from_arrays(arrays, names=names)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
