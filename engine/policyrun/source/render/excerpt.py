"""A line of a file cut to what a reader needs to see, with marks under the characters meant."""

from __future__ import annotations

from dataclasses import dataclass

from policyrun.source.visible import visible
from policyrun.source.width import ELLIPSIS, caret_line, width

#: Columns of source text shown at most; longer lines are cut around the marks.
COLUMNS = 110

#: Columns kept before the first mark of a line that is cut.
_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Characters ``first`` up to ``last`` of a line."""

    line: str
    first: int
    last: int

    @property
    def text(self) -> str:
        """What is shown, an ellipsis on each side where something is left out."""
        tail = ELLIPSIS if self.last < len(self.line) else ""
        return self._head + visible(self.line[self.first : self.last]) + tail

    def marks(self, start: int, end: int, mark: str) -> str:
        """Marks under characters ``start`` to ``end`` of the line, as far as they are shown."""
        # A place after the last character, such as the end of the file, still gets its mark.
        start = min(max(start, self.first), self.last)
        end = min(max(end, start), self.last)
        offset = self.first - len(self._head)
        return caret_line(self._head + self.line[self.first : self.last], start - offset, end - offset, mark)

    @property
    def _head(self) -> str:
        return ELLIPSIS if self.first else ""


def excerpt(line: str, start: int) -> Excerpt:
    """The part of a line to show so that its character ``start`` is in it."""
    if width(visible(line)) <= COLUMNS:
        return Excerpt(line, 0, len(line))
    first = _reach(line, start, _BEFORE, step=-1)
    last = _reach(line, first, COLUMNS, step=1)
    return Excerpt(line, first, last)


def _reach(line: str, start: int, columns: int, step: int) -> int:
    """The offset that is as many columns from ``start`` as fit, backwards or forwards."""
    at = min(start, len(line))
    while 0 <= (following := at + step) <= len(line):
        columns -= width(visible(line[min(at, following)]))
        if columns < 0:
            break
        at = following
    return at
