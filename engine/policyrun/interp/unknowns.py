"""What an unknown result lacks.

The names are structural (contract section 2.3): a node contributes only if it is unknown, and then its unknown
operands do, down to columns and open parameters; of a choice whose condition is unknown, the condition alone does.
"""

from __future__ import annotations

from collections.abc import Iterable

from policyrun.interp.expressions import Row, evaluate, may_apply, open_rows, ways
from policyrun.ir.nodes import (
    Apply,
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    ListOf,
    ParameterRef,
    Supplied,
    Table,
    columns_of,
)


def unknowns(node: Expr, row: Row) -> set[str]:
    """Names of the columns and open parameters for want of which a node is unknown; empty if it is known."""
    if is_known(node, row):
        return set()
    match node:
        case Column(name=name):
            return {name}
        case ParameterRef(name=name, dated_by=column):
            if not may_apply(node, row):  # open, or not yet published on the day that the run knows of
                return {name}
            return _day(row) if column is None else unknowns(column, row)
        case Given(name=Supplied.DAY):
            return _day(row)
        case Given(name=Supplied.PAYEE) if row.payee is not None:
            return unknowns(row.payee, row)
        case Given(name=name):
            return {name}
        case DecisionRef(expr=expr):
            return unknowns(expr, row)
        case Apply(args=args):
            # An operation on known operands that has no value, such as a zero divisor, is laid to all of them.
            return _of(args, row) or {name for arg in args for name in columns_of(arg)}
        case ListOf(items=items):
            return _of(items, row)
        case If(condition=condition):
            return unknowns(condition, row) or _of(ways(node, row), row)
        case Table(inputs=inputs):
            return _of(inputs, row) if _undetermined(node, row) else _of(ways(node, row), row)
        case _:
            return set()


def is_known(node: Expr, row: Row) -> bool:
    value = evaluate(node, row)
    return value is not None and not (isinstance(value, tuple) and None in value)


def _of(nodes: Iterable[Expr], row: Row) -> set[str]:
    return {name for node in nodes for name in unknowns(node, row)}


def _day(row: Row) -> set[str]:
    return set() if row.day is None else unknowns(row.day, row)


def _undetermined(table: Table, row: Row) -> bool:
    return len(open_rows(table, row)) != 1
