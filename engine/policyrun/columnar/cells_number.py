"""Numbers in cells, in SQL: whole ones and money, which is counted in fen."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, binary, both, call, cases, cast, compare, equal, text, whole
from policyrun.ir.cells import MOST_DIGITS

#: Digits before the point for which the arithmetic of plans has room.
ROOMY_DIGITS = 15
_MOST_HELD = 10**ROOMY_DIGITS - 1

#: Cell type → how many units of its column make one of its values.
UNITS = {"serial": 1, "int": 1, "money": 100}

ALPHABET = "0123456789,."

_PLAIN = f"[0-9]{{1,{ROOMY_DIGITS}}}"
_ROOMY = f"0*[0-9]{{1,{ROOMY_DIGITS}}}"
_ANY = f"([0-9]{{1,{MOST_DIGITS}}}|[0-9]{{1,3}}(,[0-9]{{3}}){{1,{MOST_DIGITS // 3 - 1}}})"
_PART = {1: r"(\.0+)?", 100: r"(\.[0-9]{1,2})?"}


def number(written: Sql, units: int, dialect: Dialect) -> Sql:
    """The number in a half-width text; null where there is none, or one that is too large."""
    clean = call("REPLACE", written, text(","), text(""))
    read = _whole_part if units == 1 else _cents
    general = both(
        [
            dialect.full_match(written, _ANY + _PART[units]),
            dialect.full_match(clean, _ROOMY + _PART[units]),
        ]
    )
    plain = dialect.whole(written)
    return cases(
        [
            (dialect.full_match(written, _PLAIN), plain if units == 1 else binary(exp.Mul, plain, whole(units))),
            (general, read(clean, dialect)),
        ]
    )


def _whole_part(clean: Sql, dialect: Dialect) -> Sql:
    return dialect.whole(call("SPLIT_PART", clean, text("."), whole(1)))


def _cents(clean: Sql, dialect: Dialect) -> Sql:
    """All digits without the point, times what the digits after it leave of a hundred."""
    point, length = dialect.position(clean, text(".")), dialect.length(clean)
    after = binary(exp.Sub, length, point)
    scale = cases([(equal(point, whole(0)), whole(100)), (equal(after, whole(1)), whole(10))], whole(1))
    return binary(exp.Mul, dialect.whole(call("REPLACE", clean, text("."), text(""))), scale)


def is_written(written: Sql, units: int, dialect: Dialect) -> Sql:
    """Whether a half-width text is a number that a cell may hold, however large."""
    return dialect.full_match(written, _ANY + _PART[units])


def held(cell: Sql, units: int) -> Sql:
    """The number in a column of integers; null where it is negative or too large."""
    room = exp.Between(this=cell, low=whole(0), high=whole(_MOST_HELD))
    return cases([(room, cell if units == 1 else binary(exp.Mul, cell, whole(units)))])


def is_wide(cell: Sql) -> Sql:
    """Whether the number in a column of integers is one that ``held`` has no room for, and not a negative one."""
    return compare(exp.GT, cell, whole(_MOST_HELD))


def held_money(cell: Sql) -> Sql:
    """The fen in a column of yuan with two decimals; null where it is negative."""
    fen = cast(binary(exp.Mul, cell, whole(UNITS["money"])), exp.DataType.build("BIGINT"))
    return cases([(compare(exp.GTE, cell, whole(0)), fen)])


def beyond(value: Sql, units: int, least: Fraction | None, most: Fraction | None) -> list[Sql]:
    """Conditions of which one holds for a number out of its field's bounds."""
    conditions = []
    if least is not None:
        conditions.append(compare(exp.LT, value, whole(ceil(least * units))))
    if most is not None:
        conditions.append(compare(exp.GT, value, whole(floor(most * units))))
    return conditions
