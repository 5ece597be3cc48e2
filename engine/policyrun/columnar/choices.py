"""Outcomes that depend on conditions: 若, decision tables, and the one value that all outcomes that may apply have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp

from policyrun.columnar.folding import (
    UNSETTLED,
    Sql,
    both,
    cases,
    compare,
    constant,
    either,
    equal,
    is_false,
    is_nothing,
    is_null,
    is_true,
    negated,
    whole,
)
from policyrun.columnar.numbers import Bench, Number, compared
from policyrun.ir.nodes import Expr, Table, TableRow

#: What an expression becomes: a number, or SQL for a value of another type.
Operand: TypeAlias = Number | Sql
Arm = tuple[Sql, Operand]


def chosen(bench: Bench, arms: Sequence[Arm], default: Operand | None = None) -> Operand:
    """The outcome of the first condition that is true, else the default; numbers over one denominator."""
    values = [value for _condition, value in arms] + ([] if default is None else [default])
    numbers = [value for value in values if isinstance(value, Number)]
    conditions = [condition for condition, _value in arms]
    if not numbers:
        return bench.bind(_case(conditions, [value for value in values if not isinstance(value, Number)]))
    exact = [value if isinstance(value, Number) else Number(value, 1, 0, True) for value in values]
    dens = [value.den for value in exact if not is_nothing(value.num)]
    if all(isinstance(den, int) for den in dens):
        den = math.lcm(*(den for den in dens if isinstance(den, int)))
        parts = [(value.num, 0) if is_nothing(value.num) else bench.over(value, den) for value in exact]
        num = _case(conditions, _typed(bench, [part for part, _bound in parts]))
        bound = max(bound for _part, bound in parts)
        return bench.bound(Number(num, den, bound, all(value.is_natural for value in exact)))
    return bench.bound(
        Number(
            _case(conditions, [value.num for value in exact]),
            _case(conditions, [value.den_sql for value in exact]),
            max(value.bound for value in exact),
            all(value.is_natural for value in exact),
            max(value.den_most for value in exact),
        )
    )


def _case(conditions: Sequence[Sql], values: Sequence[Sql]) -> Sql:
    default = values[-1] if len(values) > len(conditions) else None
    return cases(zip(conditions, values, strict=False), default)


def _typed(bench: Bench, nums: list[Sql]) -> list[Sql]:
    """Numerators of which one at least is no bare constant: constants alone would be 32-bit integers."""
    constants = [constant(num) for num in nums]
    if UNSETTLED in constants or len(set(constants)) == 1:
        return nums
    place = next(place for place, known in enumerate(constants) if known is not None)
    return [*nums[:place], bench.dialect.whole(nums[place]), *nums[place + 1 :]]


def common(bench: Bench, arms: Sequence[Arm]) -> Operand:
    """The one value of the outcomes whose conditions hold; unknown where they differ, one is unknown or none is open.

    Args:
        arms: conditions that are never NULL.
    """
    arms = _merged([(condition, value) for condition, value in arms if not is_false(condition)])
    if len(arms) <= 1:
        return chosen(bench, arms) if arms else exp.Null()
    first = chosen(bench, arms)
    agree = both(either((negated(condition), same(bench, value, first))) for condition, value in arms)
    return chosen(bench, [(agree, first)])


def _merged(arms: Sequence[Arm]) -> list[Arm]:
    """The same with equal constants in one arm."""
    merged: list[Arm] = []
    places: dict[object, int] = {}
    for condition, value in arms:
        known = settled(value)
        if known is UNSETTLED or known is None:
            merged.append((condition, value))
        elif known in places:
            earlier, _same = merged[places[known]]
            merged[places[known]] = (either((earlier, condition)), value)
        else:
            places[known] = len(merged)
            merged.append((condition, value))
    return merged


def settled(value: Operand) -> object:
    """The value of a constant; ``UNSETTLED`` for anything else, None for what is surely unknown."""
    if not isinstance(value, Number):
        return constant(value)
    if is_nothing(value.num):
        return None
    return UNSETTLED if value.settled is None else value.settled


def same(bench: Bench, left: Operand, right: Operand) -> Sql:
    """Whether two values are equal; unknown where one is."""
    if isinstance(left, Number) and isinstance(right, Number):
        return compared(bench, exp.EQ, left, right)
    return equal(sql_of(left), sql_of(right))


def sql_of(value: Operand) -> Sql:
    """The value, or the numerator of a number: NULL where it is unknown."""
    return value.num if isinstance(value, Number) else value


def unknown(value: Operand) -> Sql:
    return is_null(sql_of(value))


# ---------------------------------------------------------------------------------------------------------------- 若


def ways_of_if(bench: Bench, condition: Sql, node: tuple[Expr, Expr]) -> list[tuple[Sql, Expr]]:
    """When each way of a choice may apply: both where the condition is unknown."""
    then, otherwise = node
    if is_true(condition) or is_false(condition):
        return [(exp.Boolean(this=True), then if is_true(condition) else otherwise)]
    if is_nothing(condition):
        return [(exp.Boolean(this=True), then), (exp.Boolean(this=True), otherwise)]
    opposite = negated(condition)
    if bench.layers.is_nullable(condition):
        return [(_may_be(condition), then), (_may_be(opposite), otherwise)]
    return [(condition, then), (opposite, otherwise)]


def _may_be(condition: Sql) -> Sql:
    """Whether a condition is true or unknown; never NULL."""
    return exp.Coalesce(this=condition, expressions=[exp.Boolean(this=True)])


def if_value(bench: Bench, condition: Sql, then: Operand, otherwise: Operand) -> Operand:
    """The value of 若, whose condition the row decides."""
    if is_nothing(condition):
        return common(bench, [(exp.Boolean(this=True), then), (exp.Boolean(this=True), otherwise)])
    if not bench.layers.is_nullable(condition):
        return chosen(bench, [(condition, then)], otherwise)
    equal_both = bench.bind(same(bench, then, otherwise))
    return chosen(bench, [(condition, then), (negated(condition), otherwise), (equal_both, then)])


# ------------------------------------------------------------------------------------------------------------ tables


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table that may match, or its default.

    Attributes:
        matches: whether all its tests hold; TRUE of the default.
    """

    matches: Sql
    line: TableRow | Expr

    @property
    def outcome(self) -> Expr:
        return self.line.outcome if isinstance(self.line, TableRow) else self.line


