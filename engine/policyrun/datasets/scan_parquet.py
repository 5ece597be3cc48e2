"""Parquet files as SQL: typed columns stay typed where their text says nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import plain_header
from policyrun.datasets.read_xlsx import number_text
from policyrun.datasets.scan_rows import quoted
from policyrun.datasets.scan_table import ScannedCell, ScannedTable
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.relation import RawType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Decimals that DuckDB reads as such have at most so many digits.
_MOST_DIGITS = 38
_NUMBER_TEXT = "policyrun_number_text"
#: The kind of a column of binary numbers.
NUMBER_KIND = f"'{CellKind.NUMBER.value}'"


def scan_parquet(connection: DuckDBPyConnection, path: Path, required: Sequence[str]) -> ScannedTable | None:
    """The table of a parquet file; None where only ``read_parquet`` can read it, or say why it cannot."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pyarrow.ArrowException, OSError):
        return None
    names = [str(name) for name in schema.names]
    grid = Grid(str(path), "", [tuple(map(RawCell, names))], [0], titled=True)
    header = plain_header(grid, required)
    if header is None or not rows or len({name.casefold() for name in names}) < len(names):
        return None
    source = f"read_parquet({_literal(str(path))}, file_row_number = true)"
    cells = []
    for name, type_ in zip(names, schema.types, strict=True):
        cell = _cell(connection, source, quoted(name), type_)
        if cell is None:
            return None
        cells.append(cell)
    numbers = range(1, rows + 1)
    return ScannedTable(str(path), "", header[1], source, "file_row_number", tuple(cells), rows, rows, numbers=numbers)


def _cell(connection: DuckDBPyConnection, source: str, column: str, type_: Any) -> ScannedCell | None:
    """How values of an Arrow type become cells; None for those that are left to ``read_parquet``."""
    from pyarrow import types

    if types.is_dictionary(type_):
        return _cell(connection, source, column, type_.value_type)
    if types.is_string(type_) or types.is_large_string(type_) or types.is_string_view(type_):
        return ScannedCell(column)
    if types.is_null(type_):
        return ScannedCell("CAST(NULL AS VARCHAR)")
    if types.is_boolean(type_):
        return ScannedCell(column, RawType.BOOL)
    if types.is_uint64(type_):
        return ScannedCell(f"CAST({column} AS VARCHAR)")
    if types.is_integer(type_):
        return ScannedCell(f"CAST({column} AS BIGINT)", RawType.WHOLE)
    if types.is_date32(type_):
        return ScannedCell(column, RawType.DATE)
    if types.is_decimal(type_) and type_.precision <= _MOST_DIGITS and type_.scale >= 0:
        return ScannedCell(f"CAST({column} AS VARCHAR)")
    if types.is_float32(type_) or types.is_float64(type_):
        return _number(connection, column)
    if types.is_timestamp(type_) and type_.tz is None and type_.unit != "ns":
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
