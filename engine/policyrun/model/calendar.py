"""Calendar arithmetic. Dates outside the years 1 to 9999 are None."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def make_date(year: int, month: int, day: int) -> date | None:
    """The day, or None where there is none such.

    >>> make_date(2023, 2, 29) is None
    True
    """
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def add_months(day: date, months: int) -> date | None:
    """The corresponding day so many months later, or the last day of that month where there is none.

    >>> add_months(date(2023, 1, 31), 1)
    datetime.date(2023, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def months_between(first: date, last: date) -> int:
    """Full months from one day to another, towards zero. A month is full on the corresponding day.

    Where that day does not exist the month is full on the first of the next: 31 January to 28 February is none.

    >>> months_between(date(2023, 1, 31), date(2023, 2, 28)), months_between(date(2023, 1, 31), date(2023, 3, 1))
    (0, 1)
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        return months - 1
    if months < 0 and last.day > first.day:
        return months + 1
    return months


def years_between(first: date, last: date) -> int:
    """Full years from one day to another, towards zero. Who is born on 29 February is a year older on 1 March.

    >>> years_between(date(2000, 2, 29), date(2018, 2, 28)), years_between(date(2000, 2, 29), date(2018, 3, 1))
    (17, 18)
    """
    months = months_between(first, last)
    return months // 12 if months >= 0 else -(-months // 12)


def day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def week_of_year(day: date) -> int:
    """The week's number by ISO 8601."""
    return day.isocalendar().week
