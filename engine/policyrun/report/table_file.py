"""A plain table of texts as a file; the name's ending says which kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from policyrun.datasets.atomic import written
from policyrun.datasets.write_csv import write_csv
from policyrun.datasets.write_parquet import write_parquet
from policyrun.report.look import FONT, Look
from policyrun.report.sheets import SheetWriter, fitting_width, page_setup
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")

#: Bounds of a column's width in a workbook, in characters.
_LEAST, _MOST = 8, 60


def write_table(
    path: Path,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    found: Diagnostics,
    *,
    numbers: Sequence[str] = (),
) -> bool:
    """Writes a table whole or not at all; the reason for the latter is in ``found``.

    Args:
        path: ends in .csv, .xlsx or .parquet.
        title: of a workbook, the name of its sheet.
        numbers: columns whose cells are numbers in a workbook, where a number cell shows the same.
    """
    match path.suffix.lower():
        case ".csv":
            return write_csv(path, columns, rows, found)
        case ".parquet":
            return write_parquet(path, tuple(columns), [tuple(row) for row in rows], found)
        case ".xlsx":
            return written(path, lambda beside: _workbook(beside, title, columns, rows, numbers), found)
        case suffix:
            found.add(
                "PR590",
                _("不认识的结果格式“{suffix}”").format(suffix=suffix or path.name),
                Place(str(path)),
                help=_("文件名以 .xlsx、.csv 或 .parquet 结尾"),
            )
            return False


def _workbook(
    path: Path, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]
) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
    book.formats[0].set_font_name(FONT)
    writer = SheetWriter(book.add_worksheet(title), Look(book))
    for place, name in enumerate(columns):
        texts = [row[place] for row in rows]
        writer.sheet.set_column(place, place, fitting_width(name, texts, _LEAST, _MOST))
        writer.text(0, place, name, "header")
        for number, text in enumerate(texts, start=1):
            if name in numbers and _NUMBER.fullmatch(text):
                writer.number(number, place, Decimal(text), "number")
            else:
                writer.text(number, place, text)
    writer.sheet.freeze_panes(1, 0)
    writer.sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    page_setup(writer.sheet, title)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error
