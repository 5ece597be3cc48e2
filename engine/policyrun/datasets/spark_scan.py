"""Files as relations of Spark, which reads them where they stand: what ``files`` and ``merge`` make of them.

Rows are numbered as they stand in their files, whatever order Spark reads them in. It reads a file of csv in blocks,
each by itself; within one, rows come in order and are counted, so that the number of rows in each block gives every
row its place. Files are read more than once, always in the same blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from policyrun.datasets.files import DataFile
from policyrun.datasets.merge import one_header
from policyrun.datasets.scan import NOTHING, held_columns, united
from policyrun.datasets.scan_rows import arrow_rows
from policyrun.datasets.scan_table import BLANK_TEXT, ScannedCell
from policyrun.datasets.spark_files import FIELDS, LINE, Form, SparkFile, spark_file, ticked
from policyrun.ir.policy import RecordType
from policyrun.model.raw import CellKind, RawTable
from policyrun.model.relation import RawColumn, RawPart, RawRelation, RawType
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_BYTES = 64 * 1024**2
#: Files are read in blocks of so many bytes, however many executors there are then, and no two blocks by one task.
_BLOCKS = {
    "spark.sql.files.maxPartitionBytes": str(_BYTES),
    "spark.sql.files.openCostInBytes": str(_BYTES),
    "spark.sql.files.minPartitionNum": "1",
}
#: The number of a row among those of its task: what is left of this, the number of the task apart.
_IN_TASK = f"MONOTONICALLY_INCREASING_ID() % {2**33}L"
_TYPES = {RawType.TEXT: "STRING", RawType.DATE: "DATE", RawType.WHOLE: "BIGINT", RawType.BOOL: "BOOLEAN"}
_ROW = "row_no"
#: Beside the columns of a file: which it is, which block of it, and the number of a row there; what that lacks to the
#: ``row_no``, and the first ``row_no`` of the file.
_FILE, _BLOCK, _MARK, _LACKS, _FIRST = "#file", "#block", "#mark", "#lacks", "#first"


@dataclass(frozen=True, slots=True)
class Wish:
    """A sheet of a file ("" where it has none), and what is asked of it: arguments as for ``DataFile.table``."""

    file: DataFile
    sheet: str
    required: Sequence[str]
    known: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of a file that are read together.

    Attributes:
        file: as Spark writes its path.
        lacks: what the number of a row there lacks to its place in the file, from 0.
    """

    file: str
    start: int
    lacks: int


@dataclass(frozen=True, slots=True)
class SparkTable:
    """The rows of one scheme in one file or sheet: ``model.raw.RawTable`` for Spark.

    Attributes:
        path, sheet, header, empty: as in ``RawTable``.
        cells: one per header column, as SQL.
        end: how many places its rows take up, wholly empty ones included.
        rows: how many there are.
        source: the file that Spark reads, in ``blocks``; None: the rows are at hand, as ``data``.
    """

    path: str
    sheet: str
    header: tuple[str, ...]
    cells: tuple[ScannedCell, ...]
    end: int
    rows: int
    empty: int = 0
    source: SparkFile | None = None
    blocks: tuple[_Block, ...] = ()
    data: RawTable | None = None

    @property
    def form(self) -> Form | None:
        return None if self.source is None else self.source.form


def spark_tables(session: SparkSession, wishes: Sequence[Wish], found: Diagnostics) -> list[SparkTable] | None:
    """The tables of one scheme in files, in their order; None, with the reasons in ``found``, if one cannot be read.

    Args:
        session: its settings for reading are changed.
    """
    for name, value in _BLOCKS.items():
        session.conf.set(name, value)
    files = [None if wish.sheet else spark_file(wish.file.path, wish.required) for wish in wishes]
    read = _read(session, [file for file in files if file is not None])
    tables: list[SparkTable] = []
    for wish, file in zip(wishes, files, strict=True):
        table = None if file is None else read.get(file.path)
        if table is None:
            table = _at_hand(wish, found)
        if table is not None:
            tables.append(table)
    return tables if len(tables) == len(wishes) else None


