"""Who the rows are about: people who come back, some of them often."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy
import pyarrow

from synthetic.columns import chosen, id_numbers
from synthetic.draws import Draws, Marks, Numbers

#: Births from here on, over so many days: from people long past any age of retirement to school leavers.
_FIRST_BIRTH = numpy.datetime64("1934-01-01", "D")
_BIRTH_DAYS = 26_800

#: A region that was never given out, and how many people it can have of one day of birth.
_REGION = 999_999
_ORDERS = 998
#: Has no factor in common with the number of days, so that neighbours are born on different ones.
_STRIDE = 7919

#: Rows per person on average, of few rows and of many alike, or more rows would also cost more each.
_ROWS_PER_PERSON = 3
#: More rows would need more people than one region can have.
MOST_ROWS = _ROWS_PER_PERSON * _BIRTH_DAYS * _ORDERS

#: Of a thousand rows so many are about the few (one in fifty) who train again and again.
_EAGER_ROWS, _EAGER_PEOPLE = 60, 50

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "甲乙丙丁戊己庚辛壬癸"
_NAMES = [family + given + again for family in _FAMILY for given in _GIVEN for again in "一二三四五六七八九"]
_UNITS = [f"合成企业{number:05d}" for number in range(20_000)]


@dataclass(frozen=True)
class Rows:
    """A run of rows, to draw for: by row, or by the person it is about."""

    seed: int
    numbers: Numbers
    total: int
    row: Draws = field(init=False)
    person: Draws = field(init=False)

    def __post_init__(self) -> None:
        row = Draws(self.seed, self.numbers)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "person", Draws(self.seed, _who(row, self.total)))

    def blank(self, column: str, per_mille: int = 30) -> Marks:
        return self.row.happens(f"{column} blank", per_mille)

    def own(self, what: str, bound: int, per_mille: int) -> Numbers:
        """What a person has mostly (so many times in a thousand), else any of it."""
        same = self.row.happens(f"{what} own", per_mille)
        return numpy.where(same, self.person.below(f"{what} of person", bound), self.row.below(what, bound))

    def id_numbers(self, wrong_per_mille: int) -> pyarrow.Array:
        people = self.person.subjects
        day = people * _STRIDE % _BIRTH_DAYS
        order = people // _BIRTH_DAYS
        order = (order ^ (day & 1)) + 1  # men have odd numbers, and on every day so has every other person
        wrong = self.row.happens("wrong id", wrong_per_mille)
        return id_numbers(numpy.full_like(people, _REGION), _FIRST_BIRTH + day, order, wrong)

    def names(self) -> pyarrow.Array:
        return chosen(_NAMES, self.person.below("name", len(_NAMES)))

    def units(self) -> pyarrow.Array:
        return chosen(_UNITS, self.person.below("unit", len(_UNITS)))


def _who(row: Draws, total: int) -> Numbers:
    """The person of each row, of at most ``MOST_ROWS``."""
    people = max(total // _ROWS_PER_PERSON, 1)
    eager = max(people // _EAGER_PEOPLE, 1)
    often = row.below("eager person", eager) * _EAGER_PEOPLE
    return numpy.where(row.happens("eager", _EAGER_ROWS), often, row.below("person", people))
