"""Arithmetic, comparison, logic, rounding and extremes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from sqlglot import exp

from policyrun.columnar import numbers
from policyrun.columnar.choices import Operand, sql_of
from policyrun.columnar.folding import (
    Sql,
    binary,
    both,
    cases,
    compare,
    either,
    equal,
    is_nothing,
    is_null,
    negated,
    not_null,
    whole,
)
from policyrun.columnar.functions_dates import date_later, days_between
from policyrun.columnar.numbers import Bench, Number, number
from policyrun.columnar.plan import Unlowered
from policyrun.model.types import Kind, Type
from policyrun.source.messages import _

#: What an operator or function becomes: from its operands and their types.
Function = Callable[[Bench, Sequence[Operand], Sequence[Type]], Operand]

_DURATIONS = (Kind.MONTHS, Kind.DAYS)


def numeric(value: Operand) -> Number:
    assert isinstance(value, Number), "the checker lets only numbers through"
    return value


# arithmetic


def add(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    left, right = operands
    if types[1].kind is Kind.DATE:
        left, right, types = right, left, (types[1], types[0])
    if types[0].kind is Kind.DATE:
        return date_later(bench, sql_of(left), numeric(right), types[1].kind)
    if isinstance(left, Number) and isinstance(right, Number):
        return numbers.add(bench, left, right)
    return bench.bind(bench.dialect.joined(sql_of(left), sql_of(right)))


def subtract(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    left, right = operands
    if types[0].kind is not Kind.DATE:
        return numbers.subtract(bench, numeric(left), numeric(right))
    if types[1].kind is Kind.DATE:
        return days_between(bench, sql_of(right), sql_of(left))
    return date_later(bench, sql_of(left), numbers.negate(bench, numeric(right)), types[1].kind)


def multiply(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    product = numbers.multiply(bench, numeric(operands[0]), numeric(operands[1]))
    return _span(bench, product) if any(each.kind in _DURATIONS for each in types) else product


def divide(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    quotient = numbers.divide(bench, numeric(operands[0]), numeric(operands[1]))
    is_span = types[0].kind in _DURATIONS and types[1].kind not in _DURATIONS
    return _span(bench, quotient) if is_span else quotient


def _span(bench: Bench, count: Number) -> Number:
    """A span of a whole number of months or days; there are no others."""
    known = count.settled
    if known is not None:
        return count if known.denominator == 1 else numbers.no_number()
    if count.den == 1 or is_nothing(count.num):
        return count
    is_whole = numbers.is_whole(bench, count)
    return replace(count, num=bench.bind(cases([(is_whole, numbers.whole_part(bench, count))])), den=1)


def negate(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return numbers.negate(bench, numeric(operands[0]))


def absolute(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return numbers.absolute(bench, numeric(operands[0]))


def modulo(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    """The remainder has the sign of the divisor; unknown where that is 0."""
    left, right = numeric(operands[0]), numeric(operands[1])
    if right.settled == 0:
        return numbers.no_number()
    if left.settled is not None and right.settled is not None:
        return number(left.settled - right.settled * (left.settled // right.settled))
    pair = numbers.paired(bench, left, right)
    divisor = bench.bind(exp.Nullif(this=pair.right, expression=whole(0)) if right.settled is None else pair.right)
    rest = bench.dialect.floor_remainder(bench.bind(pair.left), divisor)
    return bench.bound(Number(rest, pair.den, 2 * pair.right_bound, right.is_natural, pair.den_bound))


def minimum(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return _extreme(bench, exp.LTE, operands)


def maximum(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return _extreme(bench, exp.GTE, operands)


def _extreme(bench: Bench, kind: type[exp.Expression], operands: Sequence[Operand]) -> Operand:
    if isinstance(operands[0], Number):
        return numbers.extreme(bench, kind, [numeric(each) for each in operands])
    values = [sql_of(each) for each in operands]
    if len(values) == 1:
        return values[0]
    best = bench.dialect.least(*values) if kind is exp.LTE else bench.dialect.greatest(*values)
    needed = [not_null(each) for each in values if bench.layers.is_nullable(each)]
    return bench.bind(cases([(both(needed), best)]))


def total(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    result = number(0)
    for each in operands:
        result = numbers.add(bench, result, numeric(each))
    return result


def mean(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return numbers.divide(bench, numeric(total(bench, operands, types)), number(len(operands)))


# comparison and logic


def _comparison(kind: type[exp.Expression]) -> Function:
    def function(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
        left, right = operands
        if isinstance(left, Number) and isinstance(right, Number):
            return bench.bind(numbers.compared(bench, kind, left, right))
        return bench.bind(compare(kind, sql_of(left), sql_of(right)))

    return function


def conjunction(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return bench.bind(both(sql_of(each) for each in operands))


def disjunction(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return bench.bind(either(sql_of(each) for each in operands))


def opposite(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    return bench.bind(negated(sql_of(operands[0])))


def missing(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    value = sql_of(operands[0])
    return bench.bind(is_null(value)) if bench.layers.is_nullable(value) else exp.Boolean(this=False)


def present(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
    value = sql_of(operands[0])
    return bench.bind(not_null(value)) if bench.layers.is_nullable(value) else exp.Boolean(this=True)


# rounding

#: From steps, with the numerator to divide and the denominator, and whether they are wide, to a whole number of steps.
_Mode = Callable[[Bench, Number, bool], Sql]


def _floor(bench: Bench, steps: Number, is_wide: bool) -> Sql:
    if steps.is_natural:
        return _round_down(bench, steps, is_wide)
    return bench.dialect.floor_quotient(steps.num, steps.den_sql, is_wide=is_wide)


def _ceiling(bench: Bench, steps: Number, is_wide: bool) -> Sql:
    above = compare(exp.GT, bench.dialect.remainder(steps.num, steps.den_sql), whole(0))
    return binary(exp.Add, _round_down(bench, steps, is_wide), cases([(above, whole(1))], whole(0)))


def _round_down(bench: Bench, steps: Number, is_wide: bool) -> Sql:
    return bench.dialect.quotient(steps.num, steps.den_sql, is_wide=is_wide)


def _away_where(test: Callable[[Bench, Sql, Sql, Sql], Sql]) -> _Mode:
    """Towards zero, or one further from it where the test of quotient, rest (without sign) and divisor holds."""

    def mode(bench: Bench, steps: Number, is_wide: bool) -> Sql:
        quotient = bench.bind(_round_down(bench, steps, is_wide))
        rest = bench.dialect.remainder(steps.num, steps.den_sql)
        further = whole(1)
        if not steps.is_natural:
            rest = bench.dialect.magnitude(rest)
            further = cases([(compare(exp.LT, steps.num, whole(0)), whole(-1))], whole(1))
        away = test(bench, quotient, bench.bind(rest), steps.den_sql)
        return binary(exp.Add, quotient, cases([(away, further)], whole(0)))

    return mode


def _twice(value: Sql) -> Sql:
    return binary(exp.Mul, value, whole(2))


def _odd_at_half(bench: Bench, quotient: Sql, rest: Sql, den: Sql) -> Sql:
    is_odd = compare(exp.NEQ, bench.dialect.remainder(quotient, whole(2)), whole(0))
    return either((compare(exp.GT, _twice(rest), den), both((equal(_twice(rest), den), is_odd))))


_MODES: Mapping[str, _Mode] = {
    "floor": _floor,
    "ceiling": _ceiling,
    "round_half_up": _away_where(lambda _bench, _whole, rest, den: compare(exp.GTE, _twice(rest), den)),
    "round_half_down": _away_where(lambda _bench, _whole, rest, den: compare(exp.GT, _twice(rest), den)),
    "round_half_even": _away_where(_odd_at_half),
    "round_up": _away_where(lambda _bench, _whole, rest, _den: compare(exp.GT, rest, whole(0))),
    "round_down": _round_down,
}

#: Beyond so many digits the reference says that the result is unknown.
_MOST_DIGITS = 6000


def _rounding(key: str) -> Function:
    def function(bench: Bench, operands: Sequence[Operand], types: Sequence[Type]) -> Operand:
        digits = numeric(operands[1]).settled if len(operands) > 1 else Fraction(0)
        if digits is None:
            raise Unlowered(_("取到小数第几位不是常数"))
        if digits.denominator != 1 or abs(digits) > _MOST_DIGITS:
            return numbers.no_number()
        return rounded(bench, key, numeric(operands[0]), int(digits))

    return function


def rounded(bench: Bench, key: str, value: Number, digits: int) -> Number:
    """A number to so many decimals (negative: tens, hundreds), by the mode with this key in ``ir.ops``."""
    step = Fraction(10) ** -digits
    if isinstance(value.den, int) and (1 / step / value.den).denominator == 1:
        return value  # it has no more decimals than that
    steps = numbers.multiply(bench, value, number(1 / step))
    if steps.settled is not None:
        steps = replace(steps, num=bench.dialect.whole(steps.num))  # a constant is narrow by itself
    goes_wide = bench.is_wide(2 * max(steps.bound, steps.den_most))
    if goes_wide and steps.bound < numbers.WHOLE_BOUND:
        steps = bench.bound(replace(steps, num=bench.dialect.wide(steps.num)))
    made = _MODES[key](bench, steps, bench.is_wide(steps.bound))
    bound = steps.bound // (steps.den if isinstance(steps.den, int) else 1) + 1
    if goes_wide and bound < numbers.WHOLE_BOUND:
        made = bench.dialect.whole(made)
    return numbers.multiply(bench, Number(bench.bind(made), 1, bound, steps.is_natural), number(step))


FUNCTIONS: Mapping[str, Function] = {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": divide,
    "neg": negate,
    "abs": absolute,
    "modulo": modulo,
    "min": minimum,
    "max": maximum,
    "sum": total,
    "mean": mean,
    "eq": _comparison(exp.EQ),
    "ne": _comparison(exp.NEQ),
    "lt": _comparison(exp.LT),
    "le": _comparison(exp.LTE),
    "gt": _comparison(exp.GT),
    "ge": _comparison(exp.GTE),
    "and": conjunction,
    "or": disjunction,
    "not": opposite,
    "is_null": missing,
    "not_null": present,
    **{key: _rounding(key) for key in _MODES},
}
