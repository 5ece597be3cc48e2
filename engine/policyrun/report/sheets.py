"""Writing cells so that a spreadsheet shows what the result says and runs none of it.

Every text goes in as a string cell: nothing becomes a formula, a link or a rounded number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from policyrun.model.raw import CellKind, RawCell
from policyrun.report.look import Look
from policyrun.source.width import width

MAX_ROWS: Final = 1_048_576
MAX_TEXT: Final = 32_767
A4: Final = 9
#: Points that a line of text takes, and a row beside its lines.
LINE: Final = 13.5
PADDING: Final = 5

#: Characters that XML 1.0 cannot hold, and the carriage return, which it does not keep.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_PLAIN_INTEGER = re.compile(r"0|[1-9][0-9]{0,14}")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_SIGNIFICANT = 15
_WIDE_HERE = "“”‘’…—·✓✗"


def printable(text: str) -> str:
    """The text with characters a workbook cannot hold made visible: ``\\x07`` becomes ``␇``.

    A text that the writer would take for marked-up text is disarmed too, by a full-width first bracket.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        text = "＜" + text[1:]
    return _UNPRINTABLE.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\ufffd"


def is_plain_integer(text: str) -> bool:
    """Whether a number cell shows this very text: no leading zero, at most 15 digits."""
    return _PLAIN_INTEGER.fullmatch(text) is not None


def display_width(text: str) -> int:
    """Columns that the widest line of a text takes, a Chinese character counting two."""
    return max(_shown_width(line) for line in text.split("\n"))


@lru_cache(maxsize=8192)
def line_count(text: str, columns: float) -> int:
    """Lines that a text takes when wrapped in a column of that width, which workbooks give in fractions."""
    room = max(int(columns) - 1, 1)
    return sum(max(1, -(-_shown_width(line) // room)) for line in text.split("\n"))


def _shown_width(line: str) -> int:
    """Columns in a Chinese font, which draws quotation marks and dots as wide as characters."""
    return width(line) + sum(line.count(char) for char in _WIDE_HERE)


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Points that a row needs for its texts, each wrapped in its column's width; a writer must say, no reader will."""
    return PADDING + LINE * max((line_count(text, columns) for text, columns in cells), default=1)


def fitting_width(header: str, texts: Iterable[str], least: int, most: int) -> int:
    """A column width, in characters, that shows the header and the texts within bounds."""
    widest = max([display_width(header) + 3, *(display_width(text) + 2 for text in texts)])
    return min(max(widest, least), most)


class SheetWriter:
    """Writes typed cells to one sheet and counts what had to be made visible."""

    def __init__(self, sheet: Any, look: Look) -> None:
        self.sheet = sheet
        self.look = look
        self.replaced = 0

    def text(self, row: int, column: int, text: str, look: str = "text") -> None:
        """A text, never a formula or a link; a blank keeps the look."""
        if not text:
            self.sheet.write_blank(row, column, None, self.look[look])
            return
        shown = printable(text)
        self.replaced += shown != text
        self.sheet.write_string(row, column, shown, self.look[look])

    def merged(self, row: int, first: int, last: int, text: str, look: str) -> None:
        """A text over several columns of one row."""
        if first == last:
            self.text(row, first, text, look)
            return
        self.sheet.merge_range(row, first, row, last, "", self.look[look])
        self.text(row, first, text, look)

    def number(self, row: int, column: int, number: int | Decimal, look: str) -> None:
        self.sheet.write_number(row, column, number, self.look[look])

    def serial(self, row: int, column: int, text: str, look: str = "serial") -> None:
        """A 序号: a number where a number cell shows the same, else text."""
        if is_plain_integer(text):
            self.number(row, column, int(text), look)
        else:
            self.text(row, column, text, "centre")

    def raw(self, row: int, column: int, cell: RawCell, money: bool = False) -> None:
        """An input cell as its file held it."""
        if cell.kind is CellKind.NUMBER and _fits_a_number(cell.text):
            self.number(row, column, Decimal(cell.text), "money" if money else "number")
        elif cell.kind is CellKind.DATE and (moment := _moment(cell.text)) is not None:
            self.sheet.write_datetime(row, column, moment, self.look["date" if _DAY.fullmatch(cell.text) else "moment"])
        elif cell.kind is CellKind.BOOL and cell.text.upper() in ("TRUE", "FALSE"):
            self.sheet.write_boolean(row, column, cell.text.upper() == "TRUE", self.look["centre"])
        else:
            self.text(row, column, cell.text)


def _fits_a_number(text: str) -> bool:
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    return _PLAIN_NUMBER.fullmatch(text) is not None and len(digits) <= _SIGNIFICANT


def _moment(text: str) -> datetime | None:
    """The day or moment of a date cell, None where a spreadsheet has no such date."""
    if not (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.date() >= date(1900, 3, 1) else None


def page_setup(sheet: Any, footer: str, *, landscape: bool = True, draft: bool = False) -> None:
    """A4, one page wide, numbered; a draft says so at the head of every page."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f'&L&"等线"&8{footer}&R&"等线"&8第 &P 页，共 &N 页')
    if draft:
        sheet.set_header('&R&"等线"&10草案，不作为拨付依据')
