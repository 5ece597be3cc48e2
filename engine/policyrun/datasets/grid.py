"""A sheet as it stands in a file, before a header is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policyrun.model.raw import BLANK, CellKind, RawCell
from policyrun.source.diagnostic import Place
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells.

    Attributes:
        path: the file as named to the user.
        sheet: its sheet, "" where the format has none.
        rows: all rows, header and wholly empty ones included; they need not be equally long.
        numbers: the 1-based row number of each row in the file.
        titled: the first row is the header, because the format says so; it is no row of the file and has number 0.
        fielded: each row was written with a number of fields of its own, as in csv; a longer row is a shifted one.
    """

    path: str
    sheet: str
    rows: Sequence[tuple[RawCell, ...]]
    numbers: Sequence[int]
    titled: bool = False
    fielded: bool = False

    def place(self, number: int | None = None, column: str = "") -> Place:
        """A row of this grid, or a column, or a cell, or all of it, as a place for messages."""
        return place_of(self.path, self.sheet, number, column)


class TextCells(dict[str, RawCell]):
    """Text cells of a sheet, one for each text: dates, names of places and enumerations repeat."""

    def __missing__(self, text: str) -> RawCell:
        cell = self[text] = RawCell(text) if text else BLANK
        return cell


def place_of(path: str, sheet: str = "", number: int | None = None, column: str = "") -> Place:
    """A place in a data file.

    >>> str(place_of("数据.xlsx", "职业培训补贴", 7, "发证时间"))
    '数据.xlsx:工作表“职业培训补贴”第 7 行“发证时间”'
    """
    where = _("工作表“{sheet}”").format(sheet=sheet) if sheet else ""
    where += _("第 {number} 行").format(number=number) if number else ""
    where += _("“{column}”").format(column=column) if column else ""
    return Place(path, where)


def is_blank(cell: RawCell) -> bool:
    """Whether nothing but white space stands in a cell; an error cell is never blank."""
    return cell.kind is not CellKind.ERROR and not cell.text.strip()


def is_empty(row: Sequence[RawCell]) -> bool:
    return all(is_blank(cell) for cell in row)
