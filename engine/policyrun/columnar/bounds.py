"""The least and the most that an unknown amount can turn out to be, for every row at once: ``interp.bounds``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from policyrun.columnar import numbers
from policyrun.columnar.conditions import Condition, all_of
from policyrun.columnar.folding import Sql, call, cases, compare, either, equal, is_nothing, is_null, not_null, whole
from policyrun.columnar.numbers import Bench, Number, no_number
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, If, Table, TableRow
from policyrun.model.types import Kind

if TYPE_CHECKING:
    from policyrun.columnar.lowering import Lowering

#: Least and most a number can be; unknown (NULL) where there is no bound.
Range = tuple[Number, Number]

#: LEAST and GREATEST leave out what is NULL, in every dialect.
_LEAST, _GREATEST = exp.LTE, exp.GTE


def bounds(node: Expr, lowering: Lowering) -> Range:
    """The least and the most that a number can turn out to be once what is unknown is known; itself where it is."""
    return _Bounds(lowering).of(node)


class _Bounds:
    """The bounds of the parts of one expression, each worked out once."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._bench: Bench = lowering.bench
        self._known: dict[int, Range] = {}

    def of(self, node: Expr) -> Range:
        if id(node) not in self._known:
            self._known[id(node)] = self._of(node)
        return self._known[id(node)]

    def _of(self, node: Expr) -> Range:
        if node.type.kind is not Kind.NUMBER:
            return no_number(), no_number()
        match node:
            case Column(name=name):
                return self._of_column(name, self._lowering.number(node))
            case DecisionRef(expr=expr):
                return self.of(expr)
            case If():
                return self._hull([(when, self.of(way)) for when, way in self._lowering.ways(node)])
            case Table():
                rows = self._lowering.open_rows(node)
                outcomes = [(when, line.outcome if isinstance(line, TableRow) else line) for when, line in rows]
                return self._hull([(when, self.of(outcome)) for when, outcome in outcomes])
            case Apply(op="add" | "sub" | "mul" | "min" | "max" as op, args=args):
                exact = self._lowering.number(node)
                return (exact, exact) if exact.settled is not None else self._of_operation(op, args, exact)
            case _:
                exact = self._lowering.number(node)
                return exact, exact

    def _of_column(self, name: str, value: Number) -> Range:
        field = self._lowering.fields.get(name)
        if field is None:
            return value, value
        return self._or_else(value, field.least or Fraction(0)), self._or_else(value, field.most)

    def _or_else(self, value: Number, otherwise: Fraction | None) -> Number:
        """A number, or a constant where it is unknown."""
        if otherwise is None or value.settled is not None:
            return value
        return self._first([(not_null(value.num), value)], numbers.number(otherwise))

    def _of_operation(self, op: str, args: Sequence[Expr], exact: Number) -> Range:
        """Bounds through the operations an amount is made of."""
        lows, highs = zip(*(self.of(arg) for arg in args), strict=True)
        bench = self._bench
        match op:
            case "add":
                return _folded(bench, numbers.add, lows), _folded(bench, numbers.add, highs)
            case "sub":
                return numbers.subtract(bench, lows[0], highs[1]), numbers.subtract(bench, highs[0], lows[1])
            case "min":
                return numbers.extreme(bench, _LEAST, list(lows)), self._best_known(_LEAST, highs)
            case "max":
                return self._best_known(_GREATEST, lows), numbers.extreme(bench, _GREATEST, list(highs))
            case _:
                return self._of_product(lows, highs, exact)

    def _of_product(self, lows: Sequence[Number], highs: Sequence[Number], exact: Number) -> Range:
        """Of what is not negative, the products; anything else has bounds only where it is known."""
        bench = self._bench
        if any(is_nothing(low.num) for low in lows):
            return exact, exact
        sound = all_of(
            not_null(low.num) if low.is_natural else _is_true(compare(exp.GTE, low.num, whole(0))) for low in lows
        )
        nothing_at_most = either(_is_true(equal(high.num, whole(0))) for high in highs)
        low, high = _folded(bench, numbers.multiply, lows), _folded(bench, numbers.multiply, highs)
        least = self._first([(not_null(exact.num), exact), (sound, low)])
        most = self._first(
            [(not_null(exact.num), exact), (all_of((sound, nothing_at_most)), numbers.number(0)), (sound, high)]
        )
        return least, most

    def _hull(self, ranges: Sequence[tuple[Condition, Range]]) -> Range:
        """The least and the most over the outcomes that may apply; no bound where one of them has none."""
        return (
            self._over_all(_LEAST, [(when, low) for when, (low, _high) in ranges]),
            self._over_all(_GREATEST, [(when, high) for when, (_low, high) in ranges]),
        )

    def _over_all(self, kind: type[exp.LTE] | type[exp.GTE], parts: Sequence[tuple[Condition, Number]]) -> Number:
        bench = self._bench
        concerned = [self._first([(when, value)]) for when, value in parts if not is_nothing(value.num)]
        unbounded = either(
            all_of((when, is_null(value.num))) for when, value in parts if bench.layers.is_nullable(value.num)
        )
        return self._first([(unbounded, no_number())], self._best_known(kind, concerned))

    def _best_known(self, kind: type[exp.LTE] | type[exp.GTE], values: Sequence[Number]) -> Number:
        """The least or the greatest of the numbers that are known; unknown where none is."""
        known = [value for value in values if not is_nothing(value.num)]
        best = known[0] if known else no_number()
        for value in known[1:]:
            best = self._better(kind, best, value)
        return best

    def _better(self, kind: type[exp.LTE] | type[exp.GTE], left: Number, right: Number) -> Number:
        bench = self._bench
        if left.settled is not None and right.settled is not None:
            return numbers.extreme(bench, kind, [left, right])
        if isinstance(left.den, int) and isinstance(right.den, int):
            pair = numbers.paired(bench, left, right)
            best = call("LEAST" if kind is _LEAST else "GREATEST", pair.left, pair.right)
            natural = left.is_natural and right.is_natural
            return bench.bound(Number(best, pair.den, max(pair.left_bound, pair.right_bound), natural))
        better = either((is_null(right.num), _is_true(numbers.compared(bench, kind, left, right))))
        return self._first([(all_of((not_null(left.num), better)), left)], right)

    def _first(self, arms: Sequence[tuple[Condition, Number]], default: Number | None = None) -> Number:
        """CASE of numbers, over a denominator that all have in common."""
        values = [value for _when, value in arms] + ([default] if default is not None else [])
        conditions = [when for when, _value in arms]
        natural = all(value.is_natural for value in values)
        dens = [value.den for value in values if not is_nothing(value.num)]
        if all(isinstance(den, int) for den in dens):
            den = math.lcm(*(den for den in dens if isinstance(den, int)))
            scaled = [self._bench.over(value, den) if not is_nothing(value.num) else (value.num, 0) for value in values]
            num = cases(zip(conditions, (each for each, _bound in scaled), strict=False), _last(scaled, default))
            return self._bench.bound(Number(num, den, max(bound for _num, bound in scaled), natural))
        num = cases([(when, value.num) for when, value in arms], default.num if default else None)
        den_sql = cases([(when, value.den_sql) for when, value in arms], default.den_sql if default else whole(1))
        most = max(value.bound for value in values)
        return self._bench.bound(Number(num, den_sql, most, natural, max(value.den_most for value in values)))


def _last(scaled: Sequence[tuple[Sql, int]], default: Number | None) -> Sql | None:
    return scaled[-1][0] if default is not None else None


def _is_true(condition: Sql) -> Condition:
    """Whether a condition is true, and not merely unknown."""
    return call("COALESCE", condition, exp.Boolean(this=False))


def _folded(bench: Bench, operation: Callable[[Bench, Number, Number], Number], values: Sequence[Number]) -> Number:
    result = values[0]
    for value in values[1:]:
        result = operation(bench, result, value)
    return result
