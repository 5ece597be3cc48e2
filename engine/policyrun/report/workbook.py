"""The result workbook: 结果, 汇总, 说明.

In: a run. Out: an .xlsx file whose 结果 cells equal those of the csv form, written whole or not at all. The same run
gives the same bytes: the workbook carries no clock and no user name.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from policyrun.app.result import ResultTable, RunResult, table_digest
from policyrun.app.summary import summarise
from policyrun.datasets.own_sheets import NOTES, RESULT, SUMMARY
from policyrun.model.vocabulary import Status
from policyrun.report.look import FONT, Look
from policyrun.report.notes_sheet import NotesSheet
from policyrun.report.result_sheet import write_result_sheet
from policyrun.report.sheets import MAX_ROWS, MAX_TEXT, SheetWriter
from policyrun.report.summary_sheet import SummarySheet
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _


def write_workbook(run: RunResult, table: ResultTable, path: Path, place: Place, found: Diagnostics) -> None:
    """Write the workbook of a run, whose result is ``table``, to a path.

    Args:
        place: the file as the user named it, for notes about it.

    Raises:
        OSError: if the place cannot be written to.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    summary = summarise(run)
    draft = run.policy.status is Status.DRAFT
    footer = f"{run.policy.ref}　基准日 {run.settings.as_of.isoformat()}"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"title": run.policy.title, "created": datetime(2000, 1, 1)})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    look = Look(book)
    writers = [SheetWriter(book.add_worksheet(name), look) for name in (RESULT, SUMMARY, NOTES)]
    write_result_sheet(writers[0], run, table, footer, draft)
    SummarySheet(writers[1]).write(run, summary, footer, draft)
    NotesSheet(writers[2]).write(run, summary, table_digest(table), footer)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error
    replaced = sum(writer.replaced for writer in writers)
    if replaced:
        found.add(
            "PR594",
            _("{count} 个单元格含工作簿不能保存的控制字符，已换成可见符号").format(count=replaced),
            place,
            help=_("需要原样保存时改用 .csv"),
            severity=Severity.NOTE,
        )


def workbook_fits(table: ResultTable, path: Path, found: Diagnostics) -> bool:
    """Whether a sheet has room for the rows and their texts; if not, ``found`` says what does not fit."""
    if len(table.rows) >= MAX_ROWS:
        found.add(
            "PR593",
            _("结果有 {rows} 行，一张工作表最多放 {most} 行").format(rows=len(table.rows), most=MAX_ROWS - 1),
            Place(str(path)),
            help=_("改用 .csv 或 .parquet"),
        )
        return False
    for number, row in enumerate(table.rows, start=2):
        if any(map(_too_long, row)):
            found.add(
                "PR593",
                _("结果第 {row} 行有一个单元格超过 {most} 个字，工作簿放不下").format(row=number, most=MAX_TEXT),
                Place(str(path)),
                help=_("改用 .csv 或 .parquet"),
            )
            return False
    return True


def _too_long(text: str) -> bool:
    """Whether a text has more UTF-16 units than a cell takes."""
    return len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_TEXT
