"""Parquet files as SQL: typed columns stay typed where their text says nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import plain_header
from policyrun.datasets.parquet_columns import ParquetColumn, parquet_columns
from policyrun.datasets.read_xlsx import number_text
from policyrun.datasets.scan_rows import quoted
from policyrun.datasets.scan_table import FITS_MONEY, MONEY_TYPE, ScannedCell, ScannedTable
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.relation import RawType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_NUMBER_TEXT = "policyrun_number_text"
#: The kind of a column of binary numbers.
NUMBER_KIND = f"'{CellKind.NUMBER.value}'"


def scan_parquet(connection: DuckDBPyConnection, path: Path, required: Sequence[str]) -> ScannedTable | None:
    """The table of a parquet file; None where only ``read_parquet`` can read it, or say why it cannot."""
    found = parquet_columns(connection, path)
    if found is None:
        return None
    columns, rows = found
    names = [column.name for column in columns]
    grid = Grid(str(path), "", [tuple(map(RawCell, names))], [0], titled=True)
    header = plain_header(grid, required)
    if header is None or not rows or len({name.casefold() for name in names}) < len(names):
        return None
    source = f"read_parquet({_literal(str(path))}, file_row_number = true)"
    cells = []
    for column in columns:
        cell = _cell(connection, source, column)
        if cell is None:
            return None
        cells.append(cell)
    numbers = range(1, rows + 1)
    return ScannedTable(str(path), "", header[1], source, "file_row_number", tuple(cells), rows, rows, numbers=numbers)


def _cell(connection: DuckDBPyConnection, source: str, held: ParquetColumn) -> ScannedCell | None:
    """How the values of a column become cells; None for those that are left to ``read_parquet``."""
    column = quoted(held.name)
    match held.type:
        case "VARCHAR" if held.said == "UTF8":
            return ScannedCell(column)
        case '"NULL"':
            return ScannedCell("CAST(NULL AS VARCHAR)")
        case "BOOLEAN":
            return ScannedCell(column, RawType.BOOL)
        case "UBIGINT":
            return ScannedCell(f"CAST({column} AS VARCHAR)")
        case type_ if type_ in _WHOLE:
            return ScannedCell(f"CAST({column} AS BIGINT)", RawType.WHOLE)
        case "DATE":
            return ScannedCell(column, RawType.DATE)
        case type_ if type_ in FITS_MONEY:
            return ScannedCell(f"CAST({column} AS {MONEY_TYPE})", RawType.MONEY)
        case type_ if type_.startswith("DECIMAL("):
            return ScannedCell(f"CAST({column} AS VARCHAR)")
        case "FLOAT" | "DOUBLE" if held.stored == held.type:
            return _number(connection, column)
        case "TIMESTAMP" if held.stored == "INT64":
            return _moment(connection, source, column)
    return None


def _number(connection: DuckDBPyConnection, column: str) -> ScannedCell:
    """A binary number as ``number_text`` writes it, which is asked for numbers of more than 15 digits alone."""
    if not connection.execute(f"SELECT 1 FROM duckdb_functions() WHERE function_name = '{_NUMBER_TEXT}'").fetchone():
        connection.create_function(_NUMBER_TEXT, number_text, ["VARCHAR"], "VARCHAR")
    number = f"CAST({column} AS DOUBLE)"
    written = f"CAST({number} AS VARCHAR)"
    text = (
        f"CASE WHEN {number} = trunc({number}) AND abs({number}) < 1e15 THEN CAST(CAST({number} AS BIGINT) AS VARCHAR)"
        f" WHEN length({written}) > 15 OR contains({written}, 'e') THEN {_NUMBER_TEXT}({written}) ELSE {written} END"
    )
    return ScannedCell(text, kind=NUMBER_KIND)


def _moment(connection: DuckDBPyConnection, source: str, column: str) -> ScannedCell | None:
    """A day, where no value has a time of day; else as ``moment_text`` writes it."""
    midnight = f"{column} = date_trunc('day', {column})"
    bounds = f"min({column}) >= DATE '1000-01-01', max({column}) < DATE '10000-01-01'"
    found = connection.execute(f"SELECT bool_and({midnight}), {bounds} FROM {source}").fetchone()
    assert found is not None, "an aggregate gives one row"
    whole_days, *in_range = found
    if False in in_range:
        return None
    if whole_days is not False:
        return ScannedCell(f"CAST({column} AS DATE)", RawType.DATE)
    text = (
        f"CASE WHEN {midnight} THEN strftime({column}, '%Y-%m-%d')"
        f" WHEN {column} = date_trunc('second', {column}) THEN strftime({column}, '%Y-%m-%d %H:%M:%S')"
        f" ELSE strftime({column}, '%Y-%m-%d %H:%M:%S.%f') END"
    )
    return ScannedCell(text, kind=f"'{CellKind.DATE.value}'")


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
