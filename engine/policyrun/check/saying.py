"""Values as a policy author writes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from policyrun.model.types import Type
from policyrun.model.values import Days, Months, Value


def say(value: Value, type_: Type) -> str:
    """A value in the spelling of the expression language."""
    match value:
        case bool():
            return "是" if value else "否"
        case Fraction() if type_.ratio:
            return f"{decimal(value * 100)}%"
        case Fraction():
            unit = type_.unit[0][0] if len(type_.unit) == 1 else ""
            return f"{decimal(value)}{unit}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case Months(count=count):
            return f"{count}个月"
        case Days(count=count):
            return f"{count}天"
        case _:
            return f"“{value}”"


def decimal(number: Fraction) -> str:
    """A number as a decimal where it is one, else as a fraction.

    >>> decimal(Fraction(-5, 4)), decimal(Fraction(1, 3)), decimal(Fraction(20))
    ('-1.25', '1/3', '20')
    """
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(number)
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
