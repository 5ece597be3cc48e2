"""What the table of operators can make of what: for a type, the operators and operand types that give it.

Read off ``ir.ops.OPS`` by asking each row's own rule, so that a row added to the table is generated at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from policyrun.ir import signatures
from policyrun.ir.ops import OPS, Op
from policyrun.model.types import (
    BOOL,
    DATE,
    DAYS,
    MONEY,
    MONTHS,
    NUMBER,
    TEXT,
    Kind,
    Type,
    count_of,
    enum_of,
    list_of,
)

HOURS = count_of("课时")
#: Yuan per 课时, so that units are multiplied and divided.
PRICE = Type(Kind.NUMBER, unit=(("元", 1), ("课时", -1)))
#: Stand for the two vocabularies of a policy, whatever their members.
LEVELS = enum_of("等级", ("等级甲", "等级乙"))
PARTIES = enum_of("主体", ("主体甲", "主体乙"))

#: The types that expressions are generated of.
TYPES = (NUMBER, MONEY, HOURS, PRICE, TEXT, LEVELS, PARTIES, DATE, MONTHS, DAYS, BOOL)
ORDERED = (NUMBER, MONEY, HOURS, PRICE, DATE, MONTHS, DAYS)
ENUMS = (LEVELS, PARTIES)

_MOST_OPERANDS = 3
#: What the checker makes of a row that it rewrites, where the row's rule does not say.
_REWRITTEN = {"count": NUMBER}
_LIST = "列表"


@dataclass(frozen=True, slots=True)
class Production:
    """An operator or function with the types of its operands."""

    op: Op
    args: tuple[Type, ...]


@cache
def productions() -> Mapping[Type, Mapping[str, tuple[Production, ...]]]:
    """Type → op key → the ways to write it that give this type."""
    found: dict[Type, dict[str, list[Production]]] = {type_: {} for type_ in TYPES}
    for op in OPS.values():
        for args in _operands(op):
            given = _given(op, args)
            if given is not None:
                found[given].setdefault(op.key, []).append(Production(op, args))
    return {type_: {key: tuple(ways) for key, ways in ops.items()} for type_, ops in found.items()}


@cache
def gives(key: str) -> tuple[Type, ...]:
    """The types that an operator or function can give."""
    return tuple(type_ for type_, ops in productions().items() if key in ops)


def _operands(op: Op) -> Iterator[tuple[Type, ...]]:
    if _LIST in op.params:
        for item in TYPES:
            yield tuple(list_of(item) if param == _LIST else item for param in op.params)
        return
    most = _MOST_OPERANDS if op.variadic else len(op.params)
    for count in range(len(op.params) - op.optional, most + 1):
        yield from product(TYPES, repeat=count)


def _given(op: Op, args: tuple[Type, ...]) -> Type | None:
    if op.rule is signatures.equate and TEXT in args and set(args) & set(ENUMS):
        return None  # a text beside a vocabulary must be one of its members
    if op.key in _REWRITTEN:
        return _REWRITTEN[op.key]
    if op.key == "between":  # rewritten to two comparisons, which is what its rule is for
        return BOOL if args[0] in ORDERED and len(set(args)) == 1 else None
    outcome = op.rule(args)
    if not isinstance(outcome, Type):
        return None
    return next((type_ for type_ in TYPES if _alike(type_, outcome)), None)


def _alike(one: Type, other: Type) -> bool:
    return (one.kind, one.unit, one.members) == (other.kind, other.unit, other.members)
