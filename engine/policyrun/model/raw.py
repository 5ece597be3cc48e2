"""Cells as they stand in a user's file, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class CellKind(StrEnum):
    """How the file holds the cell. A csv holds only text. (Texts, for cells are looked up and texts hash quickly.)"""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"


class RawCell(NamedTuple):
    """A cell's text and how the file held it.

    A number's text has at most 15 significant digits and no needless ``.0``; a date's is ``2023-08-31`` (with a time
    of day other than midnight: ``2023-08-31 10:30:00``); a spreadsheet error is its text, such as ``#REF!``.
    """

    text: str
    kind: CellKind = CellKind.TEXT


BLANK = RawCell("")


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one scheme from one file.

    Attributes:
        path: the file as named to the user.
        sheet: its sheet, "" where the format has none.
        header: column names as written, in file order.
        rows: cells of each row, one per header column; wholly empty rows are left out.
        numbers: the 1-based row number of each row in the file, for messages.
        empty: how many wholly empty rows were skipped.
    """

    path: str
    sheet: str
    header: tuple[str, ...]
    rows: Sequence[tuple[RawCell, ...]]
    numbers: Sequence[int]
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands: file, sheet ("" where the format has none), 1-based row number."""

    path: str
    sheet: str
    number: int


@dataclass(frozen=True, slots=True)
class SchemeInput:
    """All rows of one scheme, from however many files, under one header.

    Attributes:
        columns: a field's own name where the header matched one, else the header as written.
        rows: cells of each row, one per column, in file order; files in name order.
        origins: where each row stands.
        unused: columns the policy does not read; they are carried through and reported.
        absent: optional columns of the record that no file has; taken as all blank and reported.
        lacking: (path, sheet) → columns that it does not have and whose cells are then unknown; sheets without any
            are left out.
        empty: how many wholly empty rows were skipped.
    """

    scheme: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[RawCell, ...]]
    origins: Sequence[Origin]
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    empty: int = 0
    lacking: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
