"""结果: the contract's rows as typed cells, a row per input row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice

from policyrun.app.result import AMOUNT, RESULT_COLUMNS, SERIAL, ResultLine
from policyrun.report.sheets import MAX_TEXT, SheetWriter, fitting_width, page_setup, row_height

#: How each contract column looks, and the bounds of its width in characters.
_COLUMNS: dict[str, tuple[str, int, int]] = {
    "项目": ("wrap", 8, 16),
    "序号": ("serial", 7, 10),
    "结论": ("centre", 9, 10),
    "补贴金额": ("money", 11, 16),
    "受款人": ("wrap", 8, 12),
    "收款方": ("wrap", 8, 20),
    "资金渠道": ("wrap", 8, 16),
    "原因代码": ("wrap", 11, 22),
    "原因": ("wrap", 24, 42),
    "规则": ("wrap", 8, 22),
    "条款": ("wrap", 12, 26),
    "提示": ("wrap", 8, 15),
}
_CONCLUSION = RESULT_COLUMNS.index("结论")
_KEPT = ("text", 8, 30)
_HEADER_HEIGHT = 22
_SAMPLED = 500


class TooLong(Exception):  # noqa: N818 - no mistake of the program: a text of the result
    """A cell has no room for a text.

    Attributes:
        row: of the sheet, from 1.
    """

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def write_result_sheet(
    writer: SheetWriter, columns: Sequence[str], lines: Iterator[ResultLine], footer: str, draft: bool
) -> None:
    """Write the rows; the header stays in sight on screen and on paper.

    Raises:
        TooLong: if a text does not fit in a cell.
    """
    sheet = writer.sheet
    first = list(islice(lines, _SAMPLED))
    widths = _widths(columns, first)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    sheet.set_row(0, _HEADER_HEIGHT)
    for column, name in enumerate(columns):
        writer.text(0, column, name, _header_look(column, name))
    row = 1
    for line in chain(first, lines):
        if any(map(_too_long, line.texts)):
            raise TooLong(row + 1)
        sheet.set_row(row, row_height(zip(line.texts, widths, strict=True)))
        _result_row(writer, row, line.texts)
        _kept_row(writer, row, line)
        row += 1
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(row - 1, 1), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(row - 1, 1), len(RESULT_COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(row, 2)}"})
    page_setup(sheet, footer, draft=draft)


def _header_look(column: int, name: str) -> str:
    if column >= len(RESULT_COLUMNS):
        return "header_kept"
    return {"序号": "header_centre", "结论": "header_centre", "补贴金额": "header_right"}.get(name, "header")


def _widths(columns: Sequence[str], first: Sequence[ResultLine]) -> list[int]:
    """Widths from the header and the first rows; reading every row of a long result would cost more than it shows."""
    widths = []
    for column, name in enumerate(columns):
        _, least, most = _COLUMNS[name] if column < len(RESULT_COLUMNS) else _KEPT
        texts = (line.texts[column] for line in first)
        widths.append(fitting_width(name, texts, least, most))
    return widths


def _result_row(writer: SheetWriter, row: int, cells: Sequence[str]) -> None:
    for column, name in enumerate(RESULT_COLUMNS):
        text = cells[column]
        if column == AMOUNT and text:
            writer.number(row, column, Decimal(text), "money")
        elif column == SERIAL:
            writer.serial(row, column, text)
        elif column == _CONCLUSION:
            writer.text(row, column, text, text)
        else:
            writer.text(row, column, text, _COLUMNS[name][0])


def _kept_row(writer: SheetWriter, row: int, line: ResultLine) -> None:
    for offset, (cell, is_money) in enumerate(zip(line.kept, line.money, strict=True)):
        writer.raw(row, len(RESULT_COLUMNS) + offset, cell, is_money)


def _too_long(text: str) -> bool:
    """Whether a text has more UTF-16 units than a cell takes."""
    return len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_TEXT
