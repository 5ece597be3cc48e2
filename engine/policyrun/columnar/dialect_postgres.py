"""PostgreSQL's SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlglot import exp

from policyrun.columnar.dialect_duckdb import DuckDb, as_int, every
from policyrun.columnar.folding import Sql, binary, call, cast, compare, equal, text, whole

_DECIMAL = exp.DataType.build("DECIMAL(38, 0)")
_DATE_TYPE = exp.DataType(this=exp.DataType.Type.DATE)


class Postgres(DuckDb):
    """PostgreSQL 15."""

    name = "postgres"
    title = "PostgreSQL"
    longest_name = 63

    def fenced(self, query: exp.Select) -> exp.Select:
        return query.offset(0, copy=False)

    def changed(self, names: Sequence[str], columns: Mapping[str, Sql]) -> list[exp.Expr]:
        return every(names, columns)

    def wide(self, value: Sql) -> Sql:
        return cast(value, _DECIMAL)

    def quotient(self, dividend: Sql, divisor: Sql, *, is_wide: bool = False) -> Sql:
        return self.wide(call("DIV", dividend, divisor)) if is_wide else self.whole(call("DIV", dividend, divisor))

    def full_match(self, value: Sql, pattern: str) -> Sql:
        return exp.RegexpLike(this=value, expression=text(f"^(?:{pattern})$"))

    def trim(self, value: Sql, characters: str) -> Sql:
        return call("BTRIM", value, text(characters))

    def code_points(self, pattern: str) -> str:
        return re.sub(r"\\x\{([0-9A-F]+)\}", lambda match: rf"\U{int(match[1], 16) or 1:08x}", pattern)

    def length(self, value: Sql) -> Sql:
        return self.whole(call("CHAR_LENGTH", value))

    def position(self, value: Sql, part: Sql) -> Sql:
        return self.whole(call("STRPOS", value, part))

    def contains(self, value: Sql, part: Sql) -> Sql:
        return compare(exp.GT, call("STRPOS", value, part), whole(0))

    def ends_with(self, value: Sql, part: Sql) -> Sql:
        return equal(call("RIGHT", value, call("CHAR_LENGTH", part)), part)

    def substring(self, value: Sql, start: Sql, length: Sql | None = None) -> Sql:
        parts = [start] if length is None else [start, length]
        return call("SUBSTR", value, *(as_int(part) for part in parts))

    def enumerated(self, value: Sql, texts: Sequence[str]) -> Sql:
        return value

    def narrow(self, value: Sql, most: int) -> Sql:
        return value

    def mark(self, values: Sequence[Sql]) -> Sql:
        told = [exp.Coalesce(this=self.as_text(value), expressions=[text("~")]) for value in values]
        return call("HASHTEXTEXTENDED", call("CONCAT_WS", text("|"), *told), whole(0))

    def in_code_point_order(self, value: Sql) -> Sql:
        return exp.Collate(this=value, expression=exp.Identifier(this="C", quoted=True))

    def year(self, value: Sql) -> Sql:
        return self._part("YEAR", value)

    def month(self, value: Sql) -> Sql:
        return self._part("MONTH", value)

    def day(self, value: Sql) -> Sql:
        return self._part("DAY", value)

    def weekday(self, value: Sql) -> Sql:
        return self._part("ISODOW", value)

    def day_of_year(self, value: Sql) -> Sql:
        return self._part("DOY", value)

    def week_of_year(self, value: Sql) -> Sql:
        return self._part("WEEK", value)

    def _part(self, part: str, value: Sql) -> Sql:
        return self.whole(exp.Extract(this=exp.Var(this=part), expression=value))

    def days_between(self, first: Sql, last: Sql) -> Sql:
        return self.whole(binary(exp.Sub, last, first))

    def date_of(self, year: Sql, month: Sql, day_: Sql) -> Sql:
        return call("MAKE_DATE", *(as_int(part) for part in (year, month, day_)))

    def _months_later(self, value: Sql, count: Sql) -> Sql:
        span = call("MAKE_INTERVAL", whole(0), as_int(count))
        return cast(binary(exp.Add, value, span), _DATE_TYPE)
