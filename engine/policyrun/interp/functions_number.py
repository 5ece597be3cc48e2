"""Rounding of exact numbers: to so many decimals, in one of six ways."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

_HALF = Fraction(1, 2)

#: More decimals than any rule has; beyond it an exact power of ten would only cost time.
MOST_DIGITS = 6000


def _away(whole: Fraction, up: bool) -> int:
    """The whole part of a number towards zero, or one further from it."""
    size = math.floor(abs(whole)) + (1 if up else 0)
    return size if whole >= 0 else -size


def _rest(value: Fraction) -> Fraction:
    return abs(value) - math.floor(abs(value))


#: Ways to reach a whole number, by the key of their row in ``ir.ops``.
MODES: Mapping[str, Callable[[Fraction], int]] = {
    "floor": math.floor,
    "ceiling": math.ceil,
    "round_half_up": lambda value: _away(value, _rest(value) >= _HALF),
    "round_half_down": lambda value: _away(value, _rest(value) > _HALF),
    "round_half_even": round,
    "round_up": lambda value: _away(value, _rest(value) > 0),
    "round_down": math.trunc,
}


def rounded(value: Fraction, digits: Fraction, mode: Callable[[Fraction], int]) -> Fraction | None:
    """A value to so many decimals (negative: tens, hundreds); None unless that is a whole number in bounds.

    >>> rounded(Fraction("1.005"), Fraction(2), MODES["round_half_up"])
    Fraction(101, 100)
    """
    if digits.denominator != 1 or abs(digits) > MOST_DIGITS:
        return None
    step = Fraction(10) ** -int(digits)
    return mode(value / step) * step