def lines_of(table: Table, matches: Sequence[Sql]) -> tuple[list[Line], Line | None]:
    """The rows that can match, and the default if it can be reached."""
    lines: list[Line] = []
    for row, holds in zip(table.rows, matches, strict=True):
        if is_false(holds):
            continue
        lines.append(Line(holds, row))
        if is_true(holds):
            return lines, None
    default = table.default
    return lines, None if default is None else Line(exp.Boolean(this=True), default)


def is_exclusive(bench: Bench, lines: Sequence[Line]) -> bool:
    """Whether no row can be unknown, so that one outcome applies at most."""
    return not any(bench.layers.is_nullable(line.matches) for line in lines)


def open_lines(bench: Bench, hit: str, lines: Sequence[Line], default: Line | None) -> list[tuple[Sql, Line]]:
    """When each row of a table may apply, given what is known; conditions that are never NULL."""
    if not lines:
        return [] if default is None else [(exp.Boolean(this=True), default)]
    matched = bench.bind(cases([(line.matches, whole(place)) for place, line in enumerate(lines, 1)], whole(0)), "行")
    none = equal(matched, whole(0))
    found: list[tuple[Sql, Line]] = []
    for place, line in enumerate(lines, 1):
        this = equal(matched, whole(place))
        if bench.layers.is_nullable(line.matches):
            later = either((none, compare(exp.GT, matched, whole(place)))) if hit == "F" else none
            this = either((this, both((is_null(line.matches), later))))
        if isinstance(this, exp.EQ):  # as it stands, so that others see that it contradicts those of other rows
            found.append((this, line))
        elif not is_false(this):
            found.append((bench.bind(this, f"第{place}行可适用"), line))
    if default is not None and not is_false(none):
        found.append((none, default))
    return found


def table_value(
    bench: Bench, hit: str, lines: Sequence[tuple[Line, Operand]], default: tuple[Line, Operand] | None
) -> Operand:
    """The value of a table, of the outcomes given with its rows."""
    rows = [line for line, _value in lines]
    if is_exclusive(bench, rows):
        value = None if default is None else default[1]
        if not lines and value is None:
            return exp.Null()
        return chosen(bench, [(line.matches, outcome) for line, outcome in lines], value)
    values = {id(line): value for line, value in (*lines, *([] if default is None else [default]))}
    found = open_lines(bench, hit, rows, None if default is None else default[0])
    return common(bench, [(condition, values[id(line)]) for condition, line in found])
