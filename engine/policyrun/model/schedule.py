"""When things are due: what recurs by the calendar, and what follows an event.

“X日前” includes the day X. Nothing moves for a weekend or a holiday: a document that shifts a day says so. Days after
an event are counted from the day after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from policyrun.model.workdays import add_workdays

MONTHS_IN_A_YEAR = 12
MONTHS_IN_A_QUARTER = 3

_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:年(?:度)?)?(?:-?(?P<month>\d{1,2})月?|-?(?:Q|第)(?P<quarter>[1-4一二三四])(?:季度)?)?",
    re.ASCII,
)
_QUARTERS = "一二三四"


class Every(Enum):
    """How often something recurs; the value is the word for one such period."""

    MONTH = "月"
    QUARTER = "季度"
    YEAR = "年"


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year that something is about.

    Attributes:
        number: the month from 1 to 12, the quarter from 1 to 4; 0 of a year.
    """

    every: Every
    year: int
    number: int = 0

    def __str__(self) -> str:
        """``2022年3月``, ``2022年第1季度``, ``2022年``."""
        match self.every:
            case Every.MONTH:
                return f"{self.year}年{self.number}月"
            case Every.QUARTER:
                return f"{self.year}年第{self.number}季度"
            case Every.YEAR:
                return f"{self.year}年"

    @property
    def first(self) -> date:
        return date(self.year, self.last_month - self._length + 1, 1)

    @property
    def last(self) -> date:
        return _first_of_next_month(self.year, self.last_month) - timedelta(days=1)

    @property
    def last_month(self) -> int:
        return MONTHS_IN_A_YEAR if self.every is Every.YEAR else self.number * self._length

    @property
    def _length(self) -> int:
        """Months that it lasts."""
        return {Every.MONTH: 1, Every.QUARTER: MONTHS_IN_A_QUARTER, Every.YEAR: MONTHS_IN_A_YEAR}[self.every]


def read_period(text: str) -> Period | None:
    """The period a text names: ``2022年3月``, ``2022-03``, ``2022年第一季度``, ``2022Q1``, ``2022年``; None if none.

    >>> str(read_period("2022Q1")), str(read_period("202203")), read_period("2022-13")
    ('2022年第1季度', '2022年3月', None)
    """
    written = _PERIOD.fullmatch("".join(text.split()).upper())
    if written is None or not 1 <= int(written["year"]) < date.max.year:
        return None
    year = int(written["year"])
    if written["quarter"]:
        quarter = written["quarter"]
        return Period(Every.QUARTER, year, _QUARTERS.index(quarter) + 1 if quarter in _QUARTERS else int(quarter))
    if written["month"]:
        month = int(written["month"])
        return Period(Every.MONTH, year, month) if 1 <= month <= MONTHS_IN_A_YEAR else None
    return Period(Every.YEAR, year)


@dataclass(frozen=True, slots=True)
class Recurring:
    """Due again and again: what a month or a quarter brought, on a day of the month after it; or a day of each year.

    Attributes:
        month: of a yearly one, the month of that year; 0 otherwise.
    """

    every: Every
    day: int
    month: int = 0

    def due(self, period: Period) -> date:
        """The last day for a period of its kind; the fourth quarter is due in January."""
        if self.every is Every.YEAR:
            return date(period.year, self.month, self.day)
        return _first_of_next_month(period.year, period.last_month).replace(day=self.day)

    def periods_due(self, first: date, last: date) -> Iterator[Period]:
        """The periods due between two days, both included, in order."""
        numbers = {Every.MONTH: range(1, 13), Every.QUARTER: range(1, 5), Every.YEAR: range(1)}[self.every]
        for year in range(max(first.year - 1, date.min.year), last.year + 1):
            for number in numbers:
                period = Period(self.every, year, number)
                if first <= self.due(period) <= last:
                    yield period


@dataclass(frozen=True, slots=True)
class Relative:
    """Counted from an event.

    Attributes:
        count: days after the day of the event.
        workdays: whether they are working days.
        after: the event, often a column of the records.
        wait: the days must have passed before the next step, rather than that it is due within them.
    """

    count: int
    workdays: bool
    after: str
    wait: bool = False

    def due(self, event: date) -> date | None:
        """The last of the days; None in a year whose working days are not known."""
        if self.count == 0:
            return event
        return add_workdays(event, self.count) if self.workdays else event + timedelta(days=self.count)


Rule = Recurring | Relative


def _first_of_next_month(year: int, month: int) -> date:
    return date(year + month // MONTHS_IN_A_YEAR, month % MONTHS_IN_A_YEAR + 1, 1)
