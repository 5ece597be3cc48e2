"""Under which conditions an explanation comes to each part of an expression, said once however often it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyrun.columnar.conditions import Condition, all_of, any_of
from policyrun.columnar.folding import is_false
from policyrun.ir.nodes import Expr

if TYPE_CHECKING:
    from policyrun.columnar.lowering import Lowering


@dataclass(frozen=True, slots=True)
class Edge:
    """A part that an explanation goes on to from an expression, and when it does."""

    to: Expr
    when: Condition


#: The parts that an explanation may go on to.
Edges = Callable[[Expr], Sequence[Edge]]


def reached(
    roots: Iterable[tuple[Expr, Condition]], edges: Edges, lowering: Lowering, stem: str
) -> list[tuple[Expr, Condition]]:
    """Every part that an explanation may come to, the outer before the inner, with the condition under which it does.

    Args:
        roots: where it begins, and when.
        stem: how the conditions that are used more than once are called.
    """
    begun = list(roots)
    arriving: defaultdict[int, list[Condition]] = defaultdict(list)
    for node, when in begun:
        arriving[id(node)].append(when)
    found: list[tuple[Expr, Condition]] = []
    for node, onward in _outer_first([node for node, _ in begun], edges):
        when = any_of(arriving[id(node)])
        if is_false(when):
            continue
        when = lowering.bench.layers.bind(when, stem)
        found.append((node, when))
        for edge in onward:
            arriving[id(edge.to)].append(all_of((when, edge.when)))
    return found


def _outer_first(roots: Sequence[Expr], edges: Edges) -> list[tuple[Expr, Sequence[Edge]]]:
    """Expressions with the edges from them, each once and after all those that lead to it."""
    done: dict[int, tuple[Expr, Sequence[Edge]]] = {}

    def visit(node: Expr) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        onward = [edge for edge in edges(node) if not is_false(edge.when)]
        for edge in onward:
            visit(edge.to)
        done[id(node)] = (node, onward)

    seen: set[int] = set()
    for root in roots:
        visit(root)
    return list(reversed(done.values()))
