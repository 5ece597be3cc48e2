"""What an expression can be worth.

Numbers are exact rationals; a missing value is ``None``. Nothing here is ever a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A span of calendar months (FEEL years-and-months duration)."""

    count: int


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """A span of days (FEEL days duration)."""

    count: int


#: A known value. Money is yuan as a Fraction; a ratio of 30% is Fraction(3, 10); an enumeration member is its text.
Value = Fraction | str | bool | date | Months | Days

#: A value, None where it is missing, or a flat list of values.
Operand = Value | None | tuple[Value | None, ...]
