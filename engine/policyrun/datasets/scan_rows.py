"""Rows at hand put into a database, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from policyrun.datasets.arrow_texts import number_array, text_array
from policyrun.model.raw import CellKind, RawCell, SchemeInput
from policyrun.model.relation import FEW, RawColumn, RawPart, RawRelation

if TYPE_CHECKING:
    import pyarrow
    from duckdb import DuckDBPyConnection

#: Rows that are turned into columns at once.
CHUNK = 50_000


def relation_of(connection: DuckDBPyConnection, name: str, data: SchemeInput) -> RawRelation:
    """Rows already at hand as relation ``name``."""
    return _relation(name, data, store_rows(connection, name, data.columns, data.rows))


def arrow_of(name: str, data: SchemeInput) -> tuple[RawRelation, pyarrow.Table]:
    """Rows already at hand as relation ``name``, for a database that takes them as an Arrow table."""
    columns = _columns(data.columns, data.rows)
    return _relation(name, data, columns), _arrow(0, len(data.rows), dict(_texts(columns, data.rows)))


def arrow_rows(first: int, width: int, rows: Sequence[tuple[RawCell, ...]]) -> pyarrow.Table:
    """Rows already at hand with the columns ``c0``, ``c1`` …, their kinds, and ``row_no`` from ``first``."""
    columns = _columns([f"c{place}" for place in range(width)], rows)
    return _arrow(first, len(rows), dict(_texts(columns, rows)))


def _relation(name: str, data: SchemeInput, columns: tuple[RawColumn, ...]) -> RawRelation:
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
    columns = _columns(header, rows)
    create_table(connection, name, columns)
    for start in range(0, len(rows), CHUNK) if len(rows) > FEW else [0]:
        chunk = rows[start : start + CHUNK]
        insert_rows(connection, name, start, len(chunk), dict(_texts(columns, chunk)))
    return columns


def create_table(connection: DuckDBPyConnection, name: str, columns: Sequence[RawColumn]) -> None:
    """An empty table of texts, with kinds for the columns that have them, and ``row_no``."""
    names = ["row_no BIGINT"]
    for column in columns:
        names.append(f"{quoted(column.name)} VARCHAR")
        names += [f"{quoted(column.kind_column)} VARCHAR"] if column.has_kind else []
    connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({', '.join(names)})")


def insert_rows(
    connection: DuckDBPyConnection, name: str, start: int, count: int, texts: Mapping[str, Sequence[str | None]]
) -> None:
    """Puts rows into the table of ``create_table``, a list per column: of few, loading Arrow would take longer.

    Args:
        start: the ``row_no`` of the first.
        texts: columns of the table; those left out are null.
    """
    names = ", ".join(map(quoted, ("row_no", *texts)))
    if count <= FEW:
        lists = ", ".join(["unnest(CAST(? AS BIGINT[]))", *["unnest(CAST(? AS VARCHAR[]))"] * len(texts)])
        given = [list(range(start, start + count)), *texts.values()]
        connection.execute(f"INSERT INTO {quoted(name)} ({names}) SELECT {lists}", given)
        return
    connection.register("chunk", _arrow(start, count, texts))
    connection.execute(f"INSERT INTO {quoted(name)} ({names}) SELECT {names} FROM chunk")
    connection.unregister("chunk")


def _columns(header: Sequence[str], rows: Sequence[tuple[RawCell, ...]]) -> tuple[RawColumn, ...]:
    return tuple(
        RawColumn(column, has_kind=any(row[place].kind is not CellKind.TEXT for row in rows))
        for place, column in enumerate(header)
    )


def _arrow(start: int, count: int, texts: Mapping[str, Sequence[str | None]]) -> pyarrow.Table:
    """Rows as an Arrow table with the columns of ``store_rows``."""
    import pyarrow

    arrays = [number_array(range(start, start + count)), *map(text_array, texts.values())]
    return pyarrow.Table.from_arrays(arrays, names=["row_no", *texts])


def _texts(columns: Sequence[RawColumn], rows: Sequence[tuple[RawCell, ...]]) -> Iterator[tuple[str, list[str | None]]]:
    """The columns of ``store_rows`` but the first, by name: texts, and kinds beside them."""
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows]
        yield column.name, [cell.text for cell in cells]
        if column.has_kind:
            yield column.kind_column, [None if cell.kind is CellKind.TEXT else cell.kind.value for cell in cells]


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
