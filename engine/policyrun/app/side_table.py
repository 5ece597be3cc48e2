"""The rows of a file beside the records, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policyrun.datasets.files import DataFile, open_file
from policyrun.datasets.grid import place_of
from policyrun.datasets.header import header_key
from policyrun.datasets.own_sheets import unread
from policyrun.ir.cells import Invalid, read_as
from policyrun.model.raw import BLANK, Origin, RawCell, RawTable
from policyrun.model.values import Value
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a side file, its cells by column."""

    cells: Mapping[str, RawCell]
    origin: Origin

    def place(self, column: str = "") -> Place:
        return place_of(self.origin.path, self.origin.sheet, self.origin.number, column)

    def text(self, column: str) -> str:
        """A cell's text without blanks around it; "" where the file does not have the column."""
        return self.cells.get(header_key(column), BLANK).text.strip()

    def read(self, column: str, cell_type: str) -> Value | Invalid | None:
        """A cell as a cell type reads it; not for ID numbers, whose birth dates are compared with 基准日."""
        return read_as(cell_type, self.cells.get(header_key(column), BLANK), date.max)


def lines_of(table: RawTable) -> list[Line]:
    """The rows of a table with their cells by the keys of their headers."""
    keys = [header_key(name) for name in table.header]
    return [
        Line(dict(zip(keys, row, strict=True)), Origin(table.path, table.sheet, number))
        for row, number in zip(table.rows, table.numbers, strict=True)
    ]


def only_table(
    path: str | Path, sheet: str, required: Sequence[str], known: Sequence[str], found: Diagnostics
) -> RawTable | None:
    """The table of a side file: of a workbook the sheet so named, or its first."""
    data = open_file(Path(path), found)
    if data is None:
        return None
    return data.table(_sheet(data, sheet, found), required, known, found)


def _sheet(data: DataFile, wanted: str, found: Diagnostics) -> str:
    if not data.sheets:
        return ""
    taken = wanted if wanted in data.sheets else data.sheets[0]
    left = unread(data.sheets, [taken])
    if left:
        found.add(
            "PR524",
            _("这些工作表没有读取：{sheets}").format(sheets="、".join(left)),
            Place(str(data.path)),
            help=_("只读工作表“{sheet}”").format(sheet=taken),
            severity=Severity.NOTE,
        )
    return taken


def report_cell(line: Line, column: str, code: str, why: Invalid, found: Diagnostics) -> None:
    found.add(
        code,
        _("“{column}”填的是“{text}”：{why}").format(column=column, text=line.text(column), why=why.text)
        if line.text(column)
        else _("“{column}”必填，不能为空").format(column=column),
        line.place(column),
        help=_("改正这一格后重新运行"),
    )
