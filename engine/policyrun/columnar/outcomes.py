"""Which rows of a decision table apply, and which value of a dated parameter: worked out once for each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from policyrun.columnar.conditions import FALSE, TRUE, Condition, exclusive
from policyrun.columnar.folding import Sql, binary, cases, compare, equal, is_false, is_null, is_true, whole
from policyrun.columnar.folding import day as literal_day
from policyrun.ir.nodes import Expr, ParameterRef, Table, TableRow
from policyrun.model.vocabulary import DatedValue

if TYPE_CHECKING:
    from policyrun.columnar.lowering import Lowering


def only_one(table: Table, lowering: Lowering) -> Condition:
    """Whether just one outcome of a table may apply, so that its inputs do not leave it open."""
    open_when = [when for when, _line in lowering.open_rows(table) if not is_false(when)]
    if len(open_when) == 1 and is_true(open_when[0]):
        return TRUE
    count: Sql = whole(0)
    for when in open_when:
        one = cases([(when, whole(1))], whole(0))
        count = one if count == whole(0) else binary(exp.Add, count, one)
    return equal(lowering.bench.layers.bind(count, "可能几行"), whole(1)) if open_when else FALSE


def first_rows(table: Table, lowering: Lowering) -> list[tuple[Condition, TableRow | Expr]]:
    """The outcomes of a table, each with the condition that it is the first that may apply."""
    rows = [(when, line) for when, line in lowering.open_rows(table) if not is_false(when)]
    if len(rows) < 2 or is_true(rows[0][0]):
        return rows[:1]
    if len(exclusive(when for when, _line in rows)) == 1:
        return rows
    places = [(when, whole(number)) for number, (when, _line) in enumerate(rows, 1)]
    first = lowering.bench.layers.bind(cases(places, whole(0)), "第几行")
    return [(equal(first, whole(number)), line) for number, (_when, line) in enumerate(rows, 1)]


def known_values(node: ParameterRef, lowering: Lowering) -> list[DatedValue]:
    """The values of a parameter that the run knows of; none of one that is open or not yet published."""
    known_on = lowering.settings.known_on
    return [value for value in node.values if value.published is None or value.published <= known_on]


def first_values(node: ParameterRef, lowering: Lowering) -> list[tuple[Condition, DatedValue]]:
    """The values of a parameter, each with the condition that it is the row's, or the first that may be."""
    known = known_values(node, lowering)
    if len(known) < 2:
        return [(TRUE, value) for value in known]
    ordered = sorted(known, key=lambda value: value.effective or date.min)
    day = _picking_day(node, lowering)
    arms = [(is_null(day), whole(ordered.index(known[0])))]
    for place in range(len(ordered) - 1, 0, -1):
        effective = ordered[place].effective
        if effective is not None:
            arms.append((compare(exp.GTE, day, literal_day(effective)), whole(place)))
    chosen = lowering.bench.layers.bind(cases(arms, whole(0)), f"{node.name}_第几值")
    picked = [(equal(chosen, whole(place)), value) for place, value in enumerate(ordered)]
    return [(when, value) for when, value in picked if not is_false(when)]


def _picking_day(node: ParameterRef, lowering: Lowering) -> Sql:
    """The day that picks a parameter's value: its own column's, else the row's, else 基准日."""
    day = lowering.day if node.dated_by is None else node.dated_by
    return literal_day(lowering.settings.as_of) if day is None else lowering.value(day)
