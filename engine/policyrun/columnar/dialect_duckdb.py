"""DuckDB's SQL, and what all dialects share: one method for each thing that differs between them.

A method gives the tree for its operands. Where an operand is written more than once in it, it is to be a column or a
constant: ``Lowering`` sees to that. Positions count characters (code points) from 1; numbers are integers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp

from policyrun.columnar.folding import (
    Sql,
    binary,
    boolean,
    both,
    call,
    cases,
    cast,
    column,
    compare,
    constant,
    day,
    either,
    equal,
    text,
    whole,
    within,
)
from policyrun.columnar.parsing import TextQuery
from policyrun.model import calendar

_Type = exp.DataType.Type

#: How sqlglot writes a date; inside a text the quotes would be doubled or escaped.
_DATE = re.compile(r"CAST(?<![A-Z_]CAST)\('([0-9]{4}-[0-9]{2}-[0-9]{2})' AS DATE\)")

#: Days from the first day of the calendar to the last.
CALENDAR_DAYS = (date.max - date.min).days
#: Types of whole numbers, by how many bits they have beside the sign.
_NARROW = {7: _Type.TINYINT, 15: _Type.SMALLINT, 31: _Type.INT}


class DuckDb:
    """DuckDB, and what all dialects share."""

    name = "duckdb"
    title = "DuckDB"
    #: Bytes of the longest name of a column; None: no bound.
    longest_name: int | None = None

    def sql(self, query: exp.Expr | TextQuery, *, spent: bool = False) -> str:
        """The text of a query, laid out to be read.

        Args:
            spent: the tree is not used again; it may be taken apart, which saves copying it.
        """
        if isinstance(query, TextQuery):
            return query.written(self._written)
        return self._written(query if spent else query.copy())

    def _written(self, query: exp.Expr) -> str:
        return _DATE.sub(r"DATE '\1'", query.sql(self.name, pretty=True, identify=True, copy=False))

    def fenced(self, query: exp.Select) -> exp.Select:
        """A query whose columns an outer one does not take apart and work out again for each mention."""
        return query

    def changed(self, names: Sequence[str], columns: Mapping[str, Sql]) -> list[exp.Expr]:
        """The columns of a relation, some of them as others and some more.

        Args:
            names: of the columns of the relation.
        """
        others = [_aliased(value, name) for name, value in columns.items() if name in names]
        more = [_aliased(value, name) for name, value in columns.items() if name not in names]
        return [exp.Star(replace=others) if others else exp.Star(), *more]

    # whole numbers

    def whole(self, value: Sql) -> Sql:
        """As a 64-bit integer."""
        return cast(value, exp.DataType(this=_Type.BIGINT))

    def wide(self, value: Sql) -> Sql:
        """As an integer of 37 digits at least."""
        return cast(value, exp.DataType(this=_Type.INT128))

    def quotient(self, dividend: Sql, divisor: Sql, *, is_wide: bool = False) -> Sql:
        """Integer division towards zero; the divisor is not 0. ``is_wide``: a quotient beyond 64 bits may come."""
        return binary(exp.IntDiv, dividend, divisor)

    def remainder(self, dividend: Sql, divisor: Sql) -> Sql:
        """What integer division leaves, with the sign of the dividend."""
        return binary(exp.Mod, dividend, divisor)

    def floor_quotient(self, dividend: Sql, divisor: Sql, *, is_wide: bool = False) -> Sql:
        """Integer division towards minus infinity, by a positive divisor."""
        below = compare(exp.LT, self.remainder(dividend, divisor), whole(0))
        down = cases([(below, whole(1))], whole(0))
        return binary(exp.Sub, self.quotient(dividend, divisor, is_wide=is_wide), down)

    def floor_remainder(self, dividend: Sql, divisor: Sql) -> Sql:
        """What division towards minus infinity leaves: it has the sign of the divisor."""
        rest = self.remainder(dividend, divisor)
        return self.remainder(binary(exp.Add, rest, divisor), divisor)

    def magnitude(self, value: Sql) -> Sql:
        return call("ABS", value)

    def least(self, *values: Sql) -> Sql:
        """The least of values that are all known."""
        return call("LEAST", *values)

    def greatest(self, *values: Sql) -> Sql:
        """The greatest of values that are all known."""
        return call("GREATEST", *values)

    # texts

    def full_match(self, value: Sql, pattern: str) -> Sql:
        """Whether a text is, from end to end, what a pattern says; one that every dialect reads alike."""
        return call("REGEXP_FULL_MATCH", value, text(pattern))

    def translate(self, value: Sql, characters: str, others: str) -> Sql:
        """Each of some characters replaced by the other in its place."""
        return call("TRANSLATE", value, text(characters), text(others))

    def trim(self, value: Sql, characters: str) -> Sql:
        """A text without the given characters at its ends."""
        return call("TRIM", value, text(characters))

    def trim_right(self, value: Sql, characters: str) -> Sql:
        """A text without the given characters at its end."""
        return call("RTRIM", value, text(characters))

    def code_points(self, pattern: str) -> str:
        r"""A pattern with characters written ``\x{3000}`` as this dialect writes them."""
        return pattern

    def length(self, value: Sql) -> Sql:
        return exp.Length(this=value)

    def substring(self, value: Sql, start: Sql, length: Sql | None = None) -> Sql:
        return exp.Substring(this=value, start=start, length=length)

    def position(self, value: Sql, part: Sql) -> Sql:
        """Where a part begins in a text; 0 where it does not occur, 1 for an empty part."""
        return call("STRPOS", value, part)

    def contains(self, value: Sql, part: Sql) -> Sql:
        return call("CONTAINS", value, part)

    def starts_with(self, value: Sql, part: Sql) -> Sql:
        return call("STARTS_WITH", value, part)

    def ends_with(self, value: Sql, part: Sql) -> Sql:
        return call("ENDS_WITH", value, part)

    def joined(self, *parts: Sql) -> Sql:
        """Texts one after the other; unknown where one is."""
        first, *rest = parts
        whole_text = first
        for part in rest:
            left = whole_text if isinstance(whole_text, exp.DPipe) else within(whole_text, exp.DPipe)
            whole_text = exp.DPipe(this=left, expression=within(part, exp.DPipe, on_the_right=True))
        return whole_text

    def run_together(self, *parts: Sql) -> Sql:
        """Texts one after the other, without those that are unknown."""
        return call("CONCAT", *parts)

    def enumerated(self, value: Sql, texts: Sequence[str]) -> Sql:
        """A text that is one of a few, or NULL, as a small number that is shown as that text; or a list of such."""
        kind = exp.DataType(this=_Type.ENUM, expressions=[text(each) for each in texts])
        if isinstance(value, exp.Array):
            kind = exp.DataType(this=_Type.ARRAY, expressions=[kind], nested=True)
        return exp.Cast(this=value, to=kind)

    def narrow(self, value: Sql, most: int) -> Sql:
        """A whole number of so much at most, whatever its sign, in as few bytes as hold it."""
        fits = next((kind for bits, kind in _NARROW.items() if most < 1 << bits), None)
        return value if fits is None else exp.Cast(this=value, to=exp.DataType(this=fits))

    def in_code_point_order(self, value: Sql) -> Sql:
        """A text as ORDER BY is to compare it: by code point."""
        return value

    def code_point(self, value: Sql) -> Sql:
        """The number of an ASCII character."""
        return call("ASCII", value)

    def as_text(self, value: Sql) -> Sql:
        """An integer's digits."""
        return cast(value, exp.DataType(this=_Type.TEXT))

    def date_text(self, value: Sql) -> Sql:
        """A date as 2023-08-31."""
        return self.as_text(value)

    def mark(self, values: Sequence[Sql]) -> Sql:
        """64 bits of some values, NULL among them: the same for the same, other ones nearly always for others."""
        return self.whole(exp.BitwiseRightShift(this=call("HASH", *values), expression=whole(1)))

    # dates

    def year(self, value: Sql) -> Sql:
        return call("YEAR", value)

    def month(self, value: Sql) -> Sql:
        return call("MONTH", value)

    def day(self, value: Sql) -> Sql:
        return call("DAY", value)

    def weekday(self, value: Sql) -> Sql:
        """1 on Monday, 7 on Sunday."""
        return call("ISODOW", value)

    def day_of_year(self, value: Sql) -> Sql:
        return call("DAYOFYEAR", value)

    def week_of_year(self, value: Sql) -> Sql:
        """By ISO 8601."""
        return call("WEEKOFYEAR", value)

    def days_between(self, first: Sql, last: Sql) -> Sql:
        return binary(exp.Sub, last, first)

    def make_date(self, year: Sql, month: Sql, day_: Sql) -> Sql:
        """The day, NULL where there is none such."""
        parts = (year, month, day_)
        is_leap = either(
            (
                both((self._divides(4, year), exp.Not(this=self._divides(100, year)))),
                self._divides(400, year),
            )
        )
        last = cases(
            [
                (both((equal(month, whole(2)), is_leap)), whole(29)),
                (equal(month, whole(2)), whole(28)),
                (exp.In(this=month, expressions=[whole(4), whole(6), whole(9), whole(11)]), whole(30)),
            ],
            whole(31),
        )
        exists = both(
            (
                _between(year, whole(date.min.year), whole(date.max.year)),
                _between(month, whole(1), whole(12)),
                _between(day_, whole(1), last),
            )
        )
        return cases([(exists, self.date_of(*parts))])

    def _divides(self, divisor: int, value: Sql) -> Sql:
        return equal(self.remainder(value, whole(divisor)), whole(0))

    def add_days(self, value: Sql, count: Sql) -> Sql:
        """So many days later, a count of 32 bits; NULL beyond the years 1 to 9999."""
        known = constant(count)
        if isinstance(known, int):
            edge = calendar.add_days(date.min if known < 0 else date.max, -known)
            inside = _up_to(value, edge, known)
        else:
            begun = self.days_between(day(date.min), value)
            inside = _between(binary(exp.Add, begun, count), whole(0), whole(CALENDAR_DAYS))
        return cases([(inside, self.days_later(value, count))])

    def add_months(self, value: Sql, count: Sql) -> Sql:
        """The corresponding day so many months later, a count of 32 bits, or the last day of that month.

        NULL beyond the years 1 to 9999.
        """
        known = constant(count)
        if isinstance(known, int):
            edge = calendar.add_months(date.min if known < 0 else date.max, -known)
            inside = _up_to(value, edge, known)
        else:
            years = binary(exp.Mul, self.year(value), whole(12))
            reached = binary(exp.Add, binary(exp.Add, years, self.month(value)), count)
            inside = _between(reached, whole(13), whole(12 * date.max.year + 12))
        return cases([(inside, self._months_later(value, count))])

    def date_of(self, year: Sql, month: Sql, day_: Sql) -> Sql:
        """The day of parts that are known to make one."""
        return call("MAKE_DATE", *(self.whole(part) for part in (year, month, day_)))

    def days_later(self, value: Sql, count: Sql) -> Sql:
        """So many days later, a count of 32 bits, where that is a day of the calendar."""
        return binary(exp.Add, value, as_int(count))

    def _months_later(self, value: Sql, count: Sql) -> Sql:
        return cast(binary(exp.Add, value, call("TO_MONTHS", as_int(count))), exp.DataType(this=_Type.DATE))


def every(names: Sequence[str], columns: Mapping[str, Sql]) -> list[exp.Expr]:
    """``changed``, every column by its name."""
    return [
        _aliased(columns[name], name) if name in columns else column(name) for name in dict.fromkeys((*names, *columns))
    ]


def _aliased(value: Sql, name: str) -> exp.Alias:
    return exp.Alias(this=value, alias=exp.Identifier(this=name, quoted=True))


def _between(value: Sql, low: Sql, high: Sql) -> Sql:
    return exp.Between(this=value if isinstance(value, exp.Column) else exp.Paren(this=value), low=low, high=high)


def _up_to(value: Sql, edge: date | None, count: int) -> Sql:
    """Whether a day lies no further than the last from which a constant count still reaches a day."""
    if edge is None:
        return boolean(False)
    return compare(exp.GTE if count < 0 else exp.LTE, value, day(edge))


def as_int(value: Sql) -> Sql:
    """As a 32-bit integer, which functions of dates and texts ask for."""
    return value if isinstance(value, exp.Literal) else cast(value, exp.DataType(this=_Type.INT))
