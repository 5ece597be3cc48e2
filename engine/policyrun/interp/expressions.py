"""What an expression is worth for one row.

Logic is three-valued and a missing value is ``None``: an operator with a missing operand is missing, ``and`` and
``or`` follow Kleene, a condition that is unknown leaves the result unknown unless every outcome that may apply is
equal. Each node is worked out once for a row; what it was worth stays in ``Row.worth`` for explanations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policyrun.interp.functions import FUNCTIONS, OWN
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
    Supplied,
    Table,
    TableRow,
)
from policyrun.ir.policy import RecordType
from policyrun.model.settings import Settings
from policyrun.model.values import Operand, Value
from policyrun.model.vocabulary import DatedValue


@dataclass(frozen=True, slots=True)
class Row:
    """One record and all that its expressions may look at.

    Attributes:
        record: its columns.
        cells: typed cells by column; None is blank. A column the file does not have is blank.
        day: the expression of the row's date; None where its scheme has none.
        payee: the expression of the category of its payee, likewise.
        given: what the run supplies beside the cells, by the names of ``Supplied``.
        lacking: columns whose cells are unknown, for the file has no such column.
        worth: node identity → what it was worth, filled in as expressions are worked out.
    """

    record: RecordType
    cells: Mapping[str, Value | None]
    settings: Settings
    day: Expr | None = None
    payee: Expr | None = None
    given: Mapping[str, Value | None] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    worth: dict[int, Operand] = field(default_factory=dict, repr=False, compare=False)

    def with_given(self, **values: Value | None) -> Row:
        """The same record with more supplied; nothing worked out so far is relied upon."""
        given = {**self.given, **values}
        return Row(self.record, self.cells, self.settings, self.day, self.payee, given, self.lacking)

    def date(self) -> date | None:
        """The row's date, None where it is blank or the scheme has none."""
        value = None if self.day is None else evaluate(self.day, self)
        return value if isinstance(value, date) else None


def evaluate(node: Expr, row: Row) -> Operand:
    """The value of an expression for a row, None where it is unknown."""
    known, which = row.worth, id(node)
    if which in known:
        return known[which]
    value = known[which] = _WORTH[type(node)](node, row)
    return value


def _applied(node: Apply, row: Row) -> Operand:
    operands = [evaluate(arg, row) for arg in node.args]
    if node.op not in OWN:
        for operand in operands:  # not ``None in operands``, which asks each operand whether it equals None
            if operand is None:
                return None
    return FUNCTIONS[node.op](*operands)


def _listed(node: ListOf, row: Row) -> Operand:
    return tuple(_single(evaluate(item, row)) for item in node.items)


def _chosen(node: If | Table, row: Row) -> Operand:
    return _common([evaluate(way, row) for way in ways(node, row)])


def _cell(node: Column, row: Row) -> Operand:
    name = node.name
    value = row.cells.get(name)
    if value is not None or name in row.lacking:
        return value
    column = row.record.field(name)
    return evaluate(column.blank, row) if column is not None and column.blank is not None else None


def _given(node: Given, row: Row) -> Operand:
    name = node.name
    match name:
        case Supplied.AS_OF:
            return row.settings.as_of
        case Supplied.DAY:
            return row.date()
        case Supplied.PAYEE if name not in row.given:
            return None if row.payee is None else evaluate(row.payee, row)
        case _:
            return row.given.get(name)


def _parameter(node: ParameterRef, row: Row) -> Operand:
    return _common([each.value for each in may_apply(node, row)])


def may_apply(node: ParameterRef, row: Row) -> list[DatedValue]:
    """The values of a parameter that may be the row's: of those known, the one in effect; all if its day is blank."""
    known = [each for each in node.values if is_known_on(each, row.settings.known_on)]
    if len(known) < 2:
        return known
    day = picking_day(node, row)
    return known if day is None else [in_effect(known, day)]


def is_known_on(value: DatedValue, day: date) -> bool:
    """Whether a value had been published by a day; what is published without a day always has."""
    return value.published is None or value.published <= day


def picking_day(node: ParameterRef, row: Row) -> date | None:
    """The day that picks a parameter's value: its own column's, else the row's, else 基准日; None where blank."""
    if node.dated_by is not None:
        value = evaluate(node.dated_by, row)
        return value if isinstance(value, date) else None
    return row.settings.as_of if row.day is None else row.date()


def in_effect(values: list[DatedValue], day: date) -> DatedValue:
    """The value with the latest effective date on or before a day; the earliest also holds before its date."""
    first, *later = sorted(values, key=lambda value: value.effective or date.min)
    chosen = first
    for value in later:
        if value.effective is not None and value.effective <= day:
            chosen = value
    return chosen


def ways(node: If | Table, row: Row) -> list[Expr]:
    """The outcomes of a choice that may apply, given what is known."""
    if isinstance(node, If):
        condition = evaluate(node.condition, row)
        if condition is None:
            return [node.then, node.otherwise]
        return [node.then if condition else node.otherwise]
    return [line.outcome if isinstance(line, TableRow) else line for line in open_rows(node, row)]


def open_rows(table: Table, row: Row) -> list[TableRow | Expr]:
    """The rows of a table that may apply, in order, and its default if none need apply."""
    possible: list[TableRow | Expr] = []
    for line in table.rows:
        holds = _matches(line, row)
        if holds is None:
            possible.append(line)
        elif holds:
            # A unique row that matches leaves no other; before a first match, an unknown one may have come first.
            return [*possible, line] if table.hit == "F" else [line]
    if table.default is not None:
        possible.append(table.default)
    return possible


def _matches(line: TableRow, row: Row) -> bool | None:
    holds = [evaluate(test, row) for test in line.tests if test is not None]
    if any(value is False for value in holds):
        return False
    return None if any(value is None for value in holds) else True


def _common(values: list[Operand]) -> Operand:
    """The one value that all have; None if they differ, one is unknown, or there is none."""
    if not values or any(value is None or value != values[0] for value in values):
        return None
    return values[0]


def _single(value: Operand) -> Value | None:
    assert not isinstance(value, tuple), "the checker refuses nested lists"
    return value


#: How each kind of expression is worked out.
_WORTH: Mapping[type[Expr], Callable[[Any, Row], Operand]] = {
    Apply: _applied,
    Column: _cell,
    Literal: lambda node, _row: node.value,
    DecisionRef: lambda node, row: evaluate(node.expr, row),
    ParameterRef: _parameter,
    ReadingRef: lambda node, row: row.settings.readings[node.name],
    Given: _given,
    ListOf: _listed,
    If: _chosen,
    Table: _chosen,
}


def value_of(node: Expr, row: Row) -> Value | None:
    """``evaluate`` for an expression that is not a list."""
    return _single(evaluate(node, row))


def truth(node: Expr, row: Row) -> bool | None:
    """``evaluate`` for a condition: true, false or unknown."""
    value = evaluate(node, row)
    assert value is None or isinstance(value, bool), "the checker lets only conditions through"
    return value
