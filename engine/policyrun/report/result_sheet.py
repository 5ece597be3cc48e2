"""结果: the contract's rows as typed cells, a row per input row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from policyrun.app.result import AMOUNT, RESULT_COLUMNS, SERIAL, ResultTable, RunResult, kept_cells
from policyrun.ir.policy import Field
from policyrun.model.raw import RawCell
from policyrun.report.sheets import SheetWriter, fitting_width, page_setup, row_height

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


def write_result_sheet(writer: SheetWriter, run: RunResult, table: ResultTable, footer: str, draft: bool) -> None:
    """Write the rows; the header stays in sight on screen and on paper."""
    sheet = writer.sheet
    kept = table.columns[len(RESULT_COLUMNS) :]
    widths = _widths(table)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    sheet.set_row(0, _HEADER_HEIGHT)
    for column, name in enumerate(table.columns):
        writer.text(0, column, name, _header_look(column, name))
    row = 1
    texts = iter(table.rows)
    for part in run.schemes:
        money = _money_columns(part.scheme.record.fields, kept)
        for cells in kept_cells(part, kept):
            result = next(texts)
            sheet.set_row(row, row_height(zip(result, widths, strict=False)))
            _result_row(writer, row, result)
            _kept_row(writer, row, cells, money)
            row += 1
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(row - 1, 1), len(table.columns) - 1)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(row - 1, 1), len(RESULT_COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(row, 2)}"})
    page_setup(sheet, footer, draft=draft)


def _header_look(column: int, name: str) -> str:
    if column >= len(RESULT_COLUMNS):
        return "header_kept"
    return {"序号": "header_centre", "结论": "header_centre", "补贴金额": "header_right"}.get(name, "header")


def _widths(table: ResultTable) -> list[int]:
    """Widths from the header and the first rows; reading every row of a long result would cost more than it shows."""
    widths = []
    for column, name in enumerate(table.columns):
        _, least, most = _COLUMNS[name] if column < len(RESULT_COLUMNS) else _KEPT
        texts = (row[column] for row in table.rows[:_SAMPLED])
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


def _kept_row(writer: SheetWriter, row: int, cells: Sequence[RawCell], money: Sequence[bool]) -> None:
    for offset, cell in enumerate(cells):
        writer.raw(row, len(RESULT_COLUMNS) + offset, cell, money[offset])


def _money_columns(fields: Sequence[Field], kept: Sequence[str]) -> list[bool]:
    """Which kept columns hold money."""
    money = {field.name for field in fields if field.type.is_money}
    return [name in money for name in kept]