def spark_relation(
    session: SparkSession,
    name: str,
    scheme: str,
    record: RecordType,
    beside: Sequence[str],
    tables: Sequence[SparkTable],
    found: Diagnostics,
) -> tuple[RawRelation, DataFrame]:
    """``merge.scheme_input`` on Spark: all rows of a scheme in the order of the tables, and where they stand.

    Args:
        name: of the relation.
        beside: columns the policy reads though the record does not list them, such as the payee's name.
        tables: each with every required column.
    """
    header = one_header(scheme, record, beside, tables, found)
    columns, cells = held_columns(header, record, tables)
    parts: list[RawPart] = []
    together: defaultdict[Form | int, list[int]] = defaultdict(list)
    for at, table in enumerate(tables):
        first = parts[-1].end if parts else 0
        parts.append(RawPart(table.path, table.sheet, first, first + table.end, table.rows))
        together[table.form or at].append(at)
    selects = []
    for places in together.values():
        firsts = [(tables[at], parts[at].first) for at in places]
        selects.append(_rows(session, firsts).selectExpr(*_asked(columns, cells[places[0]])))
    relation = united(name, scheme, header, columns, tables, parts)
    return relation, reduce(lambda one, other: one.union(other), selects)


# ---------------------------------------------------------------------------------------------------------- the tables


