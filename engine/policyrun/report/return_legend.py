"""退回说明: the page of a returned workbook that lists what to put right, each with the way to its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policyrun.app.result import RunResult
from policyrun.datasets.own_sheets import LEGEND
from policyrun.report.findings import Finding, Mark
from policyrun.report.look import ACCENT, ACCENT_SOFT, CONCLUSIONS, FONT, INK_SOFT, RULE_SOFT
from policyrun.report.sheets import A4, is_plain_integer, printable, row_height

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TITLE = "退回说明：请改正下列各处后重报"
_HOW = (
    "红色单元格：无法识别、重复或与其他行矛盾，改正前不参与核定。",
    "黄色单元格：空白，缺少它不能作出结论；确实不知道的可以仍留空。",
    "在原处改正即可，批注、颜色和本页都不必删除，重报时不影响读取。",
)
_HEADER = ("项目", "行号", "序号", "列", "类别", "现填", "问题", "怎样改")
_WIDTHS = (16, 7, 8, 16, 10, 22, 32, 48)
_LINKED = 1


def is_legend(sheet: Worksheet) -> bool:
    """Whether a sheet is such a page, from an earlier return."""
    return sheet.title.startswith(LEGEND) and sheet["A1"].value == _TITLE


def write_legend(book: Workbook, run: RunResult, listed: Sequence[Finding], cells: Sequence[str]) -> None:
    """Append the page and open the workbook on it.

    Args:
        cells: the address of the cell marked for each finding.
    """
    sheet = book.create_sheet(LEGEND)
    _heading(sheet, run, listed)
    start = sheet.max_row + 2
    _row(sheet, start, _HEADER, _HEAD)
    for number, (finding, address) in enumerate(zip(listed, cells, strict=True), start=start + 1):
        _row(sheet, number, _texts(finding), _BODY)
        _link(sheet.cell(number, _LINKED + 1), finding.origin.sheet, address)
        paper, ink = CONCLUSIONS[finding.mark.value]
        _style(sheet.cell(number, 5), {**_BODY, "paper": paper, "ink": ink})
    _page(sheet, start, start + len(listed))
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = sheet


def _heading(sheet: Worksheet, run: RunResult, listed: Sequence[Finding]) -> None:
    _text(sheet.cell(1, 1), _TITLE, {"size": 16, "bold": True, "ink": ACCENT})
    sheet.row_dimensions[1].height = 28
    said = f"{run.policy.title}　{run.policy.ref}　基准日 {run.settings.as_of.isoformat()}"
    _text(sheet.cell(2, 1), said, {"ink": INK_SOFT})
    wrong = sum(finding.mark is Mark.WRONG for finding in listed)
    counted = f"共 {len(listed)} 处：数据错误 {wrong} 处，待核实 {len(listed) - wrong} 处。"
    for number, line in enumerate((counted if listed else "没有需要改正之处。", *_HOW), start=3):
        _text(sheet.cell(number, 1), line, {"bold": number == 3})


def _texts(finding: Finding) -> tuple[str, ...]:
    return (
        finding.scheme,
        str(finding.origin.number),
        finding.serial,
        finding.column or "（整行）",
        finding.mark.value,
        finding.written,
        finding.problem,
        finding.remedy,
    )


#: Looks: size, bold, ink, paper, wrap, line (colour of the lower border).
_Style = Mapping[str, Any]
_HEAD: _Style = {"bold": True, "ink": ACCENT, "paper": ACCENT_SOFT, "line": ACCENT}
_BODY: _Style = {"wrap": True, "line": RULE_SOFT}


def _row(sheet: Worksheet, number: int, texts: Sequence[str], style: _Style) -> None:
    for column, text in enumerate(texts, start=1):
        _text(sheet.cell(number, column), text, style)
    sheet.row_dimensions[number].height = row_height(zip(texts, _WIDTHS, strict=True))


def _text(cell: Cell | MergedCell, text: str, style: _Style) -> None:
    """A text that no spreadsheet takes for a formula; a number where it shows the same."""
    if is_plain_integer(text):
        cell.value = int(text)
    elif text:
        cell.value = printable(text)
        cell.data_type = "s"
    _style(cell, style)


def _style(cell: Cell | MergedCell, style: _Style) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    ink = style.get("ink")
    cell.font = Font(
        name=FONT, size=style.get("size", 10), bold=style.get("bold", False), color=_argb(ink) if ink else None
    )
    if "paper" in style:
        cell.fill = PatternFill("solid", fgColor=_argb(style["paper"]))
    if "line" in style:
        cell.border = Border(bottom=Side("thin", color=_argb(style["line"])))
    cell.alignment = Alignment(vertical="center", horizontal="left", wrap_text=style.get("wrap", False))


def _link(cell: Cell | MergedCell, sheet: str, address: str) -> None:
    """Make a cell lead to another in the same workbook."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{address}")
    cell.font = Font(name=FONT, size=10, color=_argb(ACCENT), underline="single")


def _page(sheet: Worksheet, header: int, last: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, wide in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"A{header + 1}"
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(_HEADER))}{max(last, header + 1)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header}:{header}"


def _argb(colour: str) -> str:
    return "FF" + colour.lstrip("#")
