"""Sheets of an ``.xlsx`` workbook as grids; every cell keeps how the file held it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyrun.datasets.grid import Grid, TextCells, place_of
from policyrun.datasets.xlsx_guard import Parts, failed_cells, look_over, report_damaged
from policyrun.model.raw import BLANK, CellKind, RawCell
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: A spreadsheet that counts 1900 as a leap year is a day off before this day.
_SURE_FROM = date(1900, 3, 1)
#: A number written in so many characters has no more than 15 digits.
_SHORT = 15


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open workbook and its worksheets that hold something, in its order."""

    path: Path
    sheets: tuple[str, ...]
    _book: CalamineWorkbook
    _parts: Parts

    def grid(self, sheet: str, found: Diagnostics) -> Grid | None:
        """The cells of a sheet, or None and the reason."""
        content = self.content(sheet, found)
        return None if content is None else _grid(self, sheet, content, found)

    def holds_something(self, sheet: str, found: Diagnostics) -> bool:
        """Whether some cell of a sheet is not blank."""
        content = self.content(sheet, found)
        if content is None or content.failed:
            return content is not None
        return any(not isinstance(value, str) or value.strip() for row in content.rows for value in row)

    def content(self, sheet: str, found: Diagnostics) -> Content | None:
        """What stands in a sheet, or None and the reason."""
        from python_calamine import CalamineError

        failed = failed_cells(self._parts, sheet, found)
        if failed is None:
            return None
        try:
            held = self._book.get_sheet_by_name(sheet)
        except CalamineError:
            report_damaged(self.path, found)
            return None
        left = (held.start or (0, 0))[1]
        return Content(left, held.width, held.total_height, held.iter_rows(), failed)


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a sheet.

    Attributes:
        left: how many columns stand before the first of ``rows``; they are blank.
        width: how many values each row has.
        height: how many rows there are.
        rows: values, from the first row of the sheet on; to be read once. A blank is "".
        failed: cells that are blank there and are not, by row and column of the sheet from 0; they may lie beyond.
    """

    left: int
    width: int
    height: int
    rows: Iterator[list[Any]]
    failed: Mapping[tuple[int, int], RawCell]


def open_workbook(path: Path, found: Diagnostics) -> Workbook | None:
    """A workbook that is whole, or None and the reason. The file's kind has been probed."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    parts = look_over(path, found)
    if parts is None:
        return None
    try:
        book = CalamineWorkbook.from_path(path)
    except PasswordError:
        found.add("PR507", _("工作簿有打开密码"), place_of(str(path)), help=_("在表格软件里取消密码后另存"))
        return None
    except (CalamineError, OSError):
        report_damaged(path, found)
        return None
    sheets = tuple(sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    return Workbook(path, sheets, book, parts)


def _grid(book: Workbook, sheet: str, content: Content, found: Diagnostics) -> Grid:
    texts = TextCells()
    before = [BLANK] * content.left
    cells = [
        before + [texts[value] if isinstance(value, str) else cell_of(value) for value in row] for row in content.rows
    ]
    for (row, column), cell in content.failed.items():
        _put(cells, row, column, cell)
    for number, line in enumerate(cells, 1):
        for cell in line:
            if is_doubtful(cell):
                _report_1900(book, sheet, number, cell, found)
    return Grid(str(book.path), sheet, [tuple(line) for line in cells], range(1, len(cells) + 1))


def _put(cells: list[list[RawCell]], row: int, column: int, cell: RawCell) -> None:
    """Puts a cell that the reader took for blank in its place, which may lie outside the rectangle it saw."""
    cells.extend([] for _row in range(row + 1 - len(cells)))
    cells[row].extend([BLANK] * (column + 1 - len(cells[row])))
    cells[row][column] = cell


def _report_1900(book: Workbook, sheet: str, number: int, cell: RawCell, found: Diagnostics) -> None:
    found.add(
        "PR529",
        _("日期格里是 {day}：多半是把普通数字设成了日期格式").format(day=cell.text),
        place_of(str(book.path), sheet, number),
        help=_("把这一格设回“常规”或“文本”格式，重新填写"),
        severity=Severity.WARNING,
    )


def is_doubtful(cell: RawCell) -> bool:
    """Whether a cell shows a day that was hardly meant."""
    return cell.kind is CellKind.DATE and cell.text.startswith("1900-0") and cell.text < str(_SURE_FROM)


def cell_of(value: object) -> RawCell:
    """A value that is no text as a cell."""
    match value:
        case bool():
            return RawCell("TRUE" if value else "FALSE", CellKind.BOOL)
        case datetime():
            return RawCell(moment_text(value), CellKind.DATE)
        case date():
            return RawCell(value.isoformat(), CellKind.DATE)
        case time() | timedelta():
            return RawCell(str(value))
        case _:
            return RawCell(number_text(str(value)), CellKind.NUMBER)


def moment_text(value: datetime) -> str:
    """A date, with its time of day if that is not midnight.

    >>> moment_text(datetime(2023, 8, 31)), moment_text(datetime(2023, 8, 31, 10, 30))
    ('2023-08-31', '2023-08-31 10:30:00')
    """
    return value.date().isoformat() if value.time() == time() else value.replace(tzinfo=None).isoformat(" ")


def number_text(written: str) -> str:
    """A binary number as written with all its digits, at 15 significant digits, without exponent or needless zeros.

    >>> number_text("0.30000000000000004"), number_text("1e+20"), number_text("3000.0"), number_text("-0.0")
    ('0.3', '100000000000000000000', '3000', '0')
    """
    if written.endswith(".0") and len(written) <= _SHORT:
        return "0" if written == "-0.0" else written[:-2]
    exact = Decimal(written)
    if not exact.is_finite():
        return written
    text = f"{Decimal(f'{exact:.14e}'):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
