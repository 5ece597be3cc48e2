"""A row's decision explained: requirement by requirement, the amount, the limits, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from policyrun.app.changes import changes_for
from policyrun.app.result import RunResult, SchemeResult
from policyrun.app.validate import Breach, RowRules
from policyrun.interp.expressions import Row, is_known_on, may_apply, open_rows, picking_day, value_of, ways
from policyrun.interp.records import type_rows
from policyrun.ir.nodes import (
    Apply,
    Column,
    DecisionRef,
    Expr,
    Given,
    If,
    Literal,
    ParameterRef,
    ReadingRef,
    Supplied,
    Table,
    TableRow,
    children,
)
from policyrun.ir.policy import SameKind
from policyrun.ir.show import show
from policyrun.model.decision import LimitState, Outcome, Reason
from policyrun.model.trace import Dating, Fact, FactKind, Step, Trace
from policyrun.model.vocabulary import NO_GROUNDS, Grounds
from policyrun.source.messages import _

#: Cell types whose values name a person.
PERSONAL = frozenset({"id_card"})


class Rows(Protocol):
    """The rows of a run, wherever they are."""

    @property
    def schemes(self) -> Sequence[str]:
        """Those with records."""

    def find(self, scheme: str, serial: str) -> int | None:
        """The first row with a 序号; None if there is none."""

    def span(self, scheme: str) -> tuple[int, str, str]:
        """How many rows a scheme has, and the first and the last 序号."""

    def told(self, scheme: str, row: int) -> tuple[RunResult, Outcome]:
        """A run that has all that the story of a row looks at, and what became of it."""


class RowsAtHand:
    """The rows of a run at hand."""

    def __init__(self, run: RunResult) -> None:
        self._run = run
        self._parts = {part.scheme.name: part for part in run.schemes}

    @property
    def schemes(self) -> Sequence[str]:
        return list(self._parts)

    def find(self, scheme: str, serial: str) -> int | None:
        place = find_row(self._run, scheme, serial)
        return None if place is None else place[1]

    def span(self, scheme: str) -> tuple[int, str, str]:
        outcomes = self._parts[scheme].outcomes
        return (len(outcomes), outcomes[0].serial, outcomes[-1].serial) if outcomes else (0, "", "")

    def told(self, scheme: str, row: int) -> tuple[RunResult, Outcome]:
        return self._run, self._parts[scheme].outcomes[row]


def find_row(run: RunResult, scheme: str, serial: str) -> tuple[SchemeResult, int] | None:
    """The part of a run and the index of the row with a 序号; None if there is no such row."""
    for part in run.schemes:
        if part.scheme.name == scheme:
            for outcome in part.outcomes:
                if outcome.serial.strip() == serial.strip():
                    return part, outcome.row
    return None


def trace_row(run: RunResult, part: SchemeResult, index: int) -> Trace:
    """Explains the decision on a row of a run."""
    scheme, data = part.scheme, part.data
    outcome, raw, origin = part.outcomes[index], data.rows[index], data.origins[index]
    cells = {name: cell.text for name, cell in zip(data.columns, raw, strict=True)}
    line = type_rows(run.policy, scheme, data, run.settings)[index]
    requirements: tuple[Step, ...] = ()
    amount: Step | None = None
    if line.row is not None:
        requirements = tuple(
            _step(one.name, one.test, one.grounds, line.row, explain_no=True) for one in scheme.requirements
        )
        if scheme.amount is not None:
            amount = _step(_("补贴金额"), scheme.amount.value, scheme.amount.grounds, line.row)
    where = f"{origin.path}:{origin.sheet}!{origin.number}" if origin.sheet else f"{origin.path}:{origin.number}"
    return Trace(outcome, where, cells, requirements, amount, tuple(_changes(run, part, outcome, requirements)))


def _step(name: str, node: Expr, grounds: Grounds, row: Row, *, explain_no: bool = False) -> Step:
    value = value_of(node, row)
    changes = changes_for(node, row, True) if explain_no and value is False else ()
    return Step(name, show(node), value, grounds, node.span, tuple(_facts(node, row)), changes)


def _facts(node: Expr, row: Row) -> Iterator[Fact]:
    """The named values that a node looks at, each once, in the order written."""
    seen: set[tuple[FactKind, str]] = set()
    for fact in _all_facts(node, row):
        if (fact.kind, fact.name) not in seen:
            seen.add((fact.kind, fact.name))
            yield fact


def _all_facts(node: Expr, row: Row) -> Iterator[Fact]:
    match node:
        case Column(name=name):
            column = row.record.field(name)
            personal = column is not None and column.cell in PERSONAL
            yield Fact(FactKind.COLUMN, name, value_of(node, row), personal=personal)
            if column is not None and column.blank is not None and row.cells.get(name) is None:
                yield from _all_facts(column.blank, row)
        case ParameterRef(name=name):
            value, applying = value_of(node, row), may_apply(node, row)
            grounds = applying[0].grounds if applying and value is not None else NO_GROUNDS
            yield Fact(FactKind.PARAMETER, name, value, grounds, dating=_dating(node, row))
            if node.dated_by is not None:
                yield from _all_facts(node.dated_by, row)
        case DecisionRef(name=name, expr=expr, grounds=grounds):
            inner = tuple(_facts(expr, row))
            formula = show(expr)
            if isinstance(expr, Table):
                formula, grounds = _row_taken(expr, grounds, row)
            yield Fact(FactKind.DECISION, name, value_of(node, row), grounds, formula, inner=inner)
        case ReadingRef(name=name):
            yield Fact(FactKind.READING, name, value_of(node, row))
        case Given(name=name):
            yield Fact(FactKind.GIVEN, name, value_of(node, row))
        case If(condition=condition):
            for part in (condition, *ways(node, row)):
                yield from _all_facts(part, row)
        case Table(inputs=inputs):
            for part in (*inputs, *(_outcome(node, way) for way in ways(node, row))):
                yield from _all_facts(part, row)
        case _:
            for child in children(node):
                yield from _all_facts(child, row)


def _test_words(test: Expr) -> str:
    """``新职业 为是`` for what a table writes as ``true``, else the test as it reads."""
    match test:
        case Apply(op="eq", args=(asked, Literal(value=bool() as value))):
            return _("{asked} 为{value}").format(asked=show(asked), value="是" if value else "否")
        case _:
            return show(test)


def _dating(node: ParameterRef, row: Row) -> Dating | None:
    """Why a parameter has its value; None where it has but one and nothing is hidden."""
    known_on = row.settings.known_on
    hidden = tuple(each for each in node.values if not is_known_on(each, known_on))
    if len(node.values) < 2 and not hidden:
        return None
    applying = may_apply(node, row)
    if len(node.values) - len(hidden) < 2:
        return Dating(applying[0] if applying else None, "", None, known_on, hidden)
    own = None if row.day is None else Supplied.DAY
    by = node.dated_by.name if node.dated_by is not None else own or Supplied.AS_OF
    return Dating(applying[0] if len(applying) == 1 else None, by, picking_day(node, row), known_on, hidden)


def _outcome(table: Table, way: Expr) -> Expr:
    """An outcome to be looked into; a table's default has a name only to carry its grounds."""
    return way.expr if way is table.default and isinstance(way, DecisionRef) else way


