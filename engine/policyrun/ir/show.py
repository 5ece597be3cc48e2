"""Typed expressions as text for explanations: Chinese keywords, membership and ranges put back together."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from policyrun.ir.nodes import (
    Apply,
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    ListOf,
    Literal,
    ParameterRef,
    ReadingRef,
    Table,
)
from policyrun.ir.ops import OPS, Form
from policyrun.model.decimals import decimal_text
from policyrun.model.types import Type
from policyrun.model.values import Days, Months, Value

#: How tightly a form binds; an operand that binds less than its place asks for gets brackets.
_LOOSE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _PRIMARY = range(9)
_LEVELS = {"or": _OR, "and": _AND, "add": _SUM, "sub": _SUM, "mul": _PRODUCT, "div": _PRODUCT}


def show(node: Expr) -> str:
    """An expression as a policy author would write it.

    ``x = "a" 或 x = "b"`` about one and the same node reads ``x 属于 ["a", "b"]``, whichever of them was written.
    """
    return _shown(node)[0]


def show_value(value: Value | None, type_: Type) -> str:
    """A value as a constant of its type: ``800元``, ``30%``, ``2023年8月31日``, ``"企业职工"``, ``true``, ``null``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Fraction():
            return _number(value, type_)
        case date():
            return f"{value.year:04}年{value.month}月{value.day}日"
        case Months(count=count):
            return f"{count // 12}年" if count and count % 12 == 0 else f"{count}个月"
        case Days(count=count):
            return f"{count}天"
        case str():
            return f'"{value}"'


#: A quoted text, or the FEEL name of a function that has a Chinese one, with the bracket behind it.
_CALL = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?<!\w)(?P<name>'
    + "|".join(sorted((op.feel for op in OPS.values() if op.form is Form.FUNCTION and op.feel), key=len, reverse=True))
    + r")(?=\()"
)
_CHINESE = {op.feel: op.chinese for op in OPS.values() if op.form is Form.FUNCTION and op.chinese}


def in_chinese(text: str) -> str:
    """An expression as text, its functions by their Chinese names as ``show`` has them.

    >>> in_chinese('year(发证时间) = max(1, 2) 且 备注 = "max(1)"')
    '年(发证时间) = 最大值(1, 2) 且 备注 = "max(1)"'
    """

    def named(found: re.Match[str]) -> str:
        name = found["name"]
        return _CHINESE.get(name, name) if name else found[0]

    return _CALL.sub(named, text)


def _number(value: Fraction, type_: Type) -> str:
    if type_.ratio:
        return f"{_plain(value * 100)}%"
    if len(type_.unit) == 1 and type_.unit[0][1] == 1:
        return f"{_plain(value)}{type_.unit[0][0]}"
    return _plain(value)


def _plain(value: Fraction) -> str:
    """A decimal, or a fraction such as 1/3 where there is none."""
    return decimal_text(value) or str(value)


def _at(level: int, node: Expr) -> str:
    text, own = _shown(node)
    return text if own >= level else f"({text})"


def _shown(node: Expr) -> tuple[str, int]:
    """A node's text and how tightly it binds."""
    match node:
        case Literal(value=value, type=type_):
            return show_value(value, type_), _PRIMARY
        case Column(name=name) | ParameterRef(name=name) | DecisionRef(name=name):
            return name, _PRIMARY
        case ReadingRef(name=name) | Given(name=name):
            return name, _PRIMARY
        case ListOf(items=items):
            return _listed(items), _PRIMARY
        case If(condition=condition, then=then, otherwise=otherwise):
            return f"若 {show(condition)} 则 {show(then)} 否则 {show(otherwise)}", _LOOSE
        case Table(labels=labels):
            return f"判定表（{'、'.join(labels)}）", _PRIMARY
        case Apply():
            return _applied(node)


def _listed(items: tuple[Expr, ...]) -> str:
    return f"[{', '.join(show(item) for item in items)}]"


def _applied(node: Apply) -> tuple[str, int]:
    op = OPS[node.op]
    if op.form is Form.FUNCTION:
        return f"{op.chinese}({', '.join(show(arg) for arg in node.args)})", _PRIMARY
    if op.form is Form.PROPERTY:
        return f"{_at(_PRIMARY, node.args[0])}.{op.feel}", _PRIMARY
    match node.op, node.args:
        case "not", (Apply(op="or", args=args),) if (subject := _subject(args)) is not None:
            return f"{_at(_SUM, subject)} 不属于 {_members(args)}", _COMPARE
        case "or", args if (subject := _subject(args)) is not None:
            return f"{_at(_SUM, subject)} 属于 {_members(args)}", _COMPARE
        case "and", (Apply() as low, Apply() as high) if _is_range(low, high):
            return f"{_at(_SUM, low.args[0])} 属于 {_range(low, high)}", _COMPARE
        case "is_null" | "not_null", (arg,):
            return f"{_at(_SUM, arg)} {op.chinese}", _COMPARE
        case "not", (arg,):
            return f"非 {_at(_NOT, arg)}", _NOT
        case "neg", (arg,):
            return f"-{_at(_SIGN, arg)}", _SIGN
        case "and" | "or", args:
            level = _LEVELS[node.op]
            return f" {op.chinese} ".join(_at(level + 1, arg) for arg in args), level
    return _binary(node)


def _binary(node: Apply) -> tuple[str, int]:
    left, right = node.args
    level = _LEVELS.get(node.op, _COMPARE)
    left_level = level if level > _COMPARE else _SUM
    return f"{_at(left_level, left)} {OPS[node.op].feel} {_at(max(level + 1, _SUM), right)}", level


def _subject(args: tuple[Expr, ...]) -> Expr | None:
    """The one node that all of several equations are about, None if they are not that."""
    first = args[0]
    if len(args) < 2 or not isinstance(first, Apply) or first.op != "eq":
        return None
    subject = first.args[0]
    same = all(isinstance(arg, Apply) and arg.op == "eq" and arg.args[0] is subject for arg in args)
    return subject if same else None


def _members(args: tuple[Expr, ...]) -> str:
    return _listed(tuple(arg.args[1] for arg in args if isinstance(arg, Apply)))


def _is_range(low: Apply, high: Apply) -> bool:
    return low.op in ("ge", "gt") and high.op in ("le", "lt") and low.args[0] is high.args[0]


def _range(low: Apply, high: Apply) -> str:
    ends = ("[" if low.op == "ge" else "(", "]" if high.op == "le" else ")")
    return f"{ends[0]}{_at(_SUM, low.args[1])}..{_at(_SUM, high.args[1])}{ends[1]}"
