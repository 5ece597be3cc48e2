"""Dates in cells, in SQL: seven spellings, and spreadsheet dates with a time of day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, call, cases, cast, column, compare, day, text, whole

ALPHABET = "0123456789-/."

_EIGHT = "[0-9]{8}"
_DASHED = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_OTHERS = r"[0-9]{4}(/[0-9]{1,2}/[0-9]{1,2}|\.[0-9]{1,2}\.[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)"
_STAMP = "[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:.]+)?"

_DATE = exp.DataType(this=exp.DataType.Type.DATE)
#: A helper column for each part of a day, in dialects without a cast that gives null where there is no such day.
_PARTS = ("year", "month", "day")


def helpers(name: str, written: Sql, is_stamp: Sql, dialect: Dialect) -> list[dict[str, Sql]]:
    """Layers of helper columns that ``value`` reads.

    Args:
        name: of the column.
        written: its half-width text.
        is_stamp: whether the cell is a spreadsheet date.
    """
    if dialect.name == "duckdb":
        return []
    dashed = cases(
        [
            (is_stamp, cases([(dialect.full_match(written, _STAMP), dialect.substring(written, whole(1), whole(10)))])),
            (dialect.full_match(written, _EIGHT), _eight_dashed(written, dialect)),
            (dialect.full_match(written, _DASHED), written),
            (dialect.full_match(written, _OTHERS), _separated(written)),
        ]
    )
    split = {
        f"{part}:{name}": dialect.whole(call("SPLIT_PART", column(f"day:{name}"), text("-"), whole(place)))
        for place, part in enumerate(_PARTS, 1)
    }
    return [{f"day:{name}": dashed}, split]


def value(name: str, written: Sql, is_stamp: Sql, dialect: Dialect) -> Sql:
    """The day that a text names; null where it names none."""
    if dialect.name != "duckdb":
        return dialect.make_date(*(column(f"{part}:{name}") for part in _PARTS))
    stamp = cases([(dialect.full_match(written, _STAMP), dialect.substring(written, whole(1), whole(10)))])
    return cases(
        [
            (compare(exp.LT, written, text("0001")), exp.Null()),  # DuckDB knows years before the first
            (is_stamp, _day_or_null(stamp)),
            (dialect.full_match(written, _EIGHT), eight_digits(written)),
            (dialect.full_match(written, _DASHED), _day_or_null(written)),
            (dialect.full_match(written, _OTHERS), _day_or_null(_separated(written))),
        ]
    )


def eight_digits(digits: Sql) -> Sql:
    """The day of eight digits, in DuckDB; null where there is none."""
    return cast(call("TRY_STRPTIME", digits, text("%Y%m%d")), _DATE)


def _day_or_null(dashed: Sql) -> Sql:
    return exp.TryCast(this=dashed, to=_DATE)


def _separated(written: Sql) -> Sql:
    """Year, month and day between dashes, whatever stood there."""
    return call("TRANSLATE", written, text("/.年月日"), text("----"))


def _eight_dashed(written: Sql, dialect: Dialect) -> Sql:
    parts = (dialect.substring(written, whole(start), whole(length)) for start, length in ((1, 4), (5, 2), (7, 2)))
    year, month, day_ = parts
    return dialect.joined(year, text("-"), month, text("-"), day_)


def birth_parts(name: str, written: Sql, is_number: Sql, dialect: Dialect) -> Mapping[str, Sql]:
    """The parts of the birth date in a text that is an ID number by its form."""
    places = ((7, 4), (11, 2), (13, 2))
    return {
        f"{part}:{name}": cases([(is_number, dialect.whole(dialect.substring(written, whole(start), whole(length))))])
        for part, (start, length) in zip(_PARTS, places, strict=True)
    }


def birth(name: str, written: Sql, dialect: Dialect) -> Sql:
    """The birth date in an ID number; null where there is no such day."""
    if dialect.name == "duckdb":
        return eight_digits(dialect.substring(written, whole(7), whole(8)))
    return dialect.make_date(*(column(f"{part}:{name}") for part in _PARTS))


def held(cell: Sql) -> Sql:
    """The day in a column of dates; null where it lies beyond the years 1 to 9999."""
    known = exp.Between(this=cell, low=day(date.min), high=day(date.max))
    return cases([(known, cell)])
