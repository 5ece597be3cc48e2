"""A table of a file as SQL: where its rows come from, and what gives each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyrun.datasets.header import header_key
from policyrun.datasets.scan_rows import quoted, store_rows
from policyrun.model.raw import CellKind, RawTable
from policyrun.model.relation import RawType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Texts of nothing but what ``str.strip`` trims.
BLANK_TEXT = (
    r"[\x{09}-\x{0d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*"
)

#: How DuckDB holds ``RawType.MONEY``; and its decimals that fit in, as it names them.
MONEY_TYPE = "DECIMAL(15, 2)"
FITS_MONEY = frozenset(f"DECIMAL({digits},2)" for digits in range(2, 16))


@dataclass(frozen=True, slots=True)
class ScannedCell:
    """A column of a table.

    Attributes:
        type: what ``sql`` gives.
        sql: the cell, null for a blank; of a text also "" and white space.
        kind: what kind of cell it is, as a text of ``CellKind``, null for a text; "": all are texts.
    """

    sql: str
    type: RawType = RawType.TEXT
    kind: str = ""

    @property
    def text(self) -> str:
        """The cell as text."""
        return self.sql if self.type is RawType.TEXT else f"CAST({self.sql} AS VARCHAR)"

    @property
    def is_blank(self) -> str:
        """Whether nothing stands in the cell; a spreadsheet error is something."""
        if self.type is not RawType.TEXT:
            return f"{self.sql} IS NULL"
        blank = f"coalesce(regexp_full_match({self.sql}, '{BLANK_TEXT}'), true)"
        return f"({blank} AND {self.kind} IS DISTINCT FROM '{CellKind.ERROR.value}')" if self.kind else blank


@dataclass(frozen=True, slots=True)
class ScannedTable:
    """The rows of one scheme in one file or sheet: ``model.raw.RawTable`` for a database.

    Attributes:
        path, sheet, header: as in ``RawTable``.
        source: what SQL selects the rows from, wholly empty ones included.
        row: the place of a row there, from 0, as SQL.
        cells: one per header column.
        end: how many rows ``source`` has.
        empty: how many wholly empty rows are skipped, those included that are not even in ``source``.
        filled: the condition that leaves those of ``source`` out; "" where there are none.
        rows: how many are left.
        numbers, above: as in ``RawPart``.
    """

    path: str
    sheet: str
    header: tuple[str, ...]
    source: str
    row: str
    cells: tuple[ScannedCell, ...]
    end: int
    rows: int
    empty: int = 0
    filled: str = ""
    numbers: Sequence[int] = ()
    above: int = 0

    @property
    def is_stored(self) -> bool:
        """Whether the rows stand in a table of the database, not in the file."""
        return self.source.startswith('"')

    def without_empty_rows(self, connection: DuckDBPyConnection, required: Sequence[str]) -> ScannedTable:
        """The table with its wholly empty rows counted and left out.

        Args:
            required: columns that it has; only where the first of them is blank need others be looked at.
        """
        keys = {header_key(name) for name in required[:1]}
        first = next(
            (cell for name, cell in zip(self.header, self.cells, strict=True) if header_key(name) in keys), None
        )
        if first is not None and not self._count(connection, first.is_blank):
            return self
        others = " AND ".join(cell.is_blank for cell in self.cells)
        empty = self._count(connection, others)
        if not empty:
            return self
        return replace(self, rows=self.end - empty, empty=self.empty + empty, filled=f"NOT ({others})")

    def _count(self, connection: DuckDBPyConnection, condition: str) -> int:
        found = connection.execute(f"SELECT count(*) FILTER (WHERE {condition}) FROM {self.source}").fetchone()
        assert found is not None, "an aggregate gives one row"
        return int(found[0])


def stored(connection: DuckDBPyConnection, name: str, table: RawTable) -> ScannedTable:
    """A table that has been read, put into a database as ``name``."""
    header = tuple(f"c{place}" for place in range(len(table.header)))
    columns = store_rows(connection, name, header, table.rows)
    cells = tuple(
        ScannedCell(quoted(column.name), kind=quoted(column.kind_column) if column.has_kind else "")
        for column in columns
    )
    end = len(table.rows)
    return ScannedTable(
        table.path,
        table.sheet,
        table.header,
        quoted(name),
        "row_no",
        cells,
        end,
        end,
        table.empty,
        numbers=table.numbers,
    )
