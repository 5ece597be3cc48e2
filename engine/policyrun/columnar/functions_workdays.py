"""Working days: how many there are up to a day, and the day of the n-th, by the calendar of ``model.workdays``.

Both are those of plain weeks (Monday to Friday) but for a lag that public holidays, and days worked in their stead,
make. The lag is written as a letter for each day of a year, or for each of some working days: A is its least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlglot import exp

from policyrun.columnar.choices import Operand, sql_of
from policyrun.columnar.folding import Sql, binary, both, cases, compare, day, nothing, text, whole
from policyrun.columnar.functions_dates import within
from policyrun.columnar.numbers import Bench, Number, is_whole, whole_part
from policyrun.model import workdays
from policyrun.model.types import Type

_WEEK = 7
_WORKED = 5
#: Working days written in one text.
_BLOCK = 250


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The days covered.

    Attributes:
        monday: the Monday of the first week.
        lags: for each day, how many working days fewer than those of plain weeks there were since ``monday``.
        places: for each working day, thrice its lag, and 1 or 2 more for a Saturday or a Sunday.
    """

    monday: date
    first: date
    last: date
    lags: tuple[int, ...]
    places: tuple[int, ...]


@cache
def _calendar() -> _Calendar:
    years = workdays.covered_years()
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    monday = first - timedelta(days=first.weekday())
    off, worked = workdays.special_days()
    lags: list[int] = []
    places: list[int] = []
    for ahead in range((last - first).days + 1):
        current = first + timedelta(days=ahead)
        weekday = current.weekday()
        if current in worked or (weekday < _WORKED and current not in off):
            plain = _plain_count((current - monday).days)
            places.append(3 * (plain - len(places) - 1) + max(0, weekday - _WORKED + 1))
        lags.append(_plain_count((current - monday).days) - len(places))
    return _Calendar(monday, first, last, tuple(lags), tuple(places))


def _plain_count(days: int) -> int:
    """Days from Monday to Friday among the first ``days`` + 1 days from a Monday on."""
    return days // _WEEK * _WORKED + min(days % _WEEK + 1, _WORKED)


def workdays_between(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """Working days after the first day up to the last; unknown where one lies in a year that is not covered."""
    first, last = (_count_to(bench, sql_of(each)) for each in operands)
    return Number(bench.bind(binary(exp.Sub, last, first)), 1, len(_calendar().places))


def _count_to(bench: Bench, value: Sql) -> Sql:
    """The working days covered up to a day."""
    calendar, dialect = _calendar(), bench.dialect
    days = bench.bind(dialect.days_between(day(calendar.monday), value))
    weeks = binary(exp.Mul, dialect.quotient(days, whole(_WEEK)), whole(_WORKED))
    rest = dialect.least(binary(exp.Add, dialect.remainder(days, whole(_WEEK)), whole(1)), whole(_WORKED))
    count = binary(exp.Sub, binary(exp.Add, weeks, rest), _lag(bench, value, calendar))
    covered = exp.Between(this=value, low=day(calendar.first), high=day(calendar.last))
    return bench.bind(cases([(covered, count)]), "工作日序")


def _lag(bench: Bench, value: Sql, calendar: _Calendar) -> Sql:
    """The lag of a day that is covered, year by year."""
    years = []
    for year in range(calendar.first.year, calendar.last.year + 1):
        begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
        lags = calendar.lags[(begins - calendar.first).days : (ends - calendar.first).days]
        years.append((compare(exp.LT, value, day(ends)), lags))
    return _spelled(bench, years, bench.dialect.day_of_year(value))


def _spelled(bench: Bench, parts: Sequence[tuple[Sql, Sequence[int]]], place: Sql) -> Sql:
    """One of some numbers: the first condition that is true says of which, its place there says which.

    In one part they differ little, so each is a letter of a text: A is the least of them.
    """
    letters = cases([(condition, _letters(numbers)) for condition, numbers in parts])
    base = cases([(condition, whole(min(numbers) - ord("A"))) for condition, numbers in parts])
    letter = bench.dialect.substring(bench.bind(letters), place, whole(1))
    return binary(exp.Add, bench.dialect.code_point(letter), bench.bind(base))


def _letters(numbers: Sequence[int]) -> Sql:
    least = min(numbers)
    return text("".join(chr(ord("A") + number - least) for number in numbers))


def add_workdays(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """The so many-th working day after a day; unknown below 1 and beyond the years covered."""
    count = operands[1]
    assert isinstance(count, Number), "the checker lets only numbers through"
    known = count.settled
    if known is not None and (known.denominator != 1 or known < 1):
        return nothing()
    calendar, dialect = _calendar(), bench.dialect
    total = len(calendar.places)
    ahead = within(bench, whole_part(bench, count), count.bound, -total, total)
    number = bench.bind(binary(exp.Add, _count_to(bench, sql_of(operands[0])), ahead))
    place = bench.bind(_place(bench, number, calendar))
    plain = bench.bind(binary(exp.Sub, binary(exp.Add, number, dialect.quotient(place, whole(3))), whole(1)))
    weeks = binary(exp.Mul, dialect.quotient(plain, whole(_WORKED)), whole(_WEEK))
    rest = binary(exp.Add, dialect.remainder(plain, whole(_WORKED)), dialect.remainder(place, whole(3)))
    later = dialect.days_later(day(calendar.monday), binary(exp.Add, weeks, rest))
    exists = (is_whole(bench, count), compare(exp.GTE, ahead, whole(1)), compare(exp.LTE, number, whole(total)))
    return bench.bind(cases([(both(exists), later)]))


def _place(bench: Bench, number: Sql, calendar: _Calendar) -> Sql:
    """The place of a working day by its number, block by block."""
    blocks = [
        (compare(exp.LTE, number, whole(begins + _BLOCK)), calendar.places[begins : begins + _BLOCK])
        for begins in range(0, len(calendar.places), _BLOCK)
    ]
    before = binary(exp.Sub, number, whole(1))
    within_block = binary(exp.Add, bench.dialect.remainder(before, whole(_BLOCK)), whole(1))
    return _spelled(bench, blocks, within_block)


FUNCTIONS = {"workdays_between": workdays_between, "add_workdays": add_workdays}
