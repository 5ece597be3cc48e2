"""Sheets put into a database some rows at a time, as ``read_xlsx`` reads them.

What there is something to say about (a column without a name, a day of the year 1900, a sheet without records) is left
to ``read_xlsx``, which says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from policyrun.datasets.grid import Grid
from policyrun.datasets.header import HEADER_WITHIN, loose_header
from policyrun.datasets.read_xlsx import Content, Workbook, cell_of, is_doubtful
from policyrun.datasets.scan_rows import create_table, insert_rows, quoted
from policyrun.datasets.scan_table import ScannedCell, ScannedTable
from policyrun.model.raw import CellKind, RawCell
from policyrun.model.relation import RawColumn
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Rows that are Python objects at once.
_BATCH = 10_000
#: So many different dates or numbers are remembered with what they become.
_REMEMBERED = 20_000

_Row = list[Any]
#: Told of a sheet, how many of its rows have been read, and how many there are.
Reading = Callable[[str, int, int], None]


def scan_xlsx(
    connection: DuckDBPyConnection,
    name: str,
    book: Workbook,
    sheet: str,
    required: Sequence[str],
    told: Reading | None = None,
) -> ScannedTable | None:
    """The table in a sheet stored as ``name``; None where only ``read_xlsx`` can read it, or say why it cannot.

    Args:
        told: is told how far it has come.
    """
    content = book.content(sheet, Diagnostics())
    if content is None or not _holds_failed(content):
        return None
    rows = _with_failed(content)
    head = list(islice(rows, HEADER_WITHIN))
    cells = [tuple(map(_as_cell, row)) for row in head]
    header = loose_header(Grid(str(book.path), sheet, cells, range(1, len(cells) + 1)), required)
    if header is None:
        return None
    at, names = header
    columns = [RawColumn(f"c{place}", has_kind=True) for place, name in enumerate(names) if name]
    create_table(connection, name, columns)
    load = _Load(names)
    for batch in _batches(chain(head[at + 1 :], rows)):
        texts = load.texts(batch)
        if texts is None:
            return None
        insert_rows(connection, name, load.count - len(batch), len(batch), texts)
        if told is not None:
            told(sheet, load.count, content.height)
    if not load.is_filled:
        return None
    kept = tuple(
        ScannedCell(quoted(column.name), kind=quoted(column.kind_column) if column.name in load.mixed else "")
        for column in columns
    )
    numbers = range(at + 2, at + 2 + load.count)
    named = tuple(filter(None, names))
    return ScannedTable(
        str(book.path), sheet, named, quoted(name), "row_no", kept, load.count, load.count, numbers=numbers
    )


def _holds_failed(content: Content) -> bool:
    """Whether all failed cells lie among the others."""
    right = content.left + content.width
    return all(row < content.height and content.left <= column < right for row, column in content.failed)


def _with_failed(content: Content) -> Iterator[_Row]:
    """The rows of a sheet from its first column on, with failed cells in their places."""
    cells: dict[int, list[tuple[int, RawCell]]] = {}
    for (row, column), cell in content.failed.items():
        cells.setdefault(row, []).append((column - content.left, cell))
    for at, values in enumerate(content.rows):
        for column, cell in cells.get(at, ()):
            values[column] = cell
        yield values


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        yield batch


class _Texts(dict[Any, str]):
    """Values of one type, none of them a text, and the text that each becomes.

    Attributes:
        kind: what kind of cells they are; None: texts after all.
        is_doubtful: whether there is something to say about one of them.
    """

    def __init__(self, sample: Any) -> None:
        super().__init__()
        kind = _as_cell(sample).kind
        self.kind = None if kind is CellKind.TEXT else kind.value
        self.is_doubtful = False

    def __missing__(self, value: Any) -> str:
        cell = _as_cell(value)
        self.is_doubtful |= is_doubtful(cell)
        if len(self) < _REMEMBERED:
            self[value] = cell.text
        return cell.text


def _as_cell(value: Any) -> RawCell:
    """A value of a row: failed cells are cells already."""
    if isinstance(value, RawCell):
        return value
    return RawCell(value) if isinstance(value, str) else cell_of(value)


class _Load:
    """Turns rows below a header into columns of texts, and notes what has been seen.

    Args:
        names: of the columns, "" where one has none.

    Attributes:
        count: rows so far.
        is_filled: whether any of them holds something.
        mixed: the columns with cells that are no texts.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._texts: dict[type, _Texts] = {}
        self._kinds: dict[type, str | None] = {str: None}
        self.count = 0
        self.is_filled = False
        self.mixed: set[str] = set()

    def texts(self, rows: Sequence[_Row]) -> Mapping[str, Sequence[str | None]] | None:
        """Columns and, behind those that are mixed, kinds; None where there is something to say about the rows."""
        texts: dict[str, Sequence[str | None]] = {}
        for place, (name, values) in enumerate(zip(self._names, zip(*rows, strict=True), strict=True)):
            types = set(map(type, values)) - {str}
            if not self.is_filled or not name:
                is_filled = bool(types) or any(map(str.strip, values))
                if is_filled and not name:
                    return None
                self.is_filled |= is_filled
            if name and types:
                texts |= self._mixed(RawColumn(f"c{place}"), values, types)
            elif name:
                texts[f"c{place}"] = values
        self.count += len(rows)
        return None if any(known.is_doubtful for known in self._texts.values()) else texts

    def _mixed(self, column: RawColumn, values: Sequence[Any], types: set[type]) -> Mapping[str, Sequence[str | None]]:
        """A column in which not all cells are texts."""
        for one in types - self._texts.keys():
            self._texts[one] = _Texts(next(value for value in values if type(value) is one))
            self._kinds[one] = self._texts[one].kind
        texts: dict[str, Sequence[str | None]] = {
            column.name: [value if type(value) is str else self._texts[type(value)][value] for value in values]
        }
        if any(self._kinds[one] for one in types):
            self.mixed.add(column.name)
            texts[column.kind_column] = [self._kinds[type(value)] for value in values]
        return texts
