"""What an expression comes to look at, through decisions and through what blanks mean."""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.ir.nodes import (
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    Literal,
    ReadingRef,
    Settled,
    Table,
    children,
    children_for,
)
from policyrun.ir.policy import RecordType
from policyrun.model.types import Kind


def nodes_under(expr: Expr, record: RecordType | None = None, settled: Settled | None = None) -> Iterator[Expr]:
    """An expression and all it looks at, each node once.

    With a record, also what blanks of its columns look at; only what is left by what is settled.
    """
    todo: list[Expr] = [expr]
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in done:
            continue
        done.add(id(node))
        yield node
        if isinstance(node, Column) and record is not None:
            field = record.field(node.name)
            if field is not None and field.blank is not None:
                todo.append(field.blank)
        todo.extend(children(node) if settled is None else children_for(node, settled))


def given_in(expr: Expr, record: RecordType | None = None) -> set[str]:
    """Names of the supplied values an expression looks at."""
    return {node.name for node in nodes_under(expr, record) if isinstance(node, Given)}


def columns_in(expr: Expr, record: RecordType | None = None) -> set[str]:
    """Names of the columns an expression looks at."""
    return {node.name for node in nodes_under(expr, record) if isinstance(node, Column)}


def possible_texts(expr: Expr) -> set[str] | None:
    """The texts an expression can be worth; None where that cannot be told."""
    match expr:
        case Literal(value=str(text)):
            return {text}
        case Literal(value=None):
            return set()
        case ReadingRef(type=type_):
            return set(type_.members)
        case Column(type=type_) if type_.kind is Kind.ENUM:
            return set(type_.members)
        case DecisionRef(expr=inner):
            return possible_texts(inner)
        case If(then=then, otherwise=otherwise):
            return _union([then, otherwise])
        case Table(rows=rows, default=default):
            return _union([*(row.outcome for row in rows), *([] if default is None else [default])])
        case _:
            return None


def _union(outcomes: list[Expr]) -> set[str] | None:
    together: set[str] = set()
    for outcome in outcomes:
        texts = possible_texts(outcome)
        if texts is None:
            return None
        together |= texts
    return together
