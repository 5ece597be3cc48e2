"""Small SQL trees: constants, comparisons, logic and CASE, with what is settled folded away and parentheses put.

Every function takes operands as they are, without copying; a tree may therefore have parts in common with another one
until ``Layers.select`` writes both anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias

from sqlglot import exp

Sql: TypeAlias = exp.Expression


class Unsettled(Enum):
    """Says that an expression is no constant."""

    UNSETTLED = "unsettled"


UNSETTLED = Unsettled.UNSETTLED
Constant = bool | int | str | date | None | Unsettled
_MAY_BE_CONSTANT = frozenset({exp.Null, exp.Boolean, exp.Literal, exp.Neg, exp.Cast})

#: Constants and columns are the same by the thousand; nothing ever changes one, so trees have them in common.
_once = lru_cache(maxsize=10_000)

# --------------------------------------------------------------------------------------------------------- constants


@_once
def whole(number: int) -> Sql:
    literal = exp.Literal(this=str(abs(number)), is_string=False)
    return exp.Neg(this=literal) if number < 0 else literal


@_once
def text(value: str) -> Sql:
    return exp.Literal(this=value, is_string=True)


@_once
def boolean(value: bool) -> Sql:
    return exp.Boolean(this=value)


def day(value: date) -> Sql:
    return exp.Cast(this=exp.Literal.string(value.isoformat()), to=exp.DataType(this=exp.DataType.Type.DATE))


@_once
def nothing() -> Sql:
    return exp.Null()


def typed(value: Sql, type_: exp.DType) -> Sql:
    """A value as a column of a stored relation, which has a type even where it is nothing at all."""
    return exp.Cast(this=value, to=exp.DataType(this=type_)) if is_nothing(value) else value


@_once
def column(name: str) -> exp.Column:
    """A column of the relation at hand, by its name."""
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def constant(node: Sql) -> Constant:
    """What a constant is; ``UNSETTLED`` for anything else."""
    if type(node) not in _MAY_BE_CONSTANT:
        return UNSETTLED
    match node:
        case exp.Null():
            return None
        case exp.Boolean():
            return bool(node.this)
        case exp.Literal():
            return str(node.this) if node.is_string else int(node.this)
        case exp.Neg() if isinstance(node.this, exp.Literal):
            return -int(node.this.this)
        case exp.Cast() if isinstance(node.this, exp.Literal) and node.to.this is exp.DataType.Type.DATE:
            return date.fromisoformat(node.this.this)
        case _:
            return UNSETTLED


def is_true(node: Sql) -> bool:
    return isinstance(node, exp.Boolean) and bool(node.this)


def is_false(node: Sql) -> bool:
    return isinstance(node, exp.Boolean) and not node.this


def is_nothing(node: Sql) -> bool:
    return isinstance(node, exp.Null)


# ------------------------------------------------------------------------------------------------------- parentheses

_LEVELS: tuple[tuple[type[Any], int], ...] = (
    (exp.Or, 1),
    (exp.And, 2),
    (exp.Not, 3),
    (exp.Is, 4),
    (exp.Between, 4),
    (exp.In, 4),
    (exp.Predicate, 4),
    (exp.DPipe, 5),
    (exp.Add, 6),
    (exp.Sub, 6),
    (exp.Mul, 7),
    (exp.Div, 7),
    (exp.IntDiv, 7),
    (exp.Mod, 7),
    (exp.Neg, 8),
    (exp.Binary, 5),
)
_ATOM = 9
_known_levels: dict[type, int] = {}
_known_ranks: dict[type, int] = {}


def level(node: Sql) -> int:
    """How tightly the outermost operator of a tree binds; what needs no parentheses anywhere comes highest."""
    kind = type(node)
    known = _known_levels.get(kind)
    if known is None:
        is_call = issubclass(kind, exp.Func) and not issubclass(kind, exp.Connector)
        known = _ATOM if is_call else next((rank for each, rank in _LEVELS if issubclass(kind, each)), _ATOM)
        _known_levels[kind] = known
    return known


def _rank(parent: type[exp.Expression]) -> int:
    """How tightly an operator binds its operands; a call does not."""
    known = _known_ranks.get(parent)
    if known is None:
        is_call = issubclass(parent, exp.Func) and not issubclass(parent, exp.Connector)
        known = 0 if is_call else next((rank for each, rank in _LEVELS if issubclass(parent, each)), 0)
        _known_ranks[parent] = known
    return known


def within(node: Sql, parent: type[exp.Expression], on_the_right: bool = False) -> Sql:
    """An operand as it must stand below an operator: in parentheses where it binds less tightly."""
    own = _known_levels.get(type(node)) or level(node)
    if own == _ATOM:
        return node
    rank = _known_ranks.get(parent) or _rank(parent)
    same_is_fine = rank <= 2 or (rank in (3, 6, 7) and not on_the_right)
    return node if own > rank or (own == rank and same_is_fine) else exp.Paren(this=node)


def binary(kind: type[exp.Expression], left: Sql, right: Sql) -> Sql:
    """An operator between two operands, in parentheses where they need them."""
    return kind(this=within(left, kind), expression=within(right, kind, on_the_right=True))


# ------------------------------------------------------------------------------------------------------------- logic


def both(conditions: Iterable[Sql]) -> Sql:
    """且: every condition. TRUE of none."""
    return _joined(exp.And, conditions)


def either(conditions: Iterable[Sql]) -> Sql:
    """或: one of the conditions. FALSE of none."""
    return _joined(exp.Or, conditions)


def _joined(kind: type[exp.Expression], conditions: Iterable[Sql]) -> Sql:
    decides = kind is exp.Or
    kept: list[Sql] = []
    for each in conditions:
        if isinstance(each, exp.Boolean):
            if bool(each.this) is decides:
                return boolean(decides)
            continue
        kept.append(each)
    return _balanced(kind, kept) if kept else boolean(not decides)


def _balanced(kind: type[exp.Expression], parts: Sequence[Sql]) -> Sql:
    """A tree whose depth grows slowly, for conditions may be joined by the thousand."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = _balanced(kind, parts[:half]), _balanced(kind, parts[half:])
    return kind(this=within(left, kind), expression=within(right, kind))


