"""Expressions as they were written: the surface tree.

Two trees are equal when they say the same; where they stand does not count. Each construct has one tree, whatever
spelling was used, so that ``unparse`` has one layout for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from policyrun.model.values import Days, Months
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceNode:
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(SurfaceNode):
    """``3``, ``30%``, ``3万元``, ``20课时``.

    Attributes:
        text: as written, which is also its canonical layout.
        value: exact; 30% is 3/10, 3万元 is 30000.
        unit: ``元``, another unit, or "" for a pure number.
        ratio: whether it was written with % or ‰.
    """

    text: str
    value: Fraction
    unit: str = ""
    ratio: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(SurfaceNode):
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth(SurfaceNode):
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(SurfaceNode):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOf(SurfaceNode):
    """A date constant, in any of its spellings."""

    value: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(SurfaceNode):
    """A duration constant; ``text`` is its canonical layout, such as ``6个月``."""

    text: str
    value: Months | Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(SurfaceNode):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(SurfaceNode):
    operand: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(SurfaceNode):
    operand: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction(SurfaceNode):
    """Two or more operands joined by ``and`` or by ``or``, which ``op`` names."""

    op: str
    operands: tuple[Surface, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(SurfaceNode):
    """``op`` is a key of the table of operators: add sub mul div, eq ne lt le gt ge."""

    op: str
    left: Surface
    right: Surface
    op_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NullTest(SurfaceNode):
    """``x 为空``, ``x = null``; negated ``x 不为空``, ``x != null``."""

    operand: Surface
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(SurfaceNode):
    operand: Surface
    low: Surface
    high: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class In(SurfaceNode):
    """``x in tests``: true if one of the tests holds."""

    operand: Surface
    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IfThen(SurfaceNode):
    condition: Surface
    then: Surface
    otherwise: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(SurfaceNode):
    """``[a, b]``"""

    items: tuple[Surface, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(SurfaceNode):
    function: str
    args: tuple[Surface, ...]
    function_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(SurfaceNode):
    """``发证时间.year``"""

    operand: Surface
    name: str
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(SurfaceNode):
    """A test ``< 5``; ``op`` is one of eq ne lt le gt ge."""

    op: str
    bound: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(SurfaceNode):
    """A test ``[low..high)``; a closed end includes its bound."""

    low: Surface
    high: Surface
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests(SurfaceNode):
    """A table cell. No tests at all is ``-``, which anything meets."""

    tests: tuple[Test, ...]
    negated: bool = False


Surface = (
    Number
    | Text
    | Truth
    | Null
    | DateOf
    | Duration
    | Name
    | Negative
    | Not
    | Junction
    | Binary
    | NullTest
    | Between
    | In
    | IfThen
    | Items
    | Call
    | Property
)

#: What may stand in ``x in (…)`` and in a cell; a plain expression tests for equality, or for membership of a list.
Test = Comparison | Range | Surface
