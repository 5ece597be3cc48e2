"""Records told before and after a change, with everything that names a person masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from policyrun.app.impact_turns import Decided, Turn
from policyrun.app.result import RunResult
from policyrun.app.sentence import reason_sentence
from policyrun.app.trace import trace_row
from policyrun.model.decision import Conclusion, LimitState
from policyrun.model.trace import Fact, FactKind, Step, Trace
from policyrun.model.types import MONEY, NUMBER, Type
from policyrun.model.values import Value
from policyrun.report.impact_words import decided_text, signed
from policyrun.report.shown import value_text
from policyrun.source.mask import mask_id, mask_text
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True)
class Told:
    """A step of a decision: ✓, ✗, ? or =, what it is, and what it looked at."""

    mark: str
    name: str
    text: str
    facts: str


@dataclass(frozen=True, slots=True)
class Account:
    """How one side decided a record; ``steps`` are empty where it has no such scheme."""

    decided: str
    reason: str
    steps: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A record before and after."""

    kind: str
    record: str
    person: str
    change: str
    old: Account
    new: Account


def story(turn: Turn, before: RunResult, after: RunResult, *, personal: bool) -> Story:
    """Tells a record; names and ID numbers are masked unless they may be shown."""
    return Story(
        turn.kind.value,
        f"{turn.scheme}:{turn.serial}",
        turn.person if personal else mask_id(turn.person),
        signed(turn.change),
        _Teller(before, personal).account(turn.old),
        _Teller(after, personal).account(turn.new),
    )


class _Teller:
    def __init__(self, run: RunResult, personal: bool) -> None:
        self._run = run
        self._personal = personal

    def account(self, decided: Decided | None) -> Account:
        if decided is None:
            return Account(decided_text(None), "", ())
        reason = self._masked(reason_sentence(decided.outcome, self._run.policy))
        return Account(decided_text(decided), reason, tuple(self._steps(self._trace(decided), decided)))

    def _trace(self, decided: Decided) -> Trace:
        """The trace of the record by itself: typing all rows for one would take long."""
        part, outcome = decided.part, decided.outcome
        if outcome.conclusion is Conclusion.INVALID:
            return trace_row(self._run, part, outcome.row)
        data = replace(part.data, rows=[part.data.rows[outcome.row]], origins=[part.data.origins[outcome.row]])
        alone = replace(part, data=data, outcomes=(replace(outcome, row=0),))
        return trace_row(self._run, alone, 0)

    def _steps(self, trace: Trace, decided: Decided) -> Iterator[Told]:
        for step in trace.requirements:
            mark = "?" if step.value is None else "✓" if step.value is True else "✗"
            yield self._told(mark, step, decided)
        if trace.amount is not None:
            mark = "?" if trace.amount.value is None else "="
            value = _("未知") if trace.amount.value is None else value_text(trace.amount.value, MONEY)
            told = self._told(mark, trace.amount, decided)
            yield replace(told, name=f"{trace.amount.name} {value}")
        yield from (self._limit(state) for state in trace.outcome.limits)
        yield from (Told("→", "", self._masked(change), "") for change in trace.changes)

    def _told(self, mark: str, step: Step, decided: Decided) -> Told:
        facts = "，".join(f"{fact.name} {self._value(fact, decided)}" for fact in step.facts)
        return Told(mark, step.name, "" if step.text == step.name else step.text, facts)

    def _limit(self, state: LimitState) -> Told:
        mark = "✓" if state.passed else "!" if state.waived else "✗"
        used, asks = (_plain(value) for value in (state.used, state.asks))
        room = "" if state.room is None else _("，共 {room}").format(room=_plain(state.room))
        key = "，".join(f"{label} {self._masked(_plain(value))}" for label, value in state.key)
        text = _("此前已用 {used}，本条 {asks}{room}").format(used=used, asks=asks, room=room)
        return Told(mark, state.limit, text, key)

    def _value(self, fact: Fact, decided: Decided) -> str:
        if fact.value is None:
            return _("空") if fact.kind is FactKind.COLUMN else _("未知")
        text = value_text(fact.value, self._type(fact, decided))
        return mask_id(text) if fact.personal and not self._personal else self._masked(text)

    def _type(self, fact: Fact, decided: Decided) -> Type:
        policy, column = self._run.policy, decided.part.scheme.record.field(fact.name)
        match fact.kind:
            case FactKind.PARAMETER if fact.name in policy.parameters:
                return policy.parameters[fact.name].type
            case FactKind.DECISION if fact.name in policy.decisions:
                return policy.decisions[fact.name].type
            case FactKind.COLUMN if column is not None:
                return column.type
            case _:
                return NUMBER

    def _masked(self, text: str) -> str:
        return text if self._personal else mask_text(text)


def _plain(value: Value | None) -> str:
    return _("没有") if value is None else value_text(value, NUMBER)
