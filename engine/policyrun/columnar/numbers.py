"""Exact rational numbers in SQL: an integer over a denominator, which mostly is known to the plan.

Sums and comparisons go by a common denominator, so nothing is ever rounded. Every number says how large its numerator
can become, whence the plan knows where 64 bits are too few.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import (
    Sql,
    binary,
    both,
    cases,
    compare,
    constant,
    is_nothing,
    not_null,
    nothing,
    whole,
)
from policyrun.columnar.layers import Layers
from policyrun.columnar.plan import Unlowered
from policyrun.source.messages import _

#: The largest cell that a plan works with, in yuan or what else the column counts; rows beyond go by the reference.
CELL_BOUND = 10**15
#: What 64-bit integers hold, and what the wide integers of every dialect hold.
WHOLE_BOUND = 2**62
WIDE_BOUND = 10**37


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number; unknown exactly where ``num`` is NULL.

    Attributes:
        num: the numerator, an integer.
        den: the denominator, above 0; an expression only after division by what is no constant.
        bound: the numerator is never further from 0.
        is_natural: the number is never below 0.
        den_bound: the denominator is never larger; told by ``den`` where that is settled.
    """

    num: Sql
    den: int | Sql = 1
    bound: int = CELL_BOUND
    is_natural: bool = False
    den_bound: int = 0

    @property
    def settled(self) -> Fraction | None:
        """Its value if it is a constant."""
        num = constant(self.num)
        return Fraction(num, self.den) if isinstance(num, int) and isinstance(self.den, int) else None

    @property
    def den_sql(self) -> Sql:
        return whole(self.den) if isinstance(self.den, int) else self.den

    @property
    def den_most(self) -> int:
        return self.den if isinstance(self.den, int) else self.den_bound


def number(value: Fraction | int) -> Number:
    """A constant."""
    exact = Fraction(value)
    return Number(whole(exact.numerator), exact.denominator, abs(exact.numerator), exact >= 0)


