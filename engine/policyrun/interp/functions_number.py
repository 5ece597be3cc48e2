"""Rounding of exact numbers: to so many decimals, in one of six ways."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

#: More decimals than any rule has; beyond it an exact power of ten would only cost time.
MOST_DIGITS = 6000


def _nearest(value: Fraction, up: Callable[[int, int], bool]) -> int:
    """The whole part of a number, or one further from zero where ``up`` says so.

    Args:
        up: told twice what is left beside the whole part, and the denominator of both.
    """
    size, left = divmod(abs(value.numerator), value.denominator)
    size += up(2 * left, value.denominator)
    return size if value >= 0 else -size


#: Ways to reach a whole number, by the key of their row in ``ir.ops``.
MODES: Mapping[str, Callable[[Fraction], int]] = {
    "floor": math.floor,
    "ceiling": math.ceil,
    "round_half_up": lambda value: _nearest(value, operator.ge),
    "round_half_down": lambda value: _nearest(value, operator.gt),
    "round_half_even": round,
    "round_up": lambda value: _nearest(value, lambda twice, _whole: twice > 0),
    "round_down": math.trunc,
}


def rounded(value: Fraction, digits: Fraction, mode: Callable[[Fraction], int]) -> Fraction | None:
    """A value to so many decimals (negative: tens, hundreds); None unless that is a whole number in bounds.

    >>> rounded(Fraction("1.005"), Fraction(2), MODES["round_half_up"])
    Fraction(101, 100)
    """
    if digits.denominator != 1 or abs(digits) > MOST_DIGITS:
        return None
    if not digits:
        return Fraction(mode(value))
    step = Fraction(10) ** -int(digits)
    return mode(value / step) * step
