"""What each operator and function does: one entry per row of ``ir.ops`` that an engine meets.

The evaluator asks no entry with a missing operand but those of ``OWN``. An entry that has no answer (a zero divisor, a
date beyond the calendar) returns None, which the evaluator takes for unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from policyrun.interp import functions_text as text
from policyrun.interp.functions_number import MODES, rounded
from policyrun.ir.ops import OPS, Missing
from policyrun.model import calendar, workdays
from policyrun.model.values import Days, Months, Operand, Value

Function = Callable[..., Operand]

#: Keys of the rows with a rule of their own for missing operands.
OWN = frozenset(key for key, op in OPS.items() if op.missing is Missing.OWN)


# arithmetic; the checker has made sure that the types fit


def add(left: Any, right: Any) -> Value | None:
    if isinstance(left, date):
        return _later(left, right, 1)
    if isinstance(right, date):
        return _later(right, left, 1)
    if isinstance(left, Months | Days):
        return type(left)(left.count + right.count)
    total: Fraction | str = left + right
    return total


def subtract(left: Any, right: Any) -> Value | None:
    if isinstance(left, date):
        return Days((left - right).days) if isinstance(right, date) else _later(left, right, -1)
    if isinstance(left, Months | Days):
        return type(left)(left.count - right.count)
    difference: Fraction = left - right
    return difference


def _later(day: date, span: Months | Days, sign: int) -> date | None:
    move = calendar.add_months if isinstance(span, Months) else calendar.add_days
    return move(day, sign * span.count)


def multiply(left: Any, right: Any) -> Value | None:
    if isinstance(right, Months | Days):
        left, right = right, left
    if isinstance(left, Months | Days):
        return _span(type(left), left.count * right)
    product: Fraction = left * right
    return product


def divide(left: Any, right: Any) -> Value | None:
    if isinstance(right, Months | Days):
        return Fraction(left.count, right.count) if right.count else None
    if not right:
        return None
    if isinstance(left, Months | Days):
        return _span(type(left), Fraction(left.count) / right)
    quotient: Fraction = left / right
    return quotient


def _span(kind: type[Months] | type[Days], count: Fraction) -> Months | Days | None:
    """A span of a whole number of months or days; there are no others."""
    return kind(int(count)) if count.denominator == 1 else None


def negate(value: Any) -> Value:
    if isinstance(value, Months | Days):
        return type(value)(-value.count)
    negative: Fraction = -value
    return negative


def absolute(value: Any) -> Value:
    if isinstance(value, Months | Days):
        return type(value)(abs(value.count))
    positive: Fraction = abs(value)
    return positive


def modulo(dividend: Fraction, divisor: Fraction) -> Fraction | None:
    """FEEL's: the remainder has the sign of the divisor."""
    return dividend % divisor if divisor else None


def mean(*values: Fraction) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


# logic, after Kleene


def both(*values: bool | None) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def either(*values: bool | None) -> bool | None:
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


# dates


def make_date(year: Fraction, month: Fraction, day: Fraction) -> date | None:
    parts = (year, month, day)
    if any(part.denominator != 1 for part in parts):
        return None
    return calendar.make_date(*(int(part) for part in parts))


def _part(name: str) -> Function:
    return lambda day: Fraction(getattr(day, name))


def _number_of(function: Callable[..., int]) -> Function:
    return lambda *days: Fraction(function(*days))


def workday_count(first: date, last: date) -> Fraction | None:
    count = workdays.workdays_between(first, last)
    return None if count is None else Fraction(count)


def workday_after(day: date, count: Fraction) -> date | None:
    return workdays.add_workdays(day, int(count)) if count.denominator == 1 else None


def years_of(span: Months) -> Fraction:
    return Fraction(_whole_years(span))


def months_of(span: Months) -> Fraction:
    return Fraction(span.count - 12 * _whole_years(span))


def _whole_years(span: Months) -> int:
    """Towards zero: -18 months are -1 year and -6 months."""
    return span.count // 12 if span.count >= 0 else -(-span.count // 12)


def _rounding(mode: str) -> Function:
    return lambda value, digits=Fraction(0): rounded(value, digits, MODES[mode])


FUNCTIONS: Mapping[str, Function] = {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": divide,
    "neg": negate,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "and": both,
    "or": either,
    "not": opposite,
    "is_null": lambda value: value is None,
    "not_null": lambda value: value is not None,
    "abs": absolute,
    **{mode: _rounding(mode) for mode in MODES},
    "modulo": modulo,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "sum": lambda *values: sum(values, Fraction(0)),
    "mean": mean,
    "substring": text.substring,
    "string_length": lambda whole: Fraction(len(whole)),
    "upper_case": str.upper,
    "lower_case": str.lower,
    "substring_before": text.substring_before,
    "substring_after": text.substring_after,
    "contains": lambda whole, part: part in whole,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "string": text.string,
    "number": text.number,
    "birth_date": text.birth_date,
    "sex": text.sex,
    "make_date": make_date,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "weekday": _number_of(date.isoweekday),
    "day_of_year": _number_of(calendar.day_of_year),
    "week_of_year": _number_of(calendar.week_of_year),
    "months_span": lambda first, last: Months(calendar.months_between(first, last)),
    "months_between": _number_of(calendar.months_between),
    "years_between": _number_of(calendar.years_between),
    "workdays_between": workday_count,
    "add_workdays": workday_after,
    "years_of": years_of,
    "months_of": months_of,
    "days_of": lambda span: Fraction(span.count),
}