def negated(condition: Sql) -> Sql:
    """非; of a comparison, a comparison the other way."""
    if isinstance(condition, exp.Boolean):
        return boolean(not condition.this)
    if is_nothing(condition):
        return condition
    if isinstance(condition, exp.Not):
        return _bare(condition.this)
    if isinstance(condition, exp.Is):
        is_positive = is_nothing(condition.expression)
        return exp.Is(this=condition.this, expression=exp.Not(this=exp.Null()) if is_positive else exp.Null())
    return exp.Not(this=within(condition, exp.Not))


def _bare(node: Sql) -> Sql:
    inner: Sql = node.this if isinstance(node, exp.Paren) else node
    return inner


def is_null(value: Sql) -> Sql:
    known = constant(value)
    if known is not UNSETTLED:
        return boolean(known is None)
    return exp.Is(this=value if level(value) == _ATOM else exp.Paren(this=value), expression=exp.Null())


def not_null(value: Sql) -> Sql:
    return negated(is_null(value))


def among(value: Sql, constants: Sequence[Sql]) -> Sql:
    """Whether a value is one of some constants."""
    return equal(value, constants[0]) if len(constants) == 1 else exp.In(this=value, expressions=list(constants))


_COMPARED: Mapping[type[Any], Callable[[Any, Any], bool]] = {
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
}


def compare(kind: type[exp.Expression], left: Sql, right: Sql) -> Sql:
    """A comparison of two values of one type; unknown where one is."""
    one, other = constant(left), constant(right)
    if one is None or other is None:
        return nothing()
    if one is not UNSETTLED and other is not UNSETTLED:
        return boolean(_COMPARED[kind](one, other))
    if isinstance(other, bool) and kind in (exp.EQ, exp.NEQ):
        return left if (kind is exp.EQ) is other else negated(left)
    return binary(kind, left, right)


def equal(left: Sql, right: Sql) -> Sql:
    return compare(exp.EQ, left, right)


# -------------------------------------------------------------------------------------------------------------- CASE


def cases(arms: Iterable[tuple[Sql, Sql]], default: Sql | None = None) -> Sql:
    """CASE: the value of the first condition that is true; without any, the default, or nothing."""
    ifs: list[Sql] = []
    for condition, value in arms:
        known = constant(condition)
        if known is False or known is None:
            continue
        if known is True:
            default = value
            break
        ifs.append(exp.If(this=condition, true=value))
    if default is not None and is_nothing(default):
        default = None
    while ifs and _is_same(ifs[-1].args["true"], nothing() if default is None else default):
        ifs.pop()
    if not ifs:
        return nothing() if default is None else default
    if len(ifs) == 1 and default is not None and _is_blank(ifs[0].this, default):
        return exp.Coalesce(this=default, expressions=[ifs[0].args["true"]])
    return exp.Case(ifs=ifs, default=default) if default is not None else exp.Case(ifs=ifs)


def _is_same(one: Sql, other: Sql) -> bool:
    """Whether two values are the same constant."""
    return constant(one) is not UNSETTLED and type(one) is type(other) and one == other


def _is_blank(condition: Sql, value: Sql) -> bool:
    """Whether a condition says that a column is NULL."""
    if not (isinstance(condition, exp.Is) and isinstance(value, exp.Column) and is_nothing(condition.expression)):
        return False
    return isinstance(condition.this, exp.Column) and condition.this.name == value.name


def call(name: str, *operands: Sql) -> Sql:
    """A function by its name in the dialect at hand."""
    return exp.Anonymous(this=name, expressions=list(operands))


def cast(value: Sql, type_: exp.DataType) -> Sql:
    return exp.Cast(this=value, to=type_)
