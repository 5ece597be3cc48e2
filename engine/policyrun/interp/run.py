"""The whole of a run, in the order of contract section 2."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from policyrun.interp.fold import settle, settle_one
from policyrun.interp.history import Past, read_past
from policyrun.interp.judge import Verdict, judge
from policyrun.interp.records import TypedRow, type_rows
from policyrun.interp.remarks import MOST_SERIALS, counted_by_workdays, note_overruled, note_years
from policyrun.interp.split import EmptyGroup, share_out
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.decision import Conclusion, NoticeCode, Outcome
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Status
from policyrun.source.diagnostic import Diagnostics


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcomes of each scheme in input order, and the groups that had nobody to share their total."""

    outcomes: Mapping[str, tuple[Outcome, ...]]
    empty_groups: tuple[EmptyGroup, ...] = ()


def decide(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow] = (),
    exceptions: Sequence[ExceptionEntry] = (),
    found: Diagnostics | None = None,
) -> Decided | None:
    """Decides every row: cells, 序号, requirements and amount, split, rounding, zero, limits, payee, notices.

    Returns None, with the reasons in ``found``, if the history cannot be relied upon.
    """
    found = found if found is not None else Diagnostics()
    data = {one.scheme: one for one in inputs}
    present = [scheme for scheme in policy.schemes if scheme.name in data]
    past = read_past(policy, history, settings, set(data), found)
    if found.failed:
        return None
    verdicts: dict[str, list[Verdict]] = {}
    empty: list[EmptyGroup] = []
    for scheme in present:
        lines = type_rows(policy, scheme, data[scheme.name], settings)
        _report_overruled(policy, scheme, lines, found)
        _report_years(scheme, lines, found)
        judged = [judge(policy, scheme, line) for line in lines]
        verdicts[scheme.name], unshared = share_out(policy, scheme, judged)
        empty += unshared
    settled = _settle_all(policy, verdicts, past, exceptions)
    outcomes = {
        scheme.name: tuple(
            _with_notices(policy, verdict, verdict.outcome or settled[scheme.name, verdict.line.index])
            for verdict in verdicts[scheme.name]
        )
        for scheme in present
    }
    return Decided(outcomes, tuple(empty))


def decide_one(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    known: Mapping[str, Sequence[Outcome]],
    asked: tuple[str, int],
    settings: Settings,
    history: Sequence[HistoryRow] = (),
    exceptions: Sequence[ExceptionEntry] = (),
) -> Outcome:
    """The outcome of one row with what each limit said to it, where it is known what became of others.

    Args:
        inputs: beside the row all those with its 序号, and all that were granted and share a key of a limit or of a
            top-up with it; none of a scheme that shares out a total.
        known: the outcomes of all of them, in input order.
        asked: scheme and index of the row.
    """
    name, index = asked
    data = {one.scheme: one for one in inputs}
    past = read_past(policy, history, settings, set(data), Diagnostics())
    (fold,) = (each for each in policy.folds() if name in {scheme.name for scheme in each})
    verdicts = {
        scheme.name: [judge(policy, scheme, line) for line in type_rows(policy, scheme, data[scheme.name], settings)]
        for scheme in fold
        if scheme.name in data
    }
    verdict = verdicts[name][index]
    told = {(scheme, place): one for scheme, outcomes in known.items() for place, one in enumerate(outcomes)}
    outcome = verdict.outcome or settle_one(policy, fold, verdicts, told, asked, past, _waived(exceptions))
    return _with_notices(policy, verdict, outcome)


def _report_overruled(policy: Policy, scheme: Scheme, lines: Sequence[TypedRow], found: Diagnostics) -> None:
    serials: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        for column in line.overruled:
            serials[column].append(line.serial)
    for column in dict.fromkeys(reference.column for reference in policy.lists):
        if rows := serials[column]:
            note_overruled(scheme, column, len(rows), rows[:MOST_SERIALS], found)


def _report_years(scheme: Scheme, lines: Sequence[TypedRow], found: Diagnostics) -> None:
    columns = counted_by_workdays(scheme)
    days = (line.row.cells.get(name) for line in lines if line.row for name in columns)
    note_years(scheme, {day.year for day in days if isinstance(day, date)}, found)


def _settle_all(
    policy: Policy,
    verdicts: Mapping[str, Sequence[Verdict]],
    past: Past,
    exceptions: Sequence[ExceptionEntry],
) -> dict[tuple[str, int], Outcome]:
    waived = _waived(exceptions)
    settled: dict[tuple[str, int], Outcome] = {}
    for fold in policy.folds():
        settled |= settle(policy, fold, verdicts, past, waived)
    return settled


def _waived(exceptions: Sequence[ExceptionEntry]) -> Mapping[tuple[str, Fraction], AbstractSet[str]]:
    """Scheme and 序号 → the limits that an exception lets the row pass."""
    waived: defaultdict[tuple[str, Fraction], set[str]] = defaultdict(set)
    for entry in exceptions:
        waived[entry.scheme, entry.serial].add(entry.limit)
    return waived


def _with_notices(policy: Policy, verdict: Verdict, outcome: Outcome) -> Outcome:
    """Adds the notices that hold whatever comes of a row; an invalid row has none but DRAFT."""
    held = set(outcome.notices)
    if outcome.conclusion is not Conclusion.INVALID:
        held |= verdict.notices
    if policy.status is Status.DRAFT:
        held.add(NoticeCode.DRAFT)
    if len(held) == len(outcome.notices):
        return outcome
    return replace(outcome, notices=tuple(code for code in NoticeCode if code in held))