def no_number() -> Number:
    """An unknown number."""
    return Number(nothing(), 1, 0, True)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part is built with: the dialect, where parts are bound, and whose expression is being built.

    Attributes:
        owner: what columns of parts are called after.
        beyond: conditions, never NULL, for rows whose values a plan cannot say exactly.
        day_numbers: columns of days → the same day as a number such as 20230831.
    """

    dialect: Dialect
    layers: Layers
    owner: str
    beyond: list[Sql] = field(default_factory=list)
    day_numbers: dict[str, Sql] = field(default_factory=dict)

    def bind(self, definition: Sql, part: str = "") -> Sql:
        """A column or a constant that stands for a definition, to be mentioned as often as need be.

        Args:
            part: what it is of the owner's expression, for its name.
        """
        return self.layers.bind(definition, f"{self.owner}_{part}")

    def bound(self, value: Number) -> Number:
        """The same number with its numerator and denominator bound."""
        den = value.den if isinstance(value.den, int) else self.bind(value.den)
        return replace(value, num=self.bind(value.num), den=den)

    def is_wide(self, bound: int) -> bool:
        """Whether 64 bits are too few for numbers of this size. Raises Unlowered where the wide ones are, too."""
        if bound >= WIDE_BOUND:
            raise Unlowered(_("“{name}”的数可能有 {digits} 位").format(name=self.owner, digits=len(str(bound))))
        return bound >= WHOLE_BOUND

    # integers

    def times(self, value: Sql, bound: int, factor: Sql, factor_bound: int) -> Sql:
        """A product of integers within these bounds."""
        one, other = constant(value), constant(factor)
        if isinstance(one, int) and isinstance(other, int):
            return whole(one * other)
        if other == 1:
            return value
        if one == 1:
            return factor
        if 0 in (one, other):
            return cases([(not_null(factor if one == 0 else value), whole(0))])
        if self.is_wide(bound * factor_bound):
            value, factor = self._widened(value, bound, factor, factor_bound)
        return binary(exp.Mul, value, factor)

    def _widened(self, value: Sql, bound: int, other: Sql, other_bound: int) -> tuple[Sql, Sql]:
        """Two operands of which one is wide, so that what comes of them is."""
        if max(bound, other_bound) >= WHOLE_BOUND:
            return value, other
        return (
            (value, self.dialect.wide(other)) if isinstance(value, exp.Literal) else (self.dialect.wide(value), other)
        )

    def plus(self, kind: type[exp.Expression], left: Sql, left_bound: int, right: Sql, right_bound: int) -> Sql:
        """A sum or difference of integers within these bounds."""
        one, other = constant(left), constant(right)
        if isinstance(one, int) and isinstance(other, int):
            return whole(one + other if kind is exp.Add else one - other)
        if other == 0:
            return left
        if one == 0 and kind is exp.Add:
            return right
        if self.is_wide(left_bound + right_bound):
            left, right = self._widened(left, left_bound, right, right_bound)
        return binary(kind, left, right)

    def over(self, value: Number, den: int) -> tuple[Sql, int]:
        """A number's numerator over a multiple of its denominator, and its bound."""
        assert isinstance(value.den, int)
        factor = den // value.den
        return self.times(value.num, value.bound, whole(factor), factor), value.bound * factor


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers over one denominator."""

    left: Sql
    left_bound: int
    right: Sql
    right_bound: int
    den: int | Sql
    den_bound: int


def paired(bench: Bench, left: Number, right: Number) -> Pair:
    """Two numbers over a common denominator: the least where both are settled, else the product."""
    if isinstance(left.den, int) and isinstance(right.den, int):
        den = math.lcm(left.den, right.den)
        return Pair(*bench.over(left, den), *bench.over(right, den), den, den)
    most = left.den_most * right.den_most
    return Pair(
        bench.times(left.num, left.bound, right.den_sql, right.den_most),
        left.bound * right.den_most,
        bench.times(right.num, right.bound, left.den_sql, left.den_most),
        right.bound * left.den_most,
        bench.times(left.den_sql, left.den_most, right.den_sql, right.den_most),
        most,
    )


def _is_unknown(*values: Number) -> bool:
    return any(is_nothing(value.num) for value in values)


def add(bench: Bench, left: Number, right: Number) -> Number:
    if _is_unknown(left, right):
        return no_number()
    return _sum(bench, exp.Add, left, right, left.is_natural and right.is_natural)


def subtract(bench: Bench, left: Number, right: Number) -> Number:
    if _is_unknown(left, right):
        return no_number()
    return _sum(bench, exp.Sub, left, right, False)


def _sum(bench: Bench, kind: type[exp.Expression], left: Number, right: Number, is_natural: bool) -> Number:
    pair = paired(bench, left, right)
    num = bench.plus(kind, pair.left, pair.left_bound, pair.right, pair.right_bound)
    bound = pair.left_bound + pair.right_bound
    return bench.bound(Number(num, pair.den, bound, is_natural, pair.den_bound))


def multiply(bench: Bench, left: Number, right: Number) -> Number:
    if _is_unknown(left, right):
        return no_number()
    if left.settled is not None and right.settled is not None:
        return number(left.settled * right.settled)
    natural = left.is_natural and right.is_natural
    if isinstance(left.den, int) and isinstance(right.den, int):
        left, right = _reduced(left, right), _reduced(right, left)
    den = bench.times(left.den_sql, left.den_most, right.den_sql, right.den_most)
    settled = constant(den)
    num = bench.times(left.num, left.bound, right.num, right.bound)
    product = Number(
        num,
        settled if isinstance(settled, int) else den,
        left.bound * right.bound,
        natural,
        left.den_most * right.den_most,
    )
    return bench.bound(product)


def _reduced(value: Number, other: Number) -> Number:
    """A factor without what its constant numerator has in common with the other's denominator, or the reverse."""
    assert isinstance(value.den, int)
    assert isinstance(other.den, int)
    num, factor = constant(value.num), constant(other.num)
    if isinstance(num, int) and num:
        shared = math.gcd(num, other.den)
        return replace(value, num=whole(num // shared), bound=abs(num) // shared)
    if isinstance(factor, int) and factor:
        return replace(value, den=value.den // math.gcd(factor, value.den))
    return value


def divide(bench: Bench, left: Number, right: Number) -> Number:
    """The quotient; unknown where the divisor is 0."""
    divisor = right.settled
    if _is_unknown(left, right) or divisor == 0:
        return no_number()
    if divisor is not None:
        return multiply(bench, left, number(1 / divisor))
    dividend = left.num if left.settled is None else bench.dialect.whole(left.num)  # a constant is narrow by itself
    sure = cases([(compare(exp.NEQ, right.num, whole(0)), dividend)])
    num = bench.times(sure, left.bound, right.den_sql, right.den_most)
    size = right.num if right.is_natural else bench.dialect.magnitude(right.num)
    den = bench.times(left.den_sql, left.den_most, exp.Nullif(this=size, expression=whole(0)), right.bound)
    if not right.is_natural:
        num = bench.bind(num)
        num = cases([(compare(exp.LT, right.num, whole(0)), exp.Neg(this=num))], num)
    natural = left.is_natural and right.is_natural
    return bench.bound(Number(num, den, left.bound * right.den_most, natural, left.den_most * right.bound))


def negate(bench: Bench, value: Number) -> Number:
    settled = value.settled
    if settled is not None:
        return number(-settled)
    if _is_unknown(value):
        return value
    return bench.bound(replace(value, num=exp.Neg(this=value.num), is_natural=False))


def absolute(bench: Bench, value: Number) -> Number:
    settled = value.settled
    if settled is not None:
        return number(abs(settled))
    if value.is_natural:
        return value
    return bench.bound(replace(value, num=bench.dialect.magnitude(value.num), is_natural=True))


def compared(bench: Bench, kind: type[exp.Expression], left: Number, right: Number) -> Sql:
    """A comparison; unknown where one of the numbers is."""
    if _is_unknown(left, right):
        return nothing()
    pair = paired(bench, left, right)
    return compare(kind, pair.left, pair.right)


def extreme(bench: Bench, kind: type[exp.Expression], values: list[Number]) -> Number:
    """The least (``LTE``) or the greatest of numbers; unknown where one is."""
    if _is_unknown(*values):
        return no_number()
    result = values[0]
    for value in values[1:]:
        result = _extreme(bench, kind, result, value)
    return result


def _extreme(bench: Bench, kind: type[exp.Expression], left: Number, right: Number) -> Number:
    pick: Callable[[Fraction, Fraction], Fraction] = min if kind is exp.LTE else max
    if left.settled is not None and right.settled is not None:
        return number(pick(left.settled, right.settled))
    if not (isinstance(left.den, int) and isinstance(right.den, int)):
        return _extreme_by_case(bench, kind, left, right)
    pair = paired(bench, left, right)
    bound = max(pair.left_bound, pair.right_bound)
    if kind is exp.LTE:
        natural = left.is_natural and right.is_natural
        bound = min(pair.left_bound, pair.right_bound) if natural else bound
    else:
        natural = left.is_natural or right.is_natural
    one, other = bench.bind(pair.left), bench.bind(pair.right)
    dialect = bench.dialect
    best = dialect.least(one, other) if kind is exp.LTE else dialect.greatest(one, other)
    needed = [not_null(each) for each in (one, other) if bench.layers.is_nullable(each)]
    return bench.bound(Number(cases([(both(needed), best)]), pair.den, bound, natural))


def _extreme_by_case(bench: Bench, kind: type[exp.Expression], left: Number, right: Number) -> Number:
    first = bench.bind(compared(bench, kind, left, right))
    second = exp.Not(this=first)
    return bench.bound(
        Number(
            cases([(first, left.num), (second, right.num)]),
            cases([(first, left.den_sql), (second, right.den_sql)]),
            max(left.bound, right.bound),
            left.is_natural and right.is_natural,
            max(left.den_most, right.den_most),
        )
    )


def is_whole(bench: Bench, value: Number) -> Sql:
    """Whether a number is a whole one."""
    if value.den == 1:
        return exp.Boolean(this=True)
    return compare(exp.EQ, bench.dialect.remainder(value.num, value.den_sql), whole(0))


def whole_part(bench: Bench, value: Number) -> Sql:
    """The integer that a whole number is; of another, its part towards zero."""
    if value.den == 1:
        return value.num
    return bench.bind(bench.dialect.quotient(value.num, value.den_sql, is_wide=bench.is_wide(value.bound)))
