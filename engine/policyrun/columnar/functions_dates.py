"""Functions of dates, and properties of dates and durations. Durations are numbers of months or days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp

from policyrun.columnar.choices import Operand, sql_of
from policyrun.columnar.dialect import CALENDAR_DAYS
from policyrun.columnar.folding import Sql, binary, both, cases, compare, constant, day, nothing, whole
from policyrun.columnar.numbers import Bench, Number, is_whole, whole_part
from policyrun.model import calendar
from policyrun.model.types import Kind, Type

_MOST_MONTHS = 12 * date.max.year


def date_later(bench: Bench, start: Sql, span: Number, kind: Kind) -> Sql:
    """A date and so many months or days later; unknown beyond the calendar."""
    first, count = constant(start), constant(span.num)
    if isinstance(first, date) and isinstance(count, int):
        move = calendar.add_months if kind is Kind.MONTHS else calendar.add_days
        moved = move(first, count)
        return nothing() if moved is None else day(moved)
    most = _MOST_MONTHS if kind is Kind.MONTHS else CALENDAR_DAYS
    if isinstance(count, int) and abs(count) > most:
        return nothing()
    near = within(bench, span.num, span.bound, -most, most)
    dialect = bench.dialect
    return bench.bind((dialect.add_months if kind is Kind.MONTHS else dialect.add_days)(start, near))


def within(bench: Bench, value: Sql, bound: int, low: int, high: int) -> Sql:
    """An integer where it lies within bounds, else unknown; functions of dates take no large ones."""
    if bound <= high and bound <= -low:
        return value
    narrow = bench.dialect.whole(value) if bench.is_wide(bound) else value
    return bench.bind(cases([(exp.Between(this=value, low=whole(low), high=whole(high)), narrow)]))


def days_between(bench: Bench, first: Sql, last: Sql) -> Number:
    return Number(bench.bind(bench.dialect.days_between(first, last)), 1, CALENDAR_DAYS)


def _part(method: str, most: int) -> Callable[[Bench, Sequence[Operand], Sequence[Type]], Operand]:
    def function(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
        value = getattr(bench.dialect, method)(sql_of(operands[0]))
        return Number(bench.bind(value), 1, most, True)

    return function


def months_between(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Number:
    """Full months from one day to another, towards zero."""
    first, last = (sql_of(each) for each in operands)
    dialect = bench.dialect
    years = binary(exp.Sub, dialect.year(last), dialect.year(first))
    apart = binary(
        exp.Sub, binary(exp.Add, binary(exp.Mul, years, whole(12)), dialect.month(last)), dialect.month(first)
    )
    months = bench.bind(apart)
    early = compare(exp.LT, dialect.day(last), dialect.day(first))
    late = compare(exp.GT, dialect.day(last), dialect.day(first))
    full = cases(
        [
            (both((compare(exp.GT, months, whole(0)), early)), binary(exp.Sub, months, whole(1))),
            (both((compare(exp.LT, months, whole(0)), late)), binary(exp.Add, months, whole(1))),
        ],
        months,
    )
    return Number(bench.bind(full), 1, _MOST_MONTHS)


def years_between(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """Full years, towards zero: of days written as 20230831, those between in whole ten thousands."""
    first, last = (day_number(bench, sql_of(each)) for each in operands)
    years = bench.dialect.quotient(exp.Paren(this=binary(exp.Sub, last, first)), whole(10_000))
    return Number(bench.bind(years), 1, date.max.year)


def day_number(bench: Bench, value: Sql) -> Sql:
    """A day as a number such as 20230831."""
    known = constant(value)
    if isinstance(known, date):
        return whole(known.year * 10_000 + known.month * 100 + known.day)
    if isinstance(value, exp.Column) and value.name in bench.day_numbers:
        return bench.day_numbers[value.name]
    dialect = bench.dialect
    years = binary(exp.Mul, dialect.year(value), whole(10_000))
    months = binary(exp.Mul, dialect.month(value), whole(100))
    return bench.bind(binary(exp.Add, binary(exp.Add, years, months), dialect.day(value)))


def make_date(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    parts: list[Sql] = []
    conditions: list[Sql] = []
    for each in operands:
        assert isinstance(each, Number), "the checker lets only numbers through"
        conditions.append(is_whole(bench, each))
        parts.append(within(bench, whole_part(bench, each), each.bound, -date.max.year, date.max.year))
    year, month, day_ = parts
    return bench.bind(cases([(both(conditions), bench.dialect.make_date(year, month, day_))]))


def years_of(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    span = _span(operands[0])
    known = constant(span.num)
    if isinstance(known, int):
        return Number(whole(abs(known) // 12 * (1 if known >= 0 else -1)), 1, abs(known))
    return Number(bench.bind(bench.dialect.quotient(span.num, whole(12))), 1, span.bound, span.is_natural)


def months_of(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    span = _span(operands[0])
    known = constant(span.num)
    if isinstance(known, int):
        return Number(whole(abs(known) % 12 * (1 if known >= 0 else -1)), 1, 11)
    return Number(bench.bind(bench.dialect.remainder(span.num, whole(12))), 1, 11, span.is_natural)


def days_of(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return operands[0]


def _span(value: Operand) -> Number:
    assert isinstance(value, Number), "a duration is a number of months or days"
    return value


FUNCTIONS = {
    "make_date": make_date,
    "year": _part("year", date.max.year),
    "month": _part("month", 12),
    "day": _part("day", 31),
    "weekday": _part("weekday", 7),
    "day_of_year": _part("day_of_year", 366),
    "week_of_year": _part("week_of_year", 53),
    "months_span": months_between,
    "months_between": months_between,
    "years_between": years_between,
    "years_of": years_of,
    "months_of": months_of,
    "days_of": days_of,
}
