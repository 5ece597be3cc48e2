"""The result workbook: 结果, 汇总, 说明.

In: a run. Out: an .xlsx file whose 结果 cells equal those of the csv form, written whole or not at all. The same run
gives the same bytes: the workbook carries no clock and no user name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from policyrun.app.result import ResultLine, Told
from policyrun.datasets.atomic import written
from policyrun.datasets.own_sheets import NOTES, RESULT, SUMMARY
from policyrun.model.vocabulary import Status
from policyrun.report.look import FONT, Look
from policyrun.report.notes_sheet import NotesSheet
from policyrun.report.result_sheet import TooLong, write_result_sheet
from policyrun.report.sheets import MAX_ROWS, MAX_TEXT, SheetWriter
from policyrun.report.summary_sheet import SummarySheet
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _


def write_workbook(
    run: Told,
    digest: str,
    rows: int,
    columns: Sequence[str],
    lines: Iterator[ResultLine],
    path: Path,
    found: Diagnostics,
) -> bool:
    """Writes the workbook of a run whole or not at all; the reason for the latter is in ``found``.

    Args:
        digest: of the result.
        rows: how many lines there are.
        lines: the rows of 结果; read once, when all else is known.
    """
    if rows >= MAX_ROWS:
        found.add(
            "PR593",
            _("结果有 {rows} 行，一张工作表最多放 {most} 行").format(rows=rows, most=MAX_ROWS - 1),
            Place(str(path)),
            help=_("改用 .csv 或 .parquet"),
        )
        return False
    replaced = 0

    def write(beside: Path) -> None:
        nonlocal replaced
        with TemporaryDirectory(prefix=".policyrun-", dir=beside.parent) as folder:
            replaced = _write(run, digest, columns, lines, beside, folder)

    try:
        if not written(path, write, found):
            return False
    except TooLong as error:
        found.add(
            "PR593",
            _("结果第 {row} 行有一个单元格超过 {most} 个字，工作簿放不下").format(row=error.row, most=MAX_TEXT),
            Place(str(path)),
            help=_("改用 .csv 或 .parquet"),
        )
        return False
    if replaced:
        found.add(
            "PR594",
            _("{count} 个单元格含工作簿不能保存的控制字符，已换成可见符号").format(count=replaced),
            Place(str(path)),
            help=_("需要原样保存时改用 .csv"),
            severity=Severity.NOTE,
        )
    return True


def _write(
    run: Told, digest: str, columns: Sequence[str], lines: Iterator[ResultLine], path: Path, scratch: str
) -> int:
    """Writes the three sheets. Returns how many cells had to be made visible.

    Args:
        scratch: a folder for rows that are written already.

    Raises:
        OSError: if the place cannot be written to.
        TooLong: if a text does not fit in a cell.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    summary = run.summary()
    draft = run.policy.status is Status.DRAFT
    footer = f"{run.policy.ref}　基准日 {run.settings.as_of.isoformat()}"
    options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": scratch}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": run.policy.title, "created": datetime(2000, 1, 1)})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    look = Look(book)
    writers = [SheetWriter(book.add_worksheet(name), look) for name in (RESULT, SUMMARY, NOTES)]
    write_result_sheet(writers[0], columns, lines, footer, draft)
    SummarySheet(writers[1]).write(run, summary, footer, draft)
    NotesSheet(writers[2]).write(run, summary, digest, footer)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error
    return sum(writer.replaced for writer in writers)
