"""Spark's SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from policyrun.columnar.dialect_duckdb import DuckDb, as_int, every
from policyrun.columnar.folding import Sql, binary, call, cast, text, whole

_DECIMAL = exp.DataType.build("DECIMAL(38, 0)")
_STRING = exp.DataType(this=exp.DataType.Type.TEXT)


class Spark(DuckDb):
    """Spark SQL 4 with ANSI rules, under which overflow and wrong casts are errors."""

    name = "spark"
    title = "Spark"

    def changed(self, names: Sequence[str], columns: Mapping[str, Sql]) -> list[exp.Expr]:
        return every(names, columns)

    def wide(self, value: Sql) -> Sql:
        return cast(value, _DECIMAL)

    def quotient(self, dividend: Sql, divisor: Sql, *, is_wide: bool = False) -> Sql:
        if not is_wide:
            return self.whole(binary(exp.IntDiv, dividend, divisor))
        # DIV gives 64 bits whatever it divides; what the divisor goes into without rest has an exact quotient.
        even = binary(exp.Sub, dividend, self.remainder(dividend, divisor))
        return self.wide(binary(exp.Div, even, divisor))

    def full_match(self, value: Sql, pattern: str) -> Sql:
        return exp.RegexpLike(this=value, expression=text(rf"\A(?:{pattern})\z"))

    def trim(self, value: Sql, characters: str) -> Sql:
        return call("BTRIM", value, text(characters))

    def trim_right(self, value: Sql, characters: str) -> Sql:
        return call("RTRIM", text(characters), value)

    def position(self, value: Sql, part: Sql) -> Sql:
        return self.whole(call("LOCATE", part, value))

    def length(self, value: Sql) -> Sql:
        return self.whole(call("CHAR_LENGTH", value))

    def starts_with(self, value: Sql, part: Sql) -> Sql:
        return call("STARTSWITH", value, part)

    def ends_with(self, value: Sql, part: Sql) -> Sql:
        return call("ENDSWITH", value, part)

    def substring(self, value: Sql, start: Sql, length: Sql | None = None) -> Sql:
        parts = [start] if length is None else [start, length]
        return call("SUBSTRING", value, *(as_int(part) for part in parts))

    def run_together(self, *parts: Sql) -> Sql:
        return call("CONCAT_WS", text(""), *parts)

    def enumerated(self, value: Sql, texts: Sequence[str]) -> Sql:
        return value

    def narrow(self, value: Sql, most: int) -> Sql:
        return value

    def mark(self, values: Sequence[Sql]) -> Sql:
        told = [exp.Coalesce(this=self.as_text(value), expressions=[text("~")]) for value in values]
        return call("XXHASH64", *told)

    def as_text(self, value: Sql) -> Sql:
        return cast(value, _STRING)

    def year(self, value: Sql) -> Sql:
        return self.whole(call("YEAR", value))

    def month(self, value: Sql) -> Sql:
        return self.whole(call("MONTH", value))

    def day(self, value: Sql) -> Sql:
        return self.whole(call("DAY", value))

    def weekday(self, value: Sql) -> Sql:
        return self.whole(binary(exp.Add, call("WEEKDAY", value), whole(1)))

    def day_of_year(self, value: Sql) -> Sql:
        return self.whole(call("DAYOFYEAR", value))

    def week_of_year(self, value: Sql) -> Sql:
        return self.whole(call("WEEKOFYEAR", value))

    def days_between(self, first: Sql, last: Sql) -> Sql:
        return self.whole(call("DATEDIFF", last, first))

    def date_of(self, year: Sql, month: Sql, day_: Sql) -> Sql:
        return call("MAKE_DATE", *(as_int(part) for part in (year, month, day_)))

    def days_later(self, value: Sql, count: Sql) -> Sql:
        return call("DATE_ADD", value, as_int(count))

    def _months_later(self, value: Sql, count: Sql) -> Sql:
        return call("ADD_MONTHS", value, as_int(count))
