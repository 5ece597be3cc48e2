"""The user's own workbook, sent back with what to put right marked in it and listed on a page of its own.

The copy keeps sheets, formats and formulas. Marks of an earlier return are taken off first, so that a workbook can go
back and forth until nothing is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from policyrun.app.inputs import wanted_of
from policyrun.app.result import RunResult
from policyrun.datasets.atomic import written
from policyrun.datasets.header import HEADER_WITHIN, header_key
from policyrun.report.findings import Finding, Mark, findings
from policyrun.report.return_legend import is_legend, write_legend
from policyrun.report.sheets import printable
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: Begins what is said in a cell's comment; what stands before it is the user's own.
SIGN = "【退回】"

_FILLS = {Mark.WRONG: "FFF4B0A8", Mark.MISSING: "FFFFE08A"}
#: Width and height of a comment, in points.
_COMMENT_SIZE = (260, 110)


def write_return(run: RunResult, input_path: str, output_path: str | Path, found: Diagnostics) -> bool:
    """Writes the marked copy of one input of a run whole or not at all; the reason for the latter is in ``found``.

    Args:
        input_path: an .xlsx file that the run has read, as named to the run.
        output_path: where the copy goes; never a file that the run has read.
    """
    output = Path(output_path)
    place = Place(input_path)
    if Path(input_path).suffix.lower() != ".xlsx" or output.suffix.lower() != ".xlsx":
        found.add(
            "PR596", _("退回表只能由 .xlsx 生成，也只写成 .xlsx"), place, help=_("其他格式请看结果表的“原因”一栏")
        )
        return False
    if output.resolve() in {Path(file.path).resolve() for file in run.inputs} | {Path(input_path).resolve()}:
        found.add("PR592", _("结果会覆盖本次读入的文件"), Place(str(output)), help=_("换一个文件名"))
        return False
    book = _open(input_path, found)
    if book is None:
        return False
    return written(output, lambda beside: _write(run, book, input_path, beside), found)


def _open(path: str, found: Diagnostics) -> Workbook | None:
    import openpyxl

    try:
        return openpyxl.load_workbook(path, rich_text=True)
    except (OSError, BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        # A workbook that could be read for its values may still have styles that cannot be kept.
        found.add(
            "PR597",
            _("工作簿的格式无法保留，不能生成退回表：{why}").format(why=type(error).__name__),
            Place(path),
            help=_("在 Excel 或 WPS 中另存为新的 .xlsx 再试"),
        )
        return None


def _write(run: RunResult, book: Workbook, input_path: str, output: Path) -> None:
    take_off_marks(book)
    listed = list(findings(run, input_path))
    places: dict[tuple[str, str], dict[str, int]] = {}
    cells = []
    for finding in listed:
        key = finding.scheme, finding.origin.sheet
        sheet = book[finding.origin.sheet]
        if key not in places:
            places[key] = _columns(run, finding.scheme, sheet)
        cells.append(_mark(sheet, places[key], finding))
    write_legend(book, run, listed, cells)
    book.save(output)


def _columns(run: RunResult, scheme: str, sheet: Worksheet) -> dict[str, int]:
    """Where the columns that the policy reads stand in a sheet, found by the same rule as when it was read."""
    part = next(part for part in run.schemes if part.scheme.name == scheme)
    wanted = wanted_of(run.policy, part.scheme)
    required = {header_key(name) for name in wanted.required}
    for row in sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True):
        keys = {header_key(str(value)): place for place, value in enumerate(row, 1) if value is not None}
        if required <= keys.keys():
            return {name: keys[header_key(name)] for name in wanted.known if header_key(name) in keys}
    return {}


def _mark(sheet: Worksheet, places: Mapping[str, int], finding: Finding) -> str:
    """Colour and comment the cell of a finding, or the row's first where it has none; the cell's address."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    column = places.get(finding.column, places.get("序号", 1))
    cell = _anchor(sheet, finding.origin.number, column)
    cell.fill = PatternFill("solid", fgColor=_FILLS[finding.mark])
    subject = f"“{finding.column}”" if finding.column else "本行"
    said = printable(f"{SIGN}{subject}：{finding.problem}。{finding.remedy}")
    before = f"{cell.comment.text}\n" if cell.comment else ""
    comment = Comment(before + said, cell.comment.author if cell.comment else "")
    comment.width, comment.height = _COMMENT_SIZE
    cell.comment = comment
    return str(cell.coordinate)


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a place, or the first of the merged cells there, which alone can be marked."""
    from openpyxl.cell.cell import Cell

    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    first = sheet.cell(merged.min_row, merged.min_col)
    assert isinstance(first, Cell)
    return first


def take_off_marks(book: Workbook) -> None:
    """Take the marks and the page of an earlier return off; what the user wrote in comments stays."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for sheet in list(book.worksheets):
        if is_legend(sheet):
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and SIGN in cell.comment.text:
                    own = cell.comment.text.partition(SIGN)[0].rstrip("\n")
                    cell.comment = Comment(own, cell.comment.author) if own else None
                    cell.fill = PatternFill()
