"""How Spark is to read a csv or parquet file so that it surely reads it as ``files`` does: looked up without its rows.

Csv is read as lines, which SQL takes apart, and not by Spark's own reader of csv: that one trims, drops lines of
blanks, and fills up rows that are too short without a word. What a file has that cannot be told from its head is a
condition on its rows (``Form.doubts``): where one holds, the file is left to ``files``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import plain_header
from policyrun.datasets.scan_csv import csv_header, look_through
from policyrun.datasets.scan_parquet import NUMBER_KIND
from policyrun.datasets.scan_table import ScannedCell
from policyrun.model.raw import RawCell
from policyrun.model.relation import RawType

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow

#: The columns of lines: a line without its end, and its fields.
LINE, FIELDS = "line", "fields"
#: Characters that Spark or the file systems below it read otherwise in a path than as they stand.
_NOT_IN_PATHS = frozenset("*?[]{}\\:")
#: Decimals that Spark reads as such have at most so many digits.
_MOST_DIGITS = 38
#: A field with the comma before it. What it does not match, others read in several ways or not at all.
_FIELD = r""",(?:"[^"]*+(?:""[^"]*+)*+"|[^",]*+)"""


@dataclass(frozen=True, slots=True)
class Form:
    """What files have in common that are read together.

    Attributes:
        header: the names of the columns.
        cells: what gives each, over ``LINE`` and ``FIELDS`` of csv, over the columns of parquet; SQL of Spark.
        schema: the columns to be read from parquet, as Spark names types; "" of csv.
        has_quotes: whether lines may hold quotes.
        doubts: conditions, of which one holds of a row that Spark would read otherwise.
    """

    header: tuple[str, ...]
    cells: tuple[ScannedCell, ...]
    schema: str = ""
    has_quotes: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def fields(self) -> str:
        """The fields of a line."""
        plain = f"SPLIT({LINE}, ',', -1)"
        if not self.has_quotes:
            return plain
        unquoted = (
            """f -> IF(STARTSWITH(f, ',"'), REPLACE(SUBSTRING(f, 3, CHAR_LENGTH(f) - 3), '""', '"'), SUBSTRING(f, 2))"""
        )
        return f"""IF(CONTAINS({LINE}, '"'), TRANSFORM({_raw_fields()}, {unquoted}), {plain})"""


@dataclass(frozen=True, slots=True)
class SparkFile:
    """A file that Spark may read.

    Attributes:
        above: how many lines stand above the first record, none of them blank.
        lines: of csv, how many there are, blank ones included; of parquet, how many rows.
    """

    path: Path
    form: Form
    above: int
    lines: int

    @property
    def address(self) -> str:
        """The path as Spark takes it."""
        return f"file://{self.path.absolute()}"


def spark_file(path: Path, required: Sequence[str]) -> SparkFile | None:
    """How Spark reads a csv or parquet file; None where only ``files`` can read it, or say why it cannot."""
    if not _NOT_IN_PATHS.isdisjoint(str(path.absolute())) or path.name.startswith(("_", ".")):
        return None
    return _csv(path, required) if path.suffix.lower() == ".csv" else _parquet(path, required)


def _csv(path: Path, required: Sequence[str]) -> SparkFile | None:
    try:
        looks = look_through(path)
        found = None if looks is None else csv_header(path, required)
    except OSError:
        return None
    if looks is None or found is None:
        return None
    above, header = found
    cells = tuple(ScannedCell(f"NULLIF(GET({FIELDS}, {place}), '')") for place in range(len(header)))
    doubts = [f"SIZE({FIELDS}) <> {len(header)}", f"CHAR_LENGTH({LINE}) > {csv.field_size_limit()}"]
    if looks.has_quotes:
        read = f"CHAR_LENGTH(ARRAY_JOIN({_raw_fields()}, ''))"
        doubts.append(f"""(CONTAINS({LINE}, '"') AND {read} <> CHAR_LENGTH({LINE}) + 1)""")
    return SparkFile(path, Form(header, cells, "", looks.has_quotes, tuple(doubts)), above, looks.lines)


def _raw_fields() -> str:
    """The fields of a line as they stand, each with the comma before it."""
    return f"REGEXP_EXTRACT_ALL(CONCAT(',', {LINE}), r'{_FIELD}', 0)"


# ------------------------------------------------------------------------------------------------------------- parquet


def _parquet(path: Path, required: Sequence[str]) -> SparkFile | None:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pyarrow.ArrowException, OSError):
        return None
    form = _form(schema, required)
    return None if form is None else SparkFile(path, form, 0, rows)


def _form(schema: pyarrow.Schema, required: Sequence[str]) -> Form | None:
    names = [str(name) for name in schema.names]
    header = plain_header(Grid("", "", [tuple(map(RawCell, names))], [0], titled=True), required)
    if header is None or len({name.casefold() for name in names}) < len(names):
        return None
    columns = [_column(ticked(name), type_) for name, type_ in zip(names, schema.types, strict=True)]
    if None in columns:
        return None
    known = [column for column in columns if column is not None]
    types = [f"{ticked(name)} {column.type}" for name, column in zip(names, known, strict=True) if column.type]
    doubts = tuple(column.doubt for column in known if column.doubt)
    return Form(header[1], tuple(column.cell for column in known), ", ".join(types), doubts=doubts)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of parquet: its type in Spark ("" where it is not read), its cells, and when they are in doubt."""

    type: str
    cell: ScannedCell
    doubt: str = ""


def _column(name: str, type_: Any) -> _Column | None:
    """A column of an Arrow type; None for those that are left to ``read_parquet``. As in ``scan_parquet``."""
    from pyarrow import types

    if types.is_dictionary(type_):
        return _column(name, type_.value_type)
    if types.is_string(type_) or types.is_large_string(type_) or types.is_string_view(type_):
        return _Column("STRING", ScannedCell(name))
    if types.is_null(type_):
        return _Column("", ScannedCell("CAST(NULL AS STRING)"))
    if types.is_boolean(type_):
        return _Column("BOOLEAN", ScannedCell(name, RawType.BOOL))
    if types.is_uint64(type_):
        return _Column("DECIMAL(20, 0)", ScannedCell(f"CAST({name} AS STRING)"))
    if types.is_integer(type_):
        return _Column(_INTEGERS[str(type_)], ScannedCell(f"CAST({name} AS BIGINT)", RawType.WHOLE))
    if types.is_date32(type_):
        return _Column("DATE", ScannedCell(name, RawType.DATE), _outside_calendar(name))
    if types.is_decimal(type_) and type_.precision <= _MOST_DIGITS and type_.scale >= 0:
        return _Column(f"DECIMAL({type_.precision}, {type_.scale})", ScannedCell(f"CAST({name} AS STRING)"))
    if types.is_float32(type_) or types.is_float64(type_):
        return _number(name, "FLOAT" if types.is_float32(type_) else "DOUBLE")
    if types.is_timestamp(type_) and type_.tz is None and type_.unit != "ns":
        midnight = f"{name} <> DATE_TRUNC('DAY', {name})"
        cell = ScannedCell(f"CAST({name} AS DATE)", RawType.DATE)
        return _Column("TIMESTAMP_NTZ", cell, f"({midnight} OR {_outside_calendar(name)})")
    return None


_INTEGERS = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INT", "int64": "BIGINT",
    "uint8": "SMALLINT", "uint16": "INT", "uint32": "BIGINT",
}  # fmt: skip


def _outside_calendar(name: str) -> str:
    """Whether a day is not written with four digits of the year."""
    return f"{name} < DATE '1000-01-01' OR {name} >= DATE '9999-12-31'"


def _number(name: str, type_: str) -> _Column:
    """Binary numbers that have six decimals at most and are not very large; how others are written is Java's own way.

    Fifteen digits name a binary number that no other fifteen digits name, so that what comes back when a number of
    millionths is divided is the number, those millionths are how it is written.
    """
    number = f"CAST({name} AS DOUBLE)"
    millionths = f"CAST(FLOOR(ABS({number}) * 1e6D + 0.5D) AS BIGINT)"
    is_whole = f"ABS({number}) < 1e15D AND {number} = FLOOR({number})"
    is_short = f"ABS({number}) < 1e9D"
    decimals = f"RTRIM('0', LPAD(CAST({millionths} % 1000000 AS STRING), 6, '0'))"
    text = (
        f"CASE WHEN {is_whole} THEN CAST(CAST({number} AS BIGINT) AS STRING) WHEN {is_short}"
        f" THEN CONCAT(IF({number} < 0, '-', ''), CAST({millionths} DIV 1000000 AS STRING), '.', {decimals}) END"
    )
    is_exact = f"CASE WHEN {is_whole} THEN TRUE WHEN {is_short}"
    is_exact += f" THEN CAST({millionths} AS DOUBLE) / 1e6D = ABS({number}) ELSE FALSE END"
    return _Column(type_, ScannedCell(text, kind=NUMBER_KIND), f"({name} IS NOT NULL AND NOT {is_exact})")


def ticked(name: str) -> str:
    """A name as Spark's SQL writes it."""
    escaped = name.replace("`", "``")
    return f"`{escaped}`"
