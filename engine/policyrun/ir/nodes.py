"""Typed expressions.

Nodes are compared by identity, so that a trace can say what each one was worth. All but the leaves are either an
``Apply`` of a row of ``ir.ops`` or one of the three forms with a law of their own: ``If``, ``Table``, ``ListOf``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.model.vocabulary import DatedValue, Grounds, Standing
from policyrun.source.text import Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """What every expression has: its type and where it is written."""

    type: Type
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Literal(Node):
    """A constant; ``null`` is a Literal with value None and type NULL."""

    value: Value | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Column(Node):
    """The record's cell in a column."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ParameterRef(Node):
    """A parameter's value on the row's date. An open parameter has no values.

    Attributes:
        dated_by: the column whose date picks the value instead of the row's date, as transition rules ask
            (新人新办法，老人老办法); None: the row's date.
    """

    name: str
    values: tuple[DatedValue, ...]
    standing: Standing
    dated_by: Column | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DecisionRef(Node):
    """A named derived value."""

    name: str
    expr: Expr
    grounds: Grounds


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReadingRef(Node):
    """The way in force of a reading, as text."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Given(Node):
    """A value that the run or the row supplies; see ``Supplied``."""

    name: str


class Supplied:
    """Names of ``Given`` values, as policies write them."""

    AS_OF = "基准日"
    DAY = "业务日期"
    AMOUNT = "补贴金额"
    SCHEME = "项目"
    SERIAL = "序号"
    PAYEE = "受款人"
    VALUE = "指标值"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Apply(Node):
    """An operator or function applied to operands; ``op`` is the key of a row of ``ir.ops.OPS``."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class If(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ListOf(Node):
    """A flat list of one type; stands only as an operand."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TableRow:
    """A row of a decision table: one test per input (None: any), all of which must hold; and its outcome."""

    tests: tuple[Expr | None, ...]
    outcome: Expr
    grounds: Grounds
    span: Span


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table(Node):
    """A decision table. Each test of a row mentions its input by the very node in ``inputs``.

    Attributes:
        hit: U unique, A any, F first.
        default: the outcome when no row matches; None where the rows cover every case.
    """

    labels: tuple[str, ...]
    inputs: tuple[Expr, ...]
    rows: tuple[TableRow, ...]
    hit: str = "U"
    default: Expr | None = None


Expr = Literal | Column | ParameterRef | DecisionRef | ReadingRef | Given | Apply | If | ListOf | Table


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in the order written."""
    match node:
        case Apply(args=args):
            return args
        case If(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
        case ListOf(items=items):
            return items
        case DecisionRef(expr=expr):
            return (expr,)
        case ParameterRef(dated_by=Column() as column):
            return (column,)
        case Table(inputs=inputs, rows=rows, default=default):
            inner = list(inputs)
            for row in rows:
                inner.extend(test for test in row.tests if test is not None)
                inner.append(row.outcome)
            if default is not None:
                inner.append(default)
            return tuple(inner)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled before a row is looked at: the scheme, and the readings in force where they are known."""

    scheme: str
    readings: Mapping[str, str] = field(default_factory=dict)


def children_for(node: Expr, settled: Settled) -> tuple[Expr, ...]:
    """The expressions inside one that rows come to: a choice that is settled leaves only its own way."""
    if isinstance(node, If):
        chosen = _chosen(node.condition, settled)
        if chosen is not None:
            return (node.then if chosen else node.otherwise,)
    return children(node)


def _chosen(condition: Expr, settled: Settled) -> bool | None:
    """What ``项目 = "…"`` or ``读法 = "…"`` is, also as part of 或; None where the row decides."""
    match condition:
        case Apply(op="eq" | "ne" as op, args=(Given(name=Supplied.SCHEME), Literal(value=value))):
            return (value == settled.scheme) is (op == "eq")
        case Apply(op="eq" | "ne" as op, args=(ReadingRef(name=name), Literal(value=value))):
            return (value == settled.readings[name]) is (op == "eq") if name in settled.readings else None
        case Apply(op="or", args=args):
            parts = [_chosen(arg, settled) for arg in args]
            return None if None in parts else True in parts
        case _:
            return None


def nodes_for(node: Expr, settled: Settled | None = None) -> Iterator[Expr]:
    """A node and all that it looks at, each once, in the order met; only what is left by what is settled."""
    todo: list[Expr] = [node]
    done: set[int] = set()
    while todo:
        current = todo.pop()
        if id(current) in done:
            continue
        done.add(id(current))
        yield current
        todo.extend(reversed(children(current) if settled is None else children_for(current, settled)))


def looks_at(node: Expr, supplied: str) -> bool:
    """Whether an expression looks at a supplied value, itself or through a decision."""
    return any(isinstance(inner, Given) and inner.name == supplied for inner in nodes_for(node))


def columns_of(node: Expr, settled: Settled | None = None) -> tuple[str, ...]:
    """Names of the columns an expression looks at, each once, in the order met."""
    return tuple(dict.fromkeys(inner.name for inner in nodes_for(node, settled) if isinstance(inner, Column)))
