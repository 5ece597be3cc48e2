"""Synthetic people: ID numbers of the region 999999, which no one has, with valid check characters."""

from __future__ import annotations

from datetime import date

from policyrun.ir.cells import id_check_char

#: A region code that was never given out.
REGION = "999999"

#: Family and given names that make up names nobody needs to recognise themselves in.
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "甲乙丙丁戊己庚辛壬癸"


def person_id(birth: date, number: int, male: bool) -> str:
    """The ID number of a person born on a day; ``number`` (0 to 499) tells those of one day and sex apart.

    >>> person_id(date(2000, 1, 1), 50, True)
    '999999200001011014'
    """
    order = number * 2 + (1 if male else 0)
    digits = f"{REGION}{birth:%Y%m%d}{order:03d}"
    return digits + id_check_char(digits)


def person_name(number: int) -> str:
    """A made-up name, the same for the same number.

    >>> person_name(0), person_name(17)
    ('赵甲一', '钱乙一')
    """
    again, given = divmod(number // len(_FAMILY), len(_GIVEN))
    return _FAMILY[number % len(_FAMILY)] + _GIVEN[given] + "一二三四五六七八九"[again % 9]
