"""Applying a row of ``ir.ops`` to checked operands, and holding an expression to the type its place asks for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from policyrun.check.units import help_for_mismatch, help_for_type
from policyrun.ir.nodes import Apply, Expr, If, ListOf, Literal
from policyrun.ir.ops import OPS
from policyrun.ir.signatures import Mismatch, joined
from policyrun.model.types import BOOL, Kind, Type
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span

_EQUALITY = ("eq", "ne")


def apply(op: str, args: tuple[Expr, ...], span: Span, found: Diagnostics) -> Apply | None:
    """The application, or None after a reported mismatch."""
    if op in _EQUALITY:
        adapted = _with_members(args, found)
        if adapted is None:
            return None
        args = adapted
    outcome = OPS[op].rule(tuple(arg.type for arg in args))
    if isinstance(outcome, Mismatch):
        report_mismatch(outcome, args, span, found)
        return None
    return Apply(type=outcome, span=span, op=op, args=args)


def report_mismatch(mismatch: Mismatch, args: tuple[Expr, ...], span: Span, found: Diagnostics) -> None:
    at = span if mismatch.operand is None else args[mismatch.operand].span
    found.add(mismatch.code, mismatch.message, at, help=help_for_mismatch(mismatch, args))


def junction(op: str, conditions: list[Expr], span: Span) -> Expr:
    """Conditions joined by ``and`` or ``or``; one stands for itself."""
    return conditions[0] if len(conditions) == 1 else Apply(type=BOOL, span=span, op=op, args=tuple(conditions))


def _with_members(args: tuple[Expr, ...], found: Diagnostics) -> tuple[Expr, ...] | None:
    """Operands of which a text constant beside a vocabulary has become a member of it."""
    adapted: list[Expr] = []
    for arg, other in zip(args, reversed(args), strict=True):
        if other.type.kind is Kind.ENUM and isinstance(arg, Literal) and arg.type.kind is Kind.TEXT:
            member = as_member(arg, other.type, found)
            if member is None:
                return None
            adapted.append(member)
        else:
            adapted.append(arg)
    return tuple(adapted)


def as_member(literal: Literal, vocabulary: Type, found: Diagnostics) -> Literal | None:
    """A text constant as a member of a vocabulary, None after a report that it is none."""
    value = str(literal.value)
    if value in vocabulary.members:
        return replace(literal, type=vocabulary)
    report_no_member(value, vocabulary, literal.span, found)
    return None


def report_no_member(value: str, vocabulary: Type, span: Span, found: Diagnostics) -> None:
    near = closest(value, vocabulary.members)
    found.add(
        "PR306",
        _("“{value}”不是{vocabulary}的值").format(value=value, vocabulary=vocabulary),
        span,
        help=_("是不是“{near}”？").format(near=near)
        if near
        else _("它的值是 {members}").format(members="、".join(vocabulary.members)),
    )


def conform(expr: Expr, expected: Type, found: Diagnostics) -> Expr | None:
    """The expression as the type its place asks for, or None after a report that it is not."""
    if isinstance(expr, Literal) and expr.type.kind is Kind.NULL:
        return replace(expr, type=expected)
    if isinstance(expr, Literal) and expr.type.kind is Kind.TEXT and expected.kind is Kind.ENUM:
        return as_member(expr, expected, found)
    if isinstance(expr, If):
        return _conform_branches(expr, expected, found)
    if _fits(expr.type, expected):
        return expr
    _report_unfit(expr, expected, found)
    return None


def _conform_branches(expr: If, expected: Type, found: Diagnostics) -> Expr | None:
    then, otherwise = conform(expr.then, expected, found), conform(expr.otherwise, expected, found)
    if then is None or otherwise is None:
        return None
    return replace(expr, type=expected, then=then, otherwise=otherwise)


def _fits(actual: Type, expected: Type) -> bool:
    match expected.kind:
        case Kind.NUMBER if actual.kind is Kind.NUMBER:
            return actual.unit == expected.unit or (actual.literal and isinstance(joined(actual, expected), Type))
        case Kind.TEXT:
            return actual.kind in (Kind.TEXT, Kind.ENUM)
        case Kind.ENUM:
            return actual.kind is Kind.ENUM and set(actual.members) <= set(expected.members)
        case _:
            return actual.kind is expected.kind


def _report_unfit(expr: Expr, expected: Type, found: Diagnostics) -> None:
    if expected.kind is Kind.BOOL:
        found.add(
            "PR305",
            _("这里应是条件，得到{actual}").format(actual=expr.type),
            expr.span,
            help=_("写成比较，如 … >= …"),
        )
        return
    if isinstance(expr, ListOf):
        found.add("PR317", _("列表不能作为一个值"), expr.span, help=_("列表用在 属于 之后"))
        return
    code = "PR318" if len(expr.type.unit) > 1 or any(power != 1 for _base, power in expr.type.unit) else "PR304"
    found.add(
        code,
        _("这里应是{expected}，得到{actual}").format(expected=expected, actual=expr.type),
        expr.span,
        help=help_for_type(expr, expected),
    )


def range_is_empty(low: Expr, high: Expr, closed: bool) -> bool:
    """Whether two constants leave nothing between them."""
    match (low, high):
        case (Literal(value=Fraction() as least), Literal(value=Fraction() as most)):
            return least > most or (least == most and not closed)
        case _:
            return False