def _row_taken(table: Table, grounds: Grounds, row: Row) -> tuple[str, Grounds]:
    """Which row of a table applies, in words, and its grounds; those of the whole where more than one may."""
    lines = open_rows(table, row)
    said = [_row_words(table, line) for line in lines]
    match lines:
        case [TableRow(grounds=own)] | [DecisionRef(grounds=own)]:
            return said[0], own if own != NO_GROUNDS else grounds
        case []:
            return _("判定表没有相符的行"), grounds
        case _:
            return _("判定表中可能是：{rows}").format(rows="；".join(said)), grounds


def _row_words(table: Table, line: TableRow | Expr) -> str:
    """``判定表第 2 行：人员类别 = "企业职工"``."""
    if not isinstance(line, TableRow):
        return _("判定表其余情形")
    number = table.rows.index(line) + 1
    asked = "，".join(_test_words(test) for test in line.tests if test is not None)
    return _("判定表第 {number} 行：{asked}").format(number=number, asked=asked or _("任何情形"))


def _changes(run: RunResult, part: SchemeResult, outcome: Outcome, steps: tuple[Step, ...]) -> Iterator[str]:
    """What would have to differ for a row that is not granted."""
    match outcome.reason:
        case Reason.INELIGIBLE:
            for step in steps:
                if step.value is False:
                    yield _("“{name}”：{ways}").format(name=step.name, ways=_("；或者 ").join(step.changes))
        case Reason.LIMIT:
            for state in outcome.limits:
                if not state.passed and not state.waived:
                    yield _room_needed(run, state)
        case Reason.UNDECIDED:
            yield _("补上：{names}").format(names="、".join(outcome.about))
        case Reason.INVALID:
            yield from _cell_problem(run, part, outcome)
        case Reason.GRANTED:
            return


def _room_needed(run: RunResult, state: LimitState) -> str:
    limit = next(one for one in run.policy.limits if one.name == state.limit)
    if isinstance(limit.measure, SameKind):
        return _("限额“{limit}”：此前已按“{used}”给付，须与之相同").format(limit=state.limit, used=state.used)
    parts = "、".join(label for label, _value in state.key)
    return _("限额“{limit}”：占用额度的记录少一条（如被撤销），或 {parts} 之一不同，或经批准列入例外").format(
        limit=state.limit, parts=parts
    )


def _cell_problem(run: RunResult, part: SchemeResult, outcome: Outcome) -> Iterator[str]:
    for wrong in RowRules(run, part).wrong(outcome):
        if wrong.column in outcome.about:
            why = _("与其他行重复或矛盾") if wrong.of is Breach.ROWS else _(wrong.why)
            yield _("改正“{column}”：{why}").format(column=wrong.column, why=why)
