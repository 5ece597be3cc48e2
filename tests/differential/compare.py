"""Two engines on the same policy and records, held against each other cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter

from policyrun.app.evaluate import evaluate_records
from policyrun.app.result import RESULT_COLUMNS, result_cells
from policyrun.ir.policy import Policy
from policyrun.model.decision import Outcome, Reason
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings

from .records import Dataset

#: The columns compared: those of a result, and the least and the most that an undecided row could pay.
COLUMNS = (*RESULT_COLUMNS, "最少", "最多")

Line = tuple[str, ...]
#: Scheme → what became of each row in input order; None where the history cannot be relied upon.
Answer = Mapping[str, Sequence[Outcome]] | None
Engine = Callable[
    [Policy, Sequence[SchemeInput], Settings, Sequence[HistoryRow], Sequence[ExceptionEntry]],
    Answer,
]

#: All that a line is written from, but for what the refusing limit said.
_told = attrgetter(
    *("scheme", "serial", "conclusion", "reason", "about", "amount", "payee", "payee_name", "fund"),
    *("rules", "clauses", "notices", "least", "most"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that two engines disagree on; a row of "" is the whole of a scheme, or of a run."""

    scheme: str
    row: int
    serial: str
    column: str
    expected: str
    got: str

    def __str__(self) -> str:
        where = f"{self.scheme} row {self.row} (序号 {self.serial!r})" if self.scheme else "the run"
        return f"{where}, {self.column}: {self.expected!r} by the reference, {self.got!r}"


def reference(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow],
    exceptions: Sequence[ExceptionEntry],
) -> Answer:
    """The meaning of a policy, by the reference evaluator."""
    return evaluate_records(policy, inputs, settings, history, exceptions)


def lines_of(policy: Policy, outcomes: Answer) -> Mapping[str, Sequence[Line]]:
    """What became of rows as people read it; nothing where the history cannot be relied upon."""
    return {scheme: [line_of(policy, outcome) for outcome in rows] for scheme, rows in (outcomes or {}).items()}


def line_of(policy: Policy, outcome: Outcome) -> Line:
    return (*result_cells(policy, outcome), _bound(outcome.least), _bound(outcome.most))


def _bound(value: Fraction | None) -> str:
    return "" if value is None else str(value)


def answer(engine: Engine, policy: Policy, data: Dataset) -> Answer:
    return engine(policy, data.inputs, data.settings, data.history, data.exceptions)


def differences(policy: Policy, expected: Answer, got: Answer) -> list[Difference]:
    """Every cell in which two answers differ, in the order of the input."""
    if expected is None or got is None:
        same = expected is None and got is None
        return [] if same else [_whole("", "decided", str(expected is not None), str(got is not None))]
    found: list[Difference] = []
    if list(expected) != list(got):
        found.append(_whole("", "schemes", "、".join(expected), "、".join(got)))
    for scheme in expected:
        if scheme in got:
            found += _in_scheme(policy, scheme, expected[scheme], got[scheme])
    return found


def _in_scheme(policy: Policy, scheme: str, expected: Sequence[Outcome], got: Sequence[Outcome]) -> list[Difference]:
    """Lines are written only of rows that may differ: writing them takes longer than deciding does."""
    if len(expected) != len(got):
        return [_whole(scheme, "rows", str(len(expected)), str(len(got)))]
    return [
        Difference(scheme, row, one.serial, column, here, there)
        for row, (one, other) in enumerate(zip(expected, got, strict=True))
        if _told(one) != _told(other) or (one.reason is Reason.LIMIT and _refusal(one) != _refusal(other))
        for column, here, there in zip(COLUMNS, line_of(policy, one), line_of(policy, other), strict=True)
        if here != there
    ]


def _refusal(outcome: Outcome) -> tuple[object, ...]:
    """What the limit that refused a row said, which is told in its 原因."""
    refused = (state for state in outcome.limits if not state.passed and not state.waived)
    return next(((state.limit, state.used, state.asks, state.room) for state in refused), ())


def _whole(scheme: str, column: str, expected: str, got: str) -> Difference:
    return Difference(scheme, -1, "", column, expected, got)


def compare(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow] = (),
    exceptions: Sequence[ExceptionEntry] = (),
    *,
    engine: Engine,
) -> list[Difference]:
    """What another engine decides otherwise than the reference."""
    data = Dataset(tuple(inputs), settings, tuple(history), tuple(exceptions))
    return differences(policy, answer(reference, policy, data), answer(engine, policy, data))
