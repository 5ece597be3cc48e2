"""Functions of text. Positions count characters from 1, as FEEL does."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from policyrun.model import calendar
from policyrun.model.decimals import decimal_text
from policyrun.model.values import Days, Months, Value

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ID_CARD = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{2}([0-9])[0-9Xx]")


def substring(whole: str, start: Fraction, length: Fraction | None = None) -> str | None:
    """From a position on, counted from the end where negative; None for a position that is none, such as 0."""
    if start.denominator != 1 or start == 0 or abs(start) > len(whole):
        return None
    if length is not None and (length.denominator != 1 or length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(whole) + int(start)
    return whole[first:] if length is None else whole[first : first + int(length)]


def substring_before(whole: str, match: str) -> str:
    return whole[: whole.index(match)] if match in whole else ""


def substring_after(whole: str, match: str) -> str:
    return whole[whole.index(match) + len(match) :] if match in whole else ""


def string(value: Value) -> str | None:
    """A value's text as FEEL writes it; None for a number without a finite decimal form."""
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case Days(count=count):
            return f"{_sign(count)}P{abs(count)}D"
        case Months(count=count):
            return _months_text(count)
        case _:
            return value


def _sign(count: int) -> str:
    return "-" if count < 0 else ""


def _months_text(count: int) -> str:
    years, months = divmod(abs(count), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{_sign(count)}P{parts}"


def number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def birth_date(id_card: str) -> date | None:
    """The birth date in an 18-character ID number; the cell's type has seen to its check character."""
    match = _ID_CARD.fullmatch(id_card)
    return None if match is None else calendar.make_date(int(match[1]), int(match[2]), int(match[3]))


def sex(id_card: str) -> str | None:
    match = _ID_CARD.fullmatch(id_card)
    return None if match is None else "男" if int(match[4]) % 2 else "女"
