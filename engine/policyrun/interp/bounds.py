"""The least and the most that an unknown amount can turn out to be."""

from __future__ import annotations

from fractions import Fraction

from policyrun.interp.expressions import Row, value_of, ways
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, If, Table

#: Least and most a number can be; None where there is no bound.
Range = tuple[Fraction | None, Fraction | None]


def bounds(node: Expr, row: Row) -> Range:
    """The least and the most that a number can turn out to be once what is unknown is known."""
    value = value_of(node, row)
    if isinstance(value, Fraction):
        return value, value
    match node:
        case Column(name=name):
            column = row.record.field(name)
            return (None, None) if column is None else (column.least or Fraction(0), column.most)
        case DecisionRef(expr=expr):
            return bounds(expr, row)
        case If() | Table():
            return _hull([bounds(way, row) for way in ways(node, row)])
        case Apply(op=op, args=args):
            return _of_operation(op, [bounds(arg, row) for arg in args])
        case _:
            return None, None


def _hull(ranges: list[Range]) -> Range:
    lows = [low for low, _ in ranges]
    highs = [high for _, high in ranges]
    return _least(lows), _most(highs)


def _least(values: list[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def _most(values: list[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _of_operation(op: str, ranges: list[Range]) -> Range:
    """Bounds through the operations an amount is made of; through any other there are none."""
    lows = [low for low, _ in ranges]
    highs = [high for _, high in ranges]
    match op:
        case "add":
            return _total(lows), _total(highs)
        case "sub":
            return _total([lows[0], _negative(highs[1])]), _total([highs[0], _negative(lows[1])])
        case "mul" if all(low is not None and low >= 0 for low in lows):
            return _product(lows), _product(highs)
        case "min":
            known = [high for high in highs if high is not None]
            return _least(lows), min(known) if known else None
        case "max":
            known = [low for low in lows if low is not None]
            return max(known) if known else None, _most(highs)
        case _:
            return None, None


def _total(values: list[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _negative(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def _product(values: list[Fraction | None]) -> Fraction | None:
    product = Fraction(1)
    if 0 in values:
        return Fraction(0)
    for value in values:
        if value is None:
            return None
        product *= value
    return product