def _read(session: SparkSession, files: Sequence[SparkFile]) -> Mapping[Path, SparkTable]:
    """The tables of those files that Spark surely reads as they are, by their paths."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    alike: defaultdict[Form, list[SparkFile]] = defaultdict(list)
    for file in files:
        alike[file.form].append(file)
    tables: dict[Path, SparkTable] = {}
    for form, own in alike.items():
        try:
            tables |= {Path(table.path): table for table in _read_alike(session, form, own)}
        except (Py4JError, PySparkException):
            continue  # the executors do not see the files
    return tables


def _read_alike(session: SparkSession, form: Form, files: Sequence[SparkFile]) -> Iterator[SparkTable]:
    """The tables of files of one form, of those without doubtful rows."""
    from pyspark.sql import functions

    blocks = _blocks(_lines(session, form, files), files)
    tables = {path: _table(*pair) for path, pair in blocks.items()}
    tables = {path: table for path, table in tables.items() if table.end > 0}
    if not tables:
        return
    doubtful = " OR ".join(form.doubts) or "FALSE"
    every = _rows(session, [(table, 0) for table in tables.values()])
    counts = [functions.expr(f"COUNT_IF({each})") for each in ("TRUE", doubtful, _all_blank(form.cells))]
    counted = every.groupBy(_FILE).agg(*counts)
    for file, rows, doubts, empty in counted.collect():
        table = tables[_path_of(file)]
        if rows == table.end and not doubts:
            yield replace(table, rows=rows - empty, empty=table.empty + empty)


def _blocks(lines: DataFrame, files: Sequence[SparkFile]) -> dict[Path, tuple[SparkFile, list[_Block], int]]:
    """The blocks of each file and how many records it has; of those files that Spark has found as they are here."""
    from pyspark.sql import functions

    found = lines.groupBy(_FILE, _BLOCK).agg(functions.max(_MARK), functions.count("*")).collect()
    by_path = {file.path.absolute(): file for file in files}
    blocks: dict[Path, tuple[SparkFile, list[_Block], int]] = {}
    for name, start, last, rows in sorted(tuple(row) for row in found):
        assert rows == last + 1, "a task reads one block"
        path = _path_of(name)
        file, own, before = blocks.get(path, (by_path[path], [], -by_path[path].above))
        blocks[path] = file, [*own, _Block(name, start, before)], before + rows
    return blocks


def _table(file: SparkFile, blocks: Sequence[_Block], records: int) -> SparkTable:
    """A table none of whose records is taken to be wholly empty; blank lines are no records."""
    form = file.form
    skipped = 0 if form.has_quotes else file.lines - file.above - records
    return SparkTable(
        str(file.path), "", form.header, form.cells, records, records, skipped, source=file, blocks=tuple(blocks)
    )


def _at_hand(wish: Wish, found: Diagnostics) -> SparkTable | None:
    """A table whose rows are read in this process and handed over."""
    if not wish.sheet:
        found.add(
            "PR628",
            _("Spark 没有自己读这个文件，由本机读入再交给它"),
            Place(str(wish.file.path)),
            help=_("大文件要放在各台机器用同一路径读得到的地方，写成 UTF-8 的 csv（格内不换行、引号成对）或 parquet"),
            severity=Severity.NOTE,
        )
    table = wish.file.table(wish.sheet, wish.required, wish.known, found)
    if table is None:
        return None
    kinds = {at for row in table.rows for at, cell in enumerate(row) if cell.kind is not CellKind.TEXT}
    columns = [RawColumn(f"c{at}") for at in range(len(table.header))]
    cells = tuple(
        ScannedCell(ticked(column.name), kind=ticked(column.kind_column) if at in kinds else "")
        for at, column in enumerate(columns)
    )
    end = len(table.rows)
    return SparkTable(table.path, table.sheet, table.header, cells, end, end, table.empty, data=table)


# ------------------------------------------------------------------------------------------------------------ the rows


def _lines(session: SparkSession, form: Form, files: Sequence[SparkFile]) -> DataFrame:
    """The rows of files as they stand there: ``LINE`` of csv, blank lines left out, or the columns of parquet."""
    addresses = [file.address for file in files]
    file = f"_metadata.file_path AS {ticked(_FILE)}"
    if form.schema:
        reader = session.read.schema(form.schema).option("datetimeRebaseMode", "CORRECTED")
        own = reader.parquet(*addresses)
        return own.selectExpr("*", file, f"0L AS {ticked(_BLOCK)}", f"_metadata.row_index AS {ticked(_MARK)}")
    block = f"_metadata.file_block_start AS {ticked(_BLOCK)}"
    lines = session.read.text(addresses, lineSep="\n").selectExpr(f"RTRIM('\\r', value) AS {LINE}", file, block)
    return lines.where(f"{LINE} <> ''").selectExpr("*", f"{_IN_TASK} AS {ticked(_MARK)}")


def _rows(session: SparkSession, firsts: Sequence[tuple[SparkTable, int]]) -> DataFrame:
    """The rows of tables of one form, each with its ``row_no``.

    Args:
        firsts: the tables, each with the first ``row_no`` of its rows.
    """
    from pyspark.sql import functions

    table, first = firsts[0]
    if table.source is None:
        assert table.data is not None, "rows are at hand, or Spark reads them"
        return session.createDataFrame(arrow_rows(first, len(table.header), table.data.rows))
    form = table.source.form
    lines = _lines(session, form, [one.source for one, _first in firsts if one.source is not None])
    places = [(each.file, each.start, each.lacks + first, first) for one, first in firsts for each in one.blocks]
    types = f"{ticked(_FILE)} STRING, {ticked(_BLOCK)} BIGINT, {ticked(_LACKS)} BIGINT, {ticked(_FIRST)} BIGINT"
    placed = lines.join(functions.broadcast(session.createDataFrame(places, types)), [_FILE, _BLOCK])
    fields = [] if form.schema else [f"{form.fields} AS {FIELDS}"]
    rows = placed.selectExpr("*", f"{ticked(_MARK)} + {ticked(_LACKS)} AS {_ROW}", *fields)
    rows = rows.where(f"{_ROW} >= {ticked(_FIRST)}")
    has_empty = any(one.rows < one.end for one, _first in firsts)
    return rows.where(f"NOT ({_all_blank(form.cells)})") if has_empty else rows


def _asked(columns: Sequence[RawColumn], cells: Sequence[ScannedCell]) -> Iterator[str]:
    """The columns of a relation, as a table gives them."""
    yield f"CAST({_ROW} AS BIGINT) AS {_ROW}"
    for column, cell in zip(columns, cells, strict=True):
        value = "NULL" if cell is NOTHING else cell.sql
        yield f"CAST({value} AS {_TYPES[column.type]}) AS {ticked(column.held_as)}"
        if column.has_kind:
            yield f"CAST({cell.kind or 'NULL'} AS STRING) AS {ticked(column.kind_column)}"


def _all_blank(cells: Sequence[ScannedCell]) -> str:
    """Whether nothing stands in a row."""
    return " AND ".join(_is_blank(cell) for cell in cells)


def _is_blank(cell: ScannedCell) -> str:
    if cell.type is not RawType.TEXT:
        return f"{cell.sql} IS NULL"
    return rf"COALESCE(({cell.sql}) RLIKE r'\A{BLANK_TEXT}\z', TRUE)"


def _path_of(address: str) -> Path:
    """The path of a file as Spark writes it."""
    return Path(unquote(urlsplit(address).path))
