"""Working days in China: weekends, public holidays and the days worked in their stead.

The calendar is the State Council's yearly notice as ``chinesecalendar`` carries it; a year it does not cover has no
working days that anybody could know.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


@cache
def covered_years() -> range:
    """The years whose holidays are known."""
    from chinese_calendar.constants import holidays

    years = [day.year for day in holidays]
    return range(min(years), max(years) + 1)


@cache
def special_days() -> tuple[frozenset[date], frozenset[date]]:
    """What differs from plain weeks in the years covered: days from Monday to Friday off, weekend days worked."""
    from chinese_calendar.constants import holidays, workdays

    off = frozenset(day for day in holidays if day.weekday() < 5)
    worked = frozenset(day for day in workdays if day.weekday() >= 5)
    return off - frozenset(workdays), worked


@cache
def is_workday(day: date) -> bool | None:
    """Whether a day is worked; None in a year that is not covered."""
    if day.year not in covered_years():
        return None
    from chinese_calendar import is_workday as worked

    return bool(worked(day))


def workdays_between(first: date, last: date) -> int | None:
    """Working days after ``first`` up to and including ``last``; negative the other way round.

    None where a year in between is not covered.

    >>> workdays_between(date(2023, 4, 21), date(2023, 4, 24))  # Sunday 23 April was worked
    2
    """
    if last < first:
        backwards = workdays_between(last, first)
        return None if backwards is None else -backwards
    if first.year not in covered_years() or last.year not in covered_years():
        return None
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return sum(1 for day in days if is_workday(day))


def add_workdays(day: date, count: int) -> date | None:
    """The ``count``-th working day after a day; None for a count below 1 or beyond the years covered.

    >>> add_workdays(date(2023, 4, 28), 3)  # 29 April to 3 May were holidays
    datetime.date(2023, 5, 6)
    """
    if count < 1 or day.year not in covered_years():
        return None
    current = day
    while count:
        current += timedelta(days=1)
        worked = is_workday(current)
        if worked is None:
            return None
        count -= worked
    return current
