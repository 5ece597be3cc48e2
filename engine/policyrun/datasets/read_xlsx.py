"""Sheets of an ``.xlsx`` workbook as grids; every cell keeps how the file held it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.datasets.grid import Grid, TextCells, place_of
from policyrun.datasets.xlsx_guard import Parts, failed_cells, look_over, report_damaged
from policyrun.model.raw import BLANK, CellKind, RawCell
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: A spreadsheet that counts 1900 as a leap year is a day off before this day.
_SURE_FROM = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open workbook and its worksheets that hold something, in its order."""

    path: Path
    sheets: tuple[str, ...]
    _book: CalamineWorkbook
    _parts: Parts

    def grid(self, sheet: str, found: Diagnostics) -> Grid | None:
        """The cells of a sheet, or None and the reason."""
        from python_calamine import CalamineError

        failed = failed_cells(self._parts, sheet, found)
        if failed is None:
            return None
        try:
            return _grid(self, sheet, failed, found)
        except CalamineError:
            report_damaged(self.path, found)
            return None

    def _rows(self, sheet: str) -> tuple[int, list[list[object]]]:
        """Rows from the first of the sheet on, each from the returned column on."""
        content = self._book.get_sheet_by_name(sheet)
        return (content.start or (0, 0))[1], [list(row) for row in content.iter_rows()]


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


def _grid(book: Workbook, sheet: str, failed: Mapping[tuple[int, int], RawCell], found: Diagnostics) -> Grid:
    left, rows = book._rows(sheet)
    texts = TextCells()
    cells = [
        [BLANK] * left + [texts[value] if isinstance(value, str) else _cell(value) for value in row] for row in rows
    ]
    for (row, column), cell in failed.items():
        _put(cells, row, column, cell)
    for number, line in enumerate(cells, 1):
        for cell in line:
            if cell.kind is CellKind.DATE and cell.text.startswith("1900-0") and cell.text < str(_SURE_FROM):
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


def _cell(value: object) -> RawCell:
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
    exact = Decimal(written)
    if not exact.is_finite():
        return written
    text = f"{Decimal(f'{exact:.14e}'):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
