"""Tests of a value: those of ``in`` and of table cells, as conditions that mention the value by its very node."""

from __future__ import annotations

from typing import Protocol

from policyrun.check.applying import apply, junction, range_is_empty
from policyrun.ir.nodes import Apply, Expr, ListOf
from policyrun.model.types import BOOL, Type
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax.expr import Comparison, Null, Range, Surface, Test


class Operands(Protocol):
    """How the operands of tests are checked; a cell knows more names than an expression does."""

    @property
    def found(self) -> Diagnostics: ...

    def operand(self, written: Surface, expected: Type | None = None) -> Expr | None: ...

    def test_value(self, written: Test, place: Type) -> Expr | None: ...


def condition(operands: Operands, value: Expr, test: Test) -> Expr | None:
    """The condition that a value meets a test; None after a reported error."""
    match test:
        case Comparison(op=op, bound=bound, span=span):
            limit = operands.test_value(bound, value.type)
            return None if limit is None else apply(op, (value, limit), span, operands.found)
        case Range():
            return range_condition(operands, value, test)
        case Null(span=span):
            return Apply(type=BOOL, span=span, op="is_null", args=(value,))
        case _:
            member = operands.test_value(test, value.type)
            if isinstance(member, ListOf):
                return membership(value, member, member.span, operands.found)
            return None if member is None else apply("eq", (value, member), member.span, operands.found)


def range_condition(operands: Operands, value: Expr, test: Range) -> Expr | None:
    """The condition that a value lies in a range."""
    low, high = operands.operand(test.low), operands.operand(test.high)
    if low is None or high is None:
        return None
    if range_is_empty(low, high, test.low_closed and test.high_closed):
        operands.found.add("PR315", _("区间里没有值"), test.span, help=_("小的写在前面，大的写在后面"))
        return None
    above = apply("ge" if test.low_closed else "gt", (value, low), low.span, operands.found)
    if above is None:
        return None
    below = apply("le" if test.high_closed else "lt", (value, high), high.span, operands.found)
    return None if below is None else junction("and", [above, below], test.span)


def membership(value: Expr, listed: ListOf, span: Span, found: Diagnostics) -> Expr | None:
    """The condition that a value equals one of a list."""
    matches: list[Expr] = []
    for item in listed.items:
        match = apply("eq", (value, item), span, found)
        if match is None:  # the other items are of the same type: one report is enough
            return None
        matches.append(match)
    return junction("or", matches, span)
