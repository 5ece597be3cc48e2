"""Small plots as inline SVG: bars that may go below zero, each with its figure. They print in black and white too.

All places are whole pixels worked out from exact numbers, so that a plot of the same numbers is the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from policyrun.source.width import width

_ROW, _GAP, _BAR, _LETTER = 24, 8, 320, 17


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar: what it is, how long it is, and the figure printed beside it."""

    label: str
    value: Fraction
    figure: str


def bars(marks: Sequence[Mark], title: str) -> Markup:
    """A bar for each mark, one under the other; those below zero go to the left of the line."""
    if not marks:
        return Markup()
    least = min(Fraction(0), *(mark.value for mark in marks))
    most = max(Fraction(0), *(mark.value for mark in marks))
    span = (most - least) or Fraction(1)
    left = _LETTER * max(width(mark.label) for mark in marks) // 2 + _GAP
    right = _LETTER * max(width(mark.figure) for mark in marks) // 2 + _GAP
    zero = left + round(-least / span * _BAR)
    total = left + _BAR + right
    rows = Markup().join(_bar(mark, row, left, zero, span) for row, mark in enumerate(marks))
    height = _ROW * len(marks)
    frame = Markup(
        '<svg class="plot" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{title}">'
        '{rows}<line x1="{zero}" x2="{zero}" y1="0" y2="{h}" class="axis"/></svg>'
    )
    return frame.format(w=total, h=height, title=title, rows=rows, zero=zero)


def _bar(mark: Mark, row: int, left: int, zero: int, span: Fraction) -> Markup:
    long = round(abs(mark.value) / span * _BAR)
    start = zero - long if mark.value < 0 else zero
    text = row * _ROW + _ROW * 2 // 3
    shape = Markup(
        '<text x="{label_x}" y="{text}" text-anchor="end">{label}</text>'
        '<rect x="{x}" y="{y}" width="{long}" height="{thick}" class="{sign}"/>'
        '<text x="{figure_x}" y="{text}" class="figure">{figure}</text>'
    )
    return shape.format(
        label_x=left - _GAP,
        text=text,
        label=mark.label,
        x=start,
        y=row * _ROW + _GAP // 2,
        long=long,
        thick=_ROW - _GAP,
        sign="less" if mark.value < 0 else "more",
        figure_x=(zero if mark.value < 0 else start + long) + _GAP // 2,
        figure=mark.figure,
    )
