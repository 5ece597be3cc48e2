"""What to write where units or types do not fit."""

from __future__ import annotations

from fractions import Fraction

from policyrun.ir.nodes import Expr, Literal
from policyrun.ir.signatures import Mismatch
from policyrun.model.decimals import decimal_text
from policyrun.model.types import Kind, Type
from policyrun.source.messages import _


def help_for_mismatch(mismatch: Mismatch, args: tuple[Expr, ...]) -> str:
    if mismatch.help:
        return mismatch.help
    match mismatch.code:
        case "PR303":
            return _money(args[mismatch.operand or 0])
        case "PR302":
            return _("先换成同一个单位，或乘以单价")
        case "PR305":
            return _("写成比较，如 … >= …")
        case "PR307":
            return _("比较的两列要用同一套词汇")
        case _:
            return ""


def help_for_type(expr: Expr, expected: Type) -> str:
    """What to write where ``expected`` is asked for."""
    if expected.is_money and expr.type.kind is Kind.NUMBER and not expr.type.unit:
        return _money(expr)
    if expr.type.kind is Kind.NUMBER and expected.kind is Kind.NUMBER:
        return _("单位应是{expected}，得到{actual}；检查是否多乘、少乘").format(expected=expected, actual=expr.type)
    return ""


def _money(expr: Expr) -> str:
    if isinstance(expr, Literal) and isinstance(expr.value, Fraction):
        return _("金额要写单位：{amount}元").format(amount=decimal_text(expr.value))
    return _("金额只和金额加减、比较；参数的类型写成 金额，或乘以单价")
