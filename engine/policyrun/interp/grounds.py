"""Where a result comes from: the grounds of the nodes that made it, and of those that left it open."""

from __future__ import annotations

from policyrun.interp.expressions import Row, may_apply, open_rows, ways
from policyrun.interp.unknowns import is_known
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, If, ListOf, ParameterRef, Table, TableRow
from policyrun.model.vocabulary import Grounds


def grounds_used(node: Expr, row: Row) -> list[Grounds]:
    """Grounds of the table rows and parameters whose values make up a node's value; conditions do not count."""
    match node:
        case ParameterRef():
            return [dated.grounds for dated in may_apply(node, row)[:1]]
        case DecisionRef(expr=expr, grounds=grounds):
            inner = grounds_used(expr, row)
            return inner if isinstance(expr, Table) else [grounds, *inner]
        case Apply(args=args) | ListOf(items=args):
            return [grounds for arg in args for grounds in grounds_used(arg, row)]
        case If():
            return [grounds for way in ways(node, row)[:1] for grounds in grounds_used(way, row)]
        case Table():
            found: list[Grounds] = []
            for line in open_rows(node, row)[:1]:
                if isinstance(line, TableRow):
                    found.append(line.grounds)
                    found.extend(grounds_used(line.outcome, row))
                else:
                    found.extend(grounds_used(line, row))
            return found
        case Column(name=name):
            column = row.record.field(name)
            if column is None or column.blank is None or row.cells.get(name) is not None:
                return []
            return grounds_used(column.blank, row)
        case _:
            return []


def grounds_lacking(node: Expr, row: Row) -> list[Grounds]:
    """Grounds of the unknown decisions and open parameters inside an unknown node."""
    if is_known(node, row):
        return []
    match node:
        case DecisionRef(expr=expr, grounds=grounds):
            return [grounds, *grounds_lacking(expr, row)]
        case Apply(args=args) | ListOf(items=args):
            return [grounds for arg in args for grounds in grounds_lacking(arg, row)]
        case If(condition=condition):
            return grounds_lacking(condition, row) or [g for way in ways(node, row) for g in grounds_lacking(way, row)]
        case Table(inputs=inputs):
            return [grounds for part in inputs for grounds in grounds_lacking(part, row)]
        case _:
            return []
