"""What would have to differ for a condition to come out otherwise, in words.

Each sentence is one way; within a sentence everything must change together. Only values that the row brings along
are named: nobody can change a figure of the policy.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

from policyrun.app.sentence import quantity_text
from policyrun.interp.expressions import Row, evaluate, open_rows, truth
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, Given, If, Literal, Supplied, Table, columns_of
from policyrun.ir.show import show
from policyrun.model.types import Kind
from policyrun.model.values import Operand
from policyrun.source.messages import _

#: More ways than a reader would weigh; further ones are left out and counted.
MOST_WAYS = 6

_OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}

#: One way to bring a condition about: the changes it takes, all of them.
Way = tuple[str, ...]


def changes_for(node: Expr, row: Row, wanted: bool) -> tuple[str, ...]:
    """Ways to make a condition come out as wanted, one sentence each, the shortest first."""
    ways = sorted(set(_ways(node, row, wanted)), key=lambda way: (len(way), way))
    sentences = [_(" 且 ").join(way) for way in ways[:MOST_WAYS]]
    if len(ways) > MOST_WAYS:
        sentences.append(_("另有 {count} 种").format(count=len(ways) - MOST_WAYS))
    return tuple(sentences)


def _ways(node: Expr, row: Row, wanted: bool) -> list[Way]:
    """Every way; none if the row cannot bring it about, one empty way if it holds already."""
    if truth(node, row) is wanted:
        return [()]
    match node:
        case Apply(op="not", args=(inner,)):
            return _ways(inner, row, not wanted)
        case Apply(op="and" | "or" as op, args=args):
            each = [_ways(arg, row, wanted) for arg in args]
            return _together(each) if (op == "and") is wanted else [way for ways in each for way in ways]
        case Apply(op=op, args=(left, right)) if op in _OPPOSITE:
            return _compared(op if wanted else _OPPOSITE[op], left, right, row)
        case Apply(op="is_null", args=(inner,)):
            return _presence(inner, row, not wanted)
        case Apply(op="not_null", args=(inner,)):
            return _presence(inner, row, wanted)
        case Column(name=name):
            return [(_("{name} 须为{want}（现为{now}）").format(name=name, want=_yes(wanted), now=_now(node, row)),)]
        case DecisionRef(expr=expr):
            return _ways(expr, row, wanted)
        case If(condition=condition, then=then, otherwise=otherwise):
            return _together([_ways(condition, row, True), _ways(then, row, wanted)]) + _together(
                [_ways(condition, row, False), _ways(otherwise, row, wanted)]
            )
        case Table():
            return _through_table(node, row)
        case _:
            return []


def _together(each: list[list[Way]]) -> list[Way]:
    """Ways in which all of several things change."""
    if any(not ways for ways in each):
        return []
    combined = [tuple(dict.fromkeys(change for way in ways for change in way)) for ways in product(*each)]
    return combined[: 4 * MOST_WAYS]


def _through_table(table: Table, row: Row) -> list[Way]:
    lines = open_rows(table, row)
    return [] if not lines else [(_("{names} 中有不同的值").format(names="、".join(columns_of(table))),)]


def _compared(op: str, left: Expr, right: Expr, row: Row) -> list[Way]:
    """A comparison holds if the side that the row supplies meets the other side's value."""
    if not _from_row(left):
        op, left, right = _MIRRORED[op], right, left
    if not _from_row(left) or (isinstance(right, Literal) and right.value is None):
        return []
    other = evaluate(right, row)
    if other is None:
        return []
    bound = quantity(other)
    if _from_row(right) or not isinstance(right, Literal):
        bound = _("{rule}（{value}）").format(rule=show(right), value=bound)
    words = {
        "eq": _("{name} 须为 {bound}（现为{now}）"),
        "ne": _("{name} 不能为 {bound}"),
        "lt": _("{name} 须小于 {bound}（现为{now}）"),
        "le": _("{name} 须不超过 {bound}（现为{now}）"),
        "gt": _("{name} 须超过 {bound}（现为{now}）"),
        "ge": _("{name} 须不少于 {bound}（现为{now}）"),
    }
    if left.type.kind is Kind.DATE:
        words |= {
            "lt": _("{name} 须早于 {bound}（现为{now}）"),
            "le": _("{name} 须不晚于 {bound}（现为{now}）"),
            "gt": _("{name} 须晚于 {bound}（现为{now}）"),
            "ge": _("{name} 须不早于 {bound}（现为{now}）"),
        }
    return [(words[op].format(name=show(left), bound=bound, now=_now(left, row)),)]


def _from_row(node: Expr) -> bool:
    if isinstance(node, Given):
        return node.name not in {Supplied.AS_OF}
    return bool(columns_of(node))


def _presence(node: Expr, row: Row, wanted: bool) -> list[Way]:
    names = "、".join(columns_of(node)) or show(node)
    text = _("{name} 须填写") if wanted else _("{name} 须为空（现为{now}）")
    return [(text.format(name=names, now=_now(node, row)),)]


def _now(node: Expr, row: Row) -> str:
    value = evaluate(node, row)
    return _("空") if value is None else quantity(value)


def _yes(value: bool) -> str:
    return _("是") if value else _("否")


def quantity(value: Operand) -> str:
    """A value for people."""
    match value:
        case bool():
            return _yes(value)
        case Fraction():
            return quantity_text(value)
        case date():
            return value.isoformat()
        case None:
            return _("空")
        case _:
            return f"“{value}”"
