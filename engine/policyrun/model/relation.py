"""The rows of a scheme as a relation of a database: what stands in it, before cells are typed.

Beside one column per column of the files it has ``row_no``: the place of a row among all rows of the scheme, files in
the order they are read, rows in the order of the file. It begins at 0 and only grows; wholly empty rows leave a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

#: Of so many rows understanding a query takes longer than working it out: what is asked of them is kept short.
FEW = 5_000


class RawType(StrEnum):
    """How a column of a relation holds cells. Typed ones hold what their text would say, null for a blank.

    ``MONEY`` is a decimal number of at most 13 digits before the point and two behind it: its hundredths, and what a
    multiplication by a hundred makes of it, have room in 64 bits.
    """

    TEXT = "text"
    DATE = "date"
    WHOLE = "whole"
    MONEY = "money"
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column of files.

    Attributes:
        name: a field's own name where the header matched one, else the header as written.
        type: how the relation holds it; null and "" are blank.
        has_kind: whether a second column ``kind_column`` says what kind of cell each one was.
        alias: what the relation calls it where the name is taken, for databases do not tell A from a; only columns
            that the policy does not use have one.
    """

    name: str
    type: RawType = RawType.TEXT
    has_kind: bool = False
    alias: str = ""

    @property
    def held_as(self) -> str:
        """Its name in the relation."""
        return self.alias or self.name

    @property
    def kind_column(self) -> str:
        """The name of the column with values of ``model.raw.CellKind``; null is text."""
        return f"{self.held_as}#kind"


@dataclass(frozen=True, slots=True)
class RawPart:
    """The rows that one file, or one sheet of it, gave to a relation.

    Attributes:
        first: its first ``row_no``.
        end: the ``row_no`` after its last.
        rows: how many rows it has, without the wholly empty ones.
        numbers: the row numbers in the file of ``first``, ``first`` + 1 …; () where only reading it again tells.
        above: how many lines stand above its rows, for that.
    """

    path: str
    sheet: str
    first: int
    end: int
    rows: int = 0
    numbers: Sequence[int] = ()
    above: int = 0


@dataclass(frozen=True, slots=True)
class RawRelation:
    """All rows of one scheme, from however many files: ``model.raw.SchemeInput`` for a database.

    Attributes:
        name: of the relation.
        columns: in the order of the files; ``row_no`` and kinds stand beside them.
        rows: how many there are, without the wholly empty ones; None where nobody counted.
        parts: the files and sheets, in order; () where no file is at hand.
        unused, absent, empty, lacking: as in ``SchemeInput``.
        serials_differ: whether it is known that no two rows have the same 序号.
    """

    name: str
    scheme: str
    columns: tuple[RawColumn, ...]
    rows: int | None = None
    parts: tuple[RawPart, ...] = ()
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    empty: int = 0
    lacking: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    serials_differ: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is known to have few rows."""
        return self.rows is not None and self.rows <= FEW

    def column(self, name: str) -> RawColumn | None:
        return next((column for column in self.columns if column.name == name), None)

    def parts_lacking(self, column: str) -> tuple[RawPart, ...]:
        """The parts whose cells of a column are unknown, since their file does not have it."""
        return tuple(part for part in self.parts if column in self.lacking.get((part.path, part.sheet), ()))


def texts(name: str, scheme: str, columns: Sequence[str]) -> RawRelation:
    """A relation that holds every cell as text: what is asked of a database that has its records already."""
    return RawRelation(name, scheme, tuple(RawColumn(column) for column in columns))
