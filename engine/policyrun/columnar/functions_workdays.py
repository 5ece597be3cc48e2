"""Working days: how many there are up to a day, and the day of the n-th, by the calendar of ``model.workdays``.

Both are those of plain weeks (Monday to Friday) but for a shift that public holidays and the days worked in their
stead make. The shift changes some two dozen times a year: it is a CASE of the day, or of the number, year by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise
from typing import TypeVar

from sqlglot import exp

from policyrun.columnar.choices import Operand, sql_of
from policyrun.columnar.folding import Sql, binary, both, cases, compare, day, nothing, whole
from policyrun.columnar.functions_dates import within
from policyrun.columnar.numbers import Bench, Number, is_whole, whole_part
from policyrun.model import workdays
from policyrun.model.types import Type

_WEEK = 7
_WORKED = 5
_Key = TypeVar("_Key", date, int)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The days covered, as two step functions: pairs of where a value begins and the value.

    Attributes:
        monday: the Monday of the first week covered.
        first, last: the days covered.
        shifts: day → working days up to it less those of plain weeks since ``monday``.
        places: number of a working day → thrice the plain working days more than it, and 1 or 2 for a Saturday or
            Sunday, which follows so many days after its plain working day.
        total: how many working days there are.
    """

    monday: date
    first: date
    last: date
    shifts: tuple[tuple[date, int], ...]
    places: tuple[tuple[int, int], ...]
    total: int


@cache
def _calendar() -> _Calendar:
    years = workdays.covered_years()
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    monday = first - timedelta(days=first.weekday())
    shifts: list[tuple[date, int]] = []
    places: list[tuple[int, int]] = []
    total = 0
    for ahead in range((last - first).days + 1):
        current = first + timedelta(days=ahead)
        plain = _plain_count((current - monday).days)
        if workdays.is_workday(current):
            total += 1
            assert plain >= total
            places.append((total, 3 * (plain - total) + max(0, current.weekday() - _WORKED + 1)))
        shifts.append((current, total - plain))
    return _Calendar(monday, first, last, _steps(shifts), _steps(places), total)


def _steps(pairs: Iterable[tuple[_Key, int]]) -> tuple[tuple[_Key, int], ...]:
    """Only where the value changes."""
    return tuple(next(group) for _value, group in groupby(pairs, key=lambda pair: pair[1]))


def _plain_count(days: int) -> int:
    """Days from Monday to Friday among the first ``days`` + 1 days from a Monday on."""
    return days // _WEEK * _WORKED + min(days % _WEEK + 1, _WORKED)


def workdays_between(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """Working days after the first day up to the last; unknown where one lies in a year that is not covered."""
    first, last = (_count_to(bench, sql_of(each)) for each in operands)
    return Number(bench.bind(binary(exp.Sub, last, first)), 1, _calendar().total)


def _count_to(bench: Bench, value: Sql) -> Sql:
    """The working days covered up to a day."""
    calendar, dialect = _calendar(), bench.dialect
    days = bench.bind(dialect.days_between(day(calendar.monday), value))
    weeks = binary(exp.Mul, dialect.quotient(days, whole(_WEEK)), whole(_WORKED))
    rest = dialect.least(binary(exp.Add, dialect.remainder(days, whole(_WEEK)), whole(1)), whole(_WORKED))
    shift = _by_year(value, calendar)
    count = binary(exp.Add, binary(exp.Add, weeks, rest), shift)
    return bench.bind(cases([(_is_covered(value), count)]))


def _is_covered(value: Sql) -> Sql:
    calendar = _calendar()
    return exp.Between(this=value, low=day(calendar.first), high=day(calendar.last))


def _by_year(value: Sql, calendar: _Calendar) -> Sql:
    """The shift of a day that is covered."""
    years = []
    for year in range(calendar.first.year, calendar.last.year + 1):
        begins = date(year, 1, 1)
        earlier = [shift for start, shift in calendar.shifts if start < begins]
        within_year = [(start, shift) for start, shift in calendar.shifts if start.year == year]
        steps = within_year if not earlier or within_year[0][0] == begins else [(begins, earlier[-1]), *within_year]
        arms = [(compare(exp.LT, value, day(end)), whole(shift)) for (_start, shift), (end, _next) in pairwise(steps)]
        years.append((compare(exp.LT, value, day(date(year + 1, 1, 1))), cases(arms, whole(steps[-1][1]))))
    return cases(years)


def add_workdays(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """The so many-th working day after a day; unknown below 1 and beyond the years covered."""
    count = operands[1]
    assert isinstance(count, Number), "the checker lets only numbers through"
    known = count.settled
    if known is not None and (known.denominator != 1 or known < 1):
        return nothing()
    calendar, dialect = _calendar(), bench.dialect
    ahead = within(bench, whole_part(bench, count), count.bound, -calendar.total, calendar.total)
    number = bench.bind(binary(exp.Add, _count_to(bench, sql_of(operands[0])), ahead))
    place = bench.bind(_by_hundreds(number, calendar))
    plain = bench.bind(
        binary(exp.Sub, binary(exp.Add, number, dialect.quotient(place, whole(3))), whole(1)),
    )
    weeks = binary(exp.Mul, dialect.quotient(plain, whole(_WORKED)), whole(_WEEK))
    days = binary(
        exp.Add,
        binary(exp.Add, weeks, dialect.remainder(plain, whole(_WORKED))),
        dialect.remainder(place, whole(3)),
    )
    exists = both(
        (
            is_whole(bench, count),
            compare(exp.GTE, ahead, whole(1)),
            compare(exp.LTE, number, whole(calendar.total)),
        )
    )
    return bench.bind(cases([(exists, dialect.days_later(day(calendar.monday), bench.bind(days)))]))


def _by_hundreds(number: Sql, calendar: _Calendar) -> Sql:
    """The place of a working day by its number."""
    size = 250
    blocks = []
    for begins in range(0, calendar.total + 1, size):
        earlier = [place for start, place in calendar.places if start <= begins]
        inside = [(start, place) for start, place in calendar.places if begins < start < begins + size]
        steps = [(begins, earlier[-1]), *inside] if earlier else inside
        arms = [
            (compare(exp.LT, number, whole(end)), whole(place)) for (_start, place), (end, _next) in pairwise(steps)
        ]
        blocks.append((compare(exp.LT, number, whole(begins + size)), cases(arms, whole(steps[-1][1]))))
    return cases(blocks)


FUNCTIONS = {"workdays_between": workdays_between, "add_workdays": add_workdays}
