"""Whether two expressions are worth the same for every row, as far as can be read off them."""

from __future__ import annotations

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
    children,
)


def alike(one: Expr, other: Expr) -> bool:
    """Whether two expressions say the same, wherever they are written."""
    match one, other:
        case Literal(), Literal():
            return type(one.value) is type(other.value) and one.value == other.value
        case (
            (Column(name=left), Column(name=right))
            | (ParameterRef(name=left), ParameterRef(name=right))
            | (DecisionRef(name=left), DecisionRef(name=right))
            | (ReadingRef(name=left), ReadingRef(name=right))
            | (Given(name=left), Given(name=right))
        ):
            return left == right
        case Apply(op=left), Apply(op=right) if left != right:
            return False
        case (Apply(), Apply()) | (If(), If()) | (ListOf(), ListOf()):
            inner, outer = children(one), children(other)
            return len(inner) == len(outer) and all(map(alike, inner, outer))
        case _:
            return False
