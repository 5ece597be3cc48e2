"""Where results come from, for every row at once: ``interp.grounds`` as conditions of a plan.

Each grounds comes with the condition under which a row rests on it, true or false in every row; grounds that no row
rests on are left out. The order means nothing: a ``Book`` puts them in policy order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from policyrun.columnar.conditions import TRUE, Condition, all_of, any_of
from policyrun.columnar.folding import is_false, is_null, negated
from policyrun.columnar.outcomes import first_rows, first_values
from policyrun.columnar.reach import Edge, reached
from policyrun.columnar.unknowns import unknown
from policyrun.ir.nodes import Apply, Column, DecisionRef, Expr, If, ListOf, ParameterRef, Table, TableRow
from policyrun.ir.ops import OPS, Missing
from policyrun.model.vocabulary import Grounds

if TYPE_CHECKING:
    from policyrun.columnar.lowering import Lowering

#: Grounds, and when a row rests on them.
Used = list[tuple[Grounds, Condition]]


def grounds_used(node: Expr, lowering: Lowering) -> Used:
    """Grounds of the table rows and parameters whose values make up a node's value; conditions do not count."""

    def edges(node: Expr) -> Sequence[Edge]:
        return _made_of(node, lowering)

    found: Used = []
    for part, when in reached([(node, TRUE)], edges, lowering, "取自"):
        found += [(grounds, all_of((when, own))) for grounds, own in _own_grounds(part, lowering)]
    return _joined(found)


def grounds_lacking(node: Expr, lowering: Lowering) -> Used:
    """Grounds of the unknown decisions inside an unknown node; none where the node is known."""
    return _joined(_lacking(node, lowering))


def _made_of(node: Expr, lowering: Lowering) -> Sequence[Edge]:
    match node:
        case DecisionRef(expr=expr):
            return [Edge(expr, TRUE)]
        case Apply(args=args) | ListOf(items=args):
            return [Edge(arg, TRUE) for arg in args]
        case If():
            return _first_way(node, lowering)
        case Table():
            rows = first_rows(node, lowering)
            return [Edge(line.outcome if isinstance(line, TableRow) else line, when) for when, line in rows]
        case Column(name=name):
            field = lowering.fields.get(name)
            if field is None or field.blank is None:
                return []
            return [Edge(field.blank, is_null(lowering.cell(name)))]
        case _:
            return []


def _first_way(node: If, lowering: Lowering) -> Sequence[Edge]:
    """The way that applies, or the first of both that may."""
    ways = lowering.ways(node)
    (when, first), others = ways[0], ways[1:]
    return [Edge(first, when), *(Edge(other, negated(when)) for _may, other in others)]


def _own_grounds(node: Expr, lowering: Lowering) -> Used:
    match node:
        case ParameterRef():
            return [(dated.grounds, when) for when, dated in first_values(node, lowering)]
        case DecisionRef(expr=expr, grounds=grounds) if not isinstance(expr, Table):
            return [(grounds, TRUE)]
        case Table():
            return [(line.grounds, when) for when, line in first_rows(node, lowering) if isinstance(line, TableRow)]
        case _:
            return []


def _lacking(node: Expr, lowering: Lowering) -> Used:
    """As ``grounds_lacking``, with each grounds as often as it is met."""

    def edges(node: Expr) -> Sequence[Edge]:
        return [edge for edge in _left_open_by(node, lowering) if not is_false(unknown(edge.to, lowering))]

    return [
        (part.grounds, all_of((when, unknown(part, lowering))))
        for part, when in reached([(node, unknown(node, lowering))], edges, lowering, "未定")
        if isinstance(part, DecisionRef)
    ]


def _left_open_by(node: Expr, lowering: Lowering) -> Sequence[Edge]:
    """Where the decisions may be that leave a node open. A part says itself whether it is unknown."""
    match node:
        case DecisionRef(expr=expr):
            return [Edge(expr, TRUE)]
        case Apply(op=op, args=args):
            when = TRUE if OPS[op].missing is Missing.STRICT else unknown(node, lowering)
            return [Edge(arg, when) for arg in args]
        case ListOf(items=items):
            return [Edge(item, TRUE) for item in items]
        case If(condition=condition):
            blameless = negated(any_of(when for _grounds, when in _lacking(condition, lowering)))
            ways = [Edge(way, all_of((blameless, when))) for when, way in lowering.ways(node)]
            return [Edge(condition, unknown(node, lowering)), *ways]
        case Table(inputs=inputs):
            return [Edge(part, unknown(node, lowering)) for part in inputs]
        case _:
            return []


def _joined(used: Used) -> Used:
    """Each grounds once, whatever way led to it; those that no row rests on are gone."""
    conditions: defaultdict[int, list[Condition]] = defaultdict(list)
    for grounds, when in used:
        conditions[id(grounds)].append(when)
    once = {id(grounds): grounds for grounds, _when in used}
    joined = [(grounds, any_of(conditions[key])) for key, grounds in once.items()]
    return [(grounds, when) for grounds, when in joined if not is_false(when)]
