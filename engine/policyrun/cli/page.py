"""A page of text on stdout: headings, aligned columns, colour on a terminal and plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from policyrun.app.sentence import money_text
from policyrun.cli.output import colorful, echo
from policyrun.source.visible import visible
from policyrun.source.width import wrap

#: Columns of a page that does not go to a terminal.
PIPE_COLUMNS = 120

#: Columns that punctuation, which never begins a line, may stand beyond its end.
_OVERHANG = 2

LABEL = "dim"
GOOD, BAD, DOUBT, ALARM = "green", "red", "yellow", "bold red"


class Page:
    """Writes to stdout as it goes."""

    def __init__(self) -> None:
        piped = not sys.stdout.isatty()
        self._console = Console(
            file=sys.stdout,
            width=PIPE_COLUMNS if piped else None,
            no_color=not colorful(sys.stdout),
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """A line of pieces, each plain or with its style; a long one goes on under its own beginning."""
        shown = (visible(part) if isinstance(part, str) else (visible(part[0]), part[1]) for part in parts)
        for line in _broken(Text.assemble(*shown), self._console.width - indent - _OVERHANG):
            self._print(line, indent)

    def heading(self, text: str, note: str = "") -> None:
        self.gap()
        self.line((text, "bold"), (f"  {note}" if note else "", LABEL))

    def gap(self) -> None:
        echo()

    def _print(self, piece: RenderableType, indent: int) -> None:
        """Prints a piece without the blanks that fill its lines up."""
        with self._console.capture() as text:
            self._console.print(Padding(piece, (0, 0, 0, indent)))
        for line in text.get().rstrip().splitlines() or [""]:
            echo(line.rstrip())

    def pairs(self, pairs: Iterable[tuple[str, str]], indent: int = 2, style: str = "") -> None:
        """Names and values, the values aligned."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style=LABEL, no_wrap=True)
        grid.add_column(style=style, overflow="fold")
        for name, value in pairs:
            grid.add_row(visible(name), visible(value))
        self._print(grid, indent)

    def columns(self, rows: Iterable[Sequence[str]], right: Iterable[int] = (), indent: int = 2) -> None:
        """Rows of cells without rules; the columns in ``right`` hold numbers."""
        rows = [[visible(cell) for cell in row] for row in rows]
        if not rows:
            return
        grid = Table.grid(padding=(0, 2))
        for place in range(len(rows[0])):
            grid.add_column(justify="right" if place in set(right) else "left", overflow="fold")
        for row in rows:
            grid.add_row(*row)
        self._print(grid, indent)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
        """A ruled table; its last row is a total if it begins with one."""
        numbers = set(right)
        ruled = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for place, name in enumerate(header):
            ruled.add_column(name, justify="right" if place in numbers else "left", overflow="fold")
        for row in rows:
            ruled.add_row(*(visible(cell) for cell in row))
        self._print(ruled, 1)


def _broken(text: Text, columns: int) -> Iterator[Text]:
    """A text in lines that break where Chinese may break, each with the styles it had."""
    end = 0
    for line in wrap(text.plain, columns):
        start = text.plain.index(line, end)
        end = start + len(line)
        yield text[start:end]


def yuan(amount: Fraction) -> str:
    """An amount of yuan as people read it.

    >>> yuan(Fraction(1234567))
    '1,234,567.00'
    """
    whole, point, cents = money_text(amount).partition(".")
    return f"{int(whole):,}{point}{cents}"
