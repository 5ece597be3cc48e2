"""What the cells of a decision table say about one value of their input: yes, no, or unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policyrun.ir.nodes import Apply, Expr, Literal, ParameterRef
from policyrun.model.values import Value

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_NULL_TESTS = ("is_null", "not_null")


class Opaque(Exception):  # noqa: N818 - a way out of a recursion, not an error
    """A cell that looks at more than its input and constants; carries the part that does."""

    def __init__(self, part: Expr) -> None:
        super().__init__()
        self.part = part


@dataclass(slots=True)
class Compared:
    """What the cells of one input compare it with: constants, and null."""

    constants: list[Expr] = field(default_factory=list)
    null: bool = False


def collect(test: Expr, column: Expr, into: Compared) -> None:
    """Note what a cell compares its input with; raises ``Opaque`` where it is about something else as well."""
    match test:
        case Apply(op=op, args=args) if op in ("and", "or", "not"):
            for arg in args:
                collect(arg, column, into)
        case Apply(op=op, args=(operand,)) if op in _NULL_TESTS and operand is column:
            into.null = True
        case Apply(op=op, args=(left, right)) if op in _COMPARE and column in (left, right):
            other = right if left is column else left
            if not _is_constant(other):
                raise Opaque(other)
            into.constants.append(other)
        case Literal(value=bool()):
            pass
        case _:
            if test is not column:
                raise Opaque(test)


def days_of(constants: list[Expr]) -> list[date | None]:
    """Days on which the constants must be looked at: each day that one of them changes; [None] if none does."""
    changes = {
        value.effective
        for constant in constants
        if isinstance(constant, ParameterRef) and len(constant.values) > 1
        for value in constant.values
        if value.effective is not None
    }
    return [*sorted(changes)] or [None]


def constant_on(constant: Expr, day: date | None) -> Value | None:
    """What a constant is worth on a day."""
    match constant:
        case Literal(value=value):
            return value
        case ParameterRef(values=values):
            begun = [value for value in values if day is None or value.effective is None or value.effective <= day]
            return (begun or values[:1])[-1].value
        case _:
            raise AssertionError(constant)


def holds(test: Expr, column: Expr, value: Value | None, day: date | None) -> bool | None:
    """Whether a cell holds for a value of its input, by the three-valued logic of the language."""
    match test:
        case Literal(value=bool() as known):
            return known
        case Apply(op="not", args=(inner,)):
            truth = holds(inner, column, value, day)
            return None if truth is None else not truth
        case Apply(op="and", args=args):
            return _joined(False, (holds(arg, column, value, day) for arg in args))
        case Apply(op="or", args=args):
            return _joined(True, (holds(arg, column, value, day) for arg in args))
        case Apply(op=op) if op in _NULL_TESTS:
            return (value is None) is (op == "is_null")
        case Apply(op=op, args=(left, right)):
            op = op if left is column else _MIRRORED.get(op, op)
            other = constant_on(right if left is column else left, day)
            return None if value is None or other is None else _COMPARE[op](value, other)
        case _:
            return value if isinstance(value, bool) else None


def _joined(settles: bool, truths: Iterator[bool | None]) -> bool | None:
    """``or`` is settled by a true, ``and`` by a false; else an unknown leaves it unknown."""
    known = list(truths)
    if settles in known:
        return settles
    return None if None in known else not settles


def _is_constant(expr: Expr) -> bool:
    return isinstance(expr, Literal) or (isinstance(expr, ParameterRef) and bool(expr.values))
