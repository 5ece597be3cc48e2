"""A report as its official form: a workbook with a sheet for each part, to be printed and signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from policyrun.app.report import MISSING, ReportRun
from policyrun.datasets.atomic import written
from policyrun.ir.reporting import ReportColumn, ReportPart
from policyrun.model.regions import Region
from policyrun.report.sheets import A4, SheetWriter
from policyrun.source.diagnostic import Diagnostics

_FONT = "宋体"
#: Widths of the columns of numbers, of regions, and of figures, in characters.
_NUMBER, _REGION, _FIGURE = 5, 16, 9.5
#: Heights of rows, in points.
_TITLE_HEIGHT, _LINE_HEIGHT, _HEAD_HEIGHT, _ROW_HEIGHT, _FOOT_HEIGHT = 30, 18, 42, 16, 30

_BASE: dict[str, Any] = {"font_name": _FONT, "font_size": 9, "valign": "vcenter"}
_BOXED: dict[str, Any] = {**_BASE, "border": 1}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {**_BASE, "font_name": "黑体", "font_size": 16, "align": "center"},
    "left": _BASE,
    "centre": {**_BASE, "align": "center"},
    "right": {**_BASE, "align": "right"},
    "head": {**_BOXED, "align": "center", "text_wrap": True},
    "key": {**_BOXED, "align": "center"},
    "region0": {**_BOXED, "bold": True},
    "region1": {**_BOXED, "bold": True},
    "region2": {**_BOXED, "indent": 1},
    "count": {**_BOXED, "align": "right", "num_format": "#,##0"},
    "money": {**_BOXED, "align": "right", "num_format": "#,##0.00"},
    "missing": {**_BOXED, "align": "center", "font_color": "#7F7F7F"},
}


@dataclass(frozen=True, slots=True)
class _Heading:
    """A cell of the header: its text and the columns and rows it covers, both from 0 and inclusive."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


def write_form(run: ReportRun, path: Path, found: Diagnostics) -> bool:
    """Writes the form whole or not at all; the reason for the latter is in ``found``."""
    return written(path, lambda beside: _write(run, beside), found)


def _write(run: ReportRun, path: Path) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"title": run.report.title, "created": datetime(2000, 1, 1)})
    looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
    for part in run.report.parts:
        _Sheet(run, part, SheetWriter(book.add_worksheet(part.name), looks)).write()  # type: ignore[arg-type]
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(error.args[0].errno, error.args[0].strerror) from error


class _Sheet:
    """One part of the form on its sheet."""

    def __init__(self, run: ReportRun, part: ReportPart, writer: SheetWriter) -> None:
        self._run = run
        self._part = part
        self._writer = writer
        self._columns = [column for key in part.columns if (column := run.report.column(key)) is not None]
        self._last = len(self._columns) + 1
        self._depth = 1 + max((len(column.under) for column in self._columns), default=0)

    def write(self) -> None:
        sheet = self._writer.sheet
        sheet.set_column(0, 0, _NUMBER)
        sheet.set_column(1, 1, _REGION)
        sheet.set_column(2, self._last, _FIGURE)
        self._above()
        first = 2 + self._depth + 1
        for place, region in enumerate(self._run.regions):
            self._row(first + place, place + 1, region)
        self._below(first + len(self._run.regions))
        sheet.freeze_panes(first, 2)
        sheet.repeat_rows(2, first - 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _above(self) -> None:
        """Title, reporting unit, period and units, and the header down to the numbers of the columns."""
        run, writer, last = self._run, self._writer, self._last
        report = run.report
        first_part = self._part is report.parts[0]
        writer.merged(0, 0, last, report.title if first_part else f"{report.title}（{self._part.name}）", "title")
        third = (last + 1) // 3
        writer.merged(1, 0, third - 1, f"填报单位：{run.unit}", "left")
        writer.merged(1, third, last - third, run.period.name, "centre")
        writer.merged(1, last - third + 1, last, f"计量单位：{report.units}", "right")
        for heading in self._headings():
            self._heading(heading)
        keys = ("甲", "乙", *(column.key for column in self._columns))
        for place, key in enumerate(keys):
            writer.text(2 + self._depth, place, key, "key")
        heights = [(0, _TITLE_HEIGHT), (1, _LINE_HEIGHT), *((2 + row, _LINE_HEIGHT) for row in range(self._depth - 1))]
        for row, height in [*heights, (1 + self._depth, _HEAD_HEIGHT)]:
            writer.sheet.set_row(row, height)

    def _headings(self) -> Iterator[_Heading]:
        bottom = 1 + self._depth
        yield _Heading("序号", 2, 0, bottom, 0)
        yield _Heading("地区", 2, 1, bottom, 1)
        for level in range(self._depth - 1):
            yield from self._shared(level)
        for place, column in enumerate(self._columns, 2):
            yield _Heading(column.label, 2 + len(column.under), place, bottom, place)

    def _shared(self, level: int) -> Iterator[_Heading]:
        """The headings of one level, each over the neighbouring columns that have it."""
        start = 0
        while start < len(self._columns):
            under = self._columns[start].under[: level + 1]
            end = start
            while end + 1 < len(self._columns) and self._columns[end + 1].under[: level + 1] == under:
                end += 1
            if len(under) > level:
                yield _Heading(under[level], 2 + level, start + 2, 2 + level, end + 2)
            start = end + 1

    def _heading(self, heading: _Heading) -> None:
        sheet, look = self._writer.sheet, self._writer.look["head"]
        if (heading.top, heading.left) == (heading.bottom, heading.right):
            self._writer.text(heading.top, heading.left, heading.text, "head")
        else:
            sheet.merge_range(heading.top, heading.left, heading.bottom, heading.right, "", look)
            self._writer.text(heading.top, heading.left, heading.text, "head")

    def _row(self, at: int, number: int, region: Region) -> None:
        writer = self._writer
        writer.number(at, 0, number, "key")
        writer.text(at, 1, region.name, f"region{min(len(region.path), 3) - 1}")
        texts = dict(
            zip((column.key for column in self._run.report.columns), self._run.cells(region.path), strict=True)
        )
        for place, column in enumerate(self._columns, 2):
            self._figure(at, place, column, texts[column.key])
        writer.sheet.set_row(at, _ROW_HEIGHT)

    def _figure(self, at: int, place: int, column: ReportColumn, text: str) -> None:
        if text == MISSING:
            self._writer.text(at, place, text, "missing")
        else:
            self._writer.number(at, place, Decimal(text), "money" if column.decimals else "count")

    def _below(self, at: int) -> None:
        """Where to sign, and the day it goes out, which is left blank."""
        names = [f"{name}：" for name in (*self._run.report.signatures, "报出日期")]
        bounds = [place * (self._last + 1) // len(names) for place in range(len(names) + 1)]
        for name, first, after in zip(names, bounds, bounds[1:], strict=False):
            self._writer.merged(at, first, after - 1, name, "left")
        self._writer.sheet.set_row(at, _FOOT_HEIGHT)
