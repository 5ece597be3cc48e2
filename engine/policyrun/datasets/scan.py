"""Files as relations of a DuckDB database, without an object per cell: what ``files`` and ``merge`` make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from policyrun.datasets.files import DataFile
from policyrun.datasets.merge import Headed, OneHeader, one_header
from policyrun.datasets.probe import Format, format_of
from policyrun.datasets.scan_csv import scan_csv
from policyrun.datasets.scan_parquet import NUMBER_KIND, scan_parquet
from policyrun.datasets.scan_rows import quoted
from policyrun.datasets.scan_rows import relation_of as relation_of
from policyrun.datasets.scan_table import MONEY_TYPE, ScannedCell, ScannedTable, stored
from policyrun.datasets.scan_xlsx import Reading, scan_xlsx
from policyrun.ir.policy import RecordType
from policyrun.model.relation import RawColumn, RawPart, RawRelation, RawType
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SQL_TYPES = {
    RawType.TEXT: "VARCHAR",
    RawType.DATE: "DATE",
    RawType.WHOLE: "BIGINT",
    RawType.MONEY: MONEY_TYPE,
    RawType.BOOL: "BOOLEAN",
}
#: So many tables are read where they stand.
_FEW_TABLES = 8
NOTHING = ScannedCell("CAST(NULL AS VARCHAR)")


def scan_table(
    connection: DuckDBPyConnection,
    name: str,
    file: DataFile,
    sheet: str,
    required: Sequence[str],
    known: Sequence[str],
    found: Diagnostics,
    told: Reading | None = None,
) -> ScannedTable | None:
    """``DataFile.table`` into a database: the table in a sheet ("" where a file has none), or None and the reason.

    Args:
        name: of the table that holds the rows, where the database cannot read them from the file.
        told: is told how far the reading of a sheet has come.
    """
    table = None
    match format_of(file.path):
        case Format.PARQUET:
            table = scan_parquet(connection, file.path, required)
        case Format.CSV:
            table = scan_csv(connection, name, file.path, required, found)
        case Format.XLSX if file.book is not None:
            table = scan_xlsx(connection, name, file.book, sheet, required, told)
    if table is not None:
        return table.without_empty_rows(connection, required)
    read = file.table(sheet, required, known, found)
    return None if read is None else stored(connection, name, read)


def scheme_relation(
    connection: DuckDBPyConnection,
    name: str,
    scheme: str,
    record: RecordType,
    beside: Sequence[str],
    tables: Sequence[ScannedTable],
    found: Diagnostics,
) -> RawRelation:
    """``merge.scheme_input`` into a database: all rows of a scheme in the order of the tables, as view ``name``.

    Args:
        beside: columns the policy reads though the record does not list them, such as the payee's name.
        tables: each with every required column.
    """
    header = one_header(scheme, record, beside, tables, found)
    columns, cells = held_columns(header, record, tables)
    parts, selects, first = [], [], 0
    for table, line in zip(tables, cells, strict=True):
        selects.append(_select(table, columns, line, first))
        end = first + table.end
        parts.append(RawPart(table.path, table.sheet, first, end, table.rows, table.numbers, table.above))
        first = end
    _unite(connection, name, tables, selects)
    return united(name, scheme, header, columns, tables, parts)


class Celled(Headed, Protocol):
    """A table of which SQL gives each cell."""

    @property
    def rows(self) -> int: ...

    @property
    def cells(self) -> Sequence[ScannedCell]: ...


def united(
    name: str,
    scheme: str,
    header: OneHeader,
    columns: Sequence[RawColumn],
    tables: Sequence[Celled],
    parts: Sequence[RawPart],
) -> RawRelation:
    """What is known of a relation that holds the rows of some tables."""
    return RawRelation(
        name,
        scheme,
        tuple(columns),
        rows=sum(table.rows for table in tables),
        parts=tuple(parts),
        unused=header.unused,
        absent=header.absent,
        empty=sum(table.empty for table in tables),
        lacking=header.lacking,
    )


def held_columns(
    header: OneHeader, record: RecordType, tables: Sequence[Celled]
) -> tuple[list[RawColumn], list[list[ScannedCell]]]:
    """The columns of a relation of some tables, and what gives them of each; ``NOTHING`` where a table has none."""
    places = [header.picks(table) for table in tables]
    cells = [
        [NOTHING if place is None else table.cells[place] for place in picks]
        for table, picks in zip(tables, places, strict=True)
    ]
    ids = {field.name for field in record.fields if field.cell == "id_card"}
    columns = [
        _column(column, [line[at] for line in cells], column in ids)
        for at, column in enumerate(header.columns.values())
    ]
    return _aliased(columns, set(header.unused)), cells


def _unite(connection: DuckDBPyConnection, name: str, tables: Sequence[ScannedTable], selects: Sequence[str]) -> None:
    """Makes a relation of the rows of all tables: a view of few, since every query would have to understand many."""
    if len(tables) <= _FEW_TABLES:
        connection.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {' UNION ALL '.join(selects)}")
        return
    connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {selects[0]} LIMIT 0")
    for table, select in zip(tables, selects, strict=True):
        connection.execute(f"INSERT INTO {quoted(name)} {select}")
        if table.is_stored:
            connection.execute(f"DROP TABLE {table.source}")


def _column(name: str, cells: Sequence[ScannedCell], is_id: bool) -> RawColumn:
    """A column as all tables can hold it: typed where those that have it agree.

    That a cell is a number by its kind matters to an ID number alone, which has lost digits.
    """
    held = [cell for cell in cells if cell is not NOTHING]
    types = {cell.type for cell in held}
    kinds = {cell.kind for cell in held} - {"", *(() if is_id else (NUMBER_KIND,))}
    return RawColumn(name, types.pop() if len(types) == 1 else RawType.TEXT, bool(kinds))


def _aliased(columns: Sequence[RawColumn], unused: set[str]) -> list[RawColumn]:
    """Columns whose names a database tells apart: those that are not used give way."""
    taken = {"row_no", *(column.kind_column.casefold() for column in columns)}
    taken |= {column.name.casefold() for column in columns if column.name not in unused}
    aliased = []
    for column in columns:
        alias, count = column.name, 1
        while column.name in unused and alias.casefold() in taken:
            count += 1
            alias = f"{column.name}_{count}"
        taken.add(alias.casefold())
        aliased.append(column if alias == column.name else replace(column, alias=alias))
    return aliased


def _select(table: ScannedTable, columns: Sequence[RawColumn], cells: Sequence[ScannedCell], first: int) -> str:
    """The rows of one table, from the ``row_no`` ``first`` on."""
    asked = [f"CAST({first} + {table.row} AS BIGINT) AS row_no"]
    for column, cell in zip(columns, cells, strict=True):
        asked.append(f"{_held(cell, column.type)} AS {quoted(column.held_as)}")
        if column.has_kind:
            asked.append(f"CAST({cell.kind or 'NULL'} AS VARCHAR) AS {quoted(column.kind_column)}")
    where = f" WHERE {table.filled}" if table.filled else ""
    return f"SELECT {', '.join(asked)} FROM {table.source}{where}"


def _held(cell: ScannedCell, type_: RawType) -> str:
    if cell is NOTHING:
        return f"CAST(NULL AS {_SQL_TYPES[type_]})"
    return cell.text if type_ is RawType.TEXT else cell.sql
