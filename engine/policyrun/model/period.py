"""Stretches of time that reports are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included, and what forms call it, such as 2022年4月."""

    first: date
    last: date
    name: str

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def month(text: str) -> Period | None:
    """The month written ``2022-04``; None if there is no such month.

    >>> month("2022-02").last
    datetime.date(2022, 2, 28)
    """
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return _months(int(match[1]), int(match[2]), 1, f"{int(match[1])}年{int(match[2])}月")


def quarter(text: str) -> Period | None:
    """The quarter written ``2022-2``; None if there is no such quarter."""
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    return _months(int(match[1]), 3 * int(match[2]) - 2, 3, f"{int(match[1])}年第{match[2]}季度")


def year(text: str) -> Period | None:
    """The year written ``2022``; None if there is no such year."""
    return _months(int(text), 1, 12, f"{int(text)}年") if _YEAR.fullmatch(text) else None


def _months(year: int, first: int, count: int, name: str) -> Period | None:
    if not date.min.year <= year < date.max.year:
        return None
    after = date(year + (first + count - 1) // 12, (first + count - 1) % 12 + 1, 1)
    return Period(date(year, first, 1), after - timedelta(days=1), name)
