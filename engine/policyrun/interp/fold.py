"""Limits as one fold (design section 6.3).

The candidates of all schemes that share a limit are taken one by one in a total order. One is granted if every limit
has room for it given what was granted before, history included; a refused candidate uses nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from policyrun.interp.expressions import Row, truth, value_of
from policyrun.interp.grounds import grounds_used
from policyrun.interp.history import Past
from policyrun.interp.judge import Verdict, denied, in_order
from policyrun.interp.ledger import Answer, Ledger
from policyrun.ir.nodes import Expr, Supplied
from policyrun.ir.policy import Limit, Order, Policy, Scheme
from policyrun.model.decision import Conclusion, LimitState, NoticeCode, Outcome, Reason, RowRef
from policyrun.model.values import Days, Months, Value
from policyrun.model.vocabulary import Grounds

#: What LIMIT is about when a top-up has nothing left to pay.
FULLY_PAID = "已足额"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that meets every requirement; ``row`` carries its amount."""

    scheme: Scheme
    verdict: Verdict
    row: Row

    @property
    def amount(self) -> Fraction:
        return self.verdict.amount

    @property
    def place(self) -> tuple[str, int]:
        """Its scheme, and its index among the rows of that."""
        return self.scheme.name, self.verdict.line.index

    def ref(self, granted: Fraction) -> RowRef:
        return RowRef(self.scheme.name, self.verdict.line.serial, self.row.date(), granted)


def settle(
    policy: Policy,
    fold: Sequence[Scheme],
    verdicts: Mapping[str, Sequence[Verdict]],
    past: Past,
    waived: Mapping[tuple[str, Fraction], AbstractSet[str]],
) -> dict[tuple[str, int], Outcome]:
    """Takes the candidates of schemes tied by shared limits, in order, and decides each.

    Args:
        fold: all schemes so tied; those that are not evaluated have no verdicts, but their history counts.
        verdicts: those of each scheme; rows that have an outcome are no candidates.
        past: what was granted before this run.
        waived: (scheme, 序号) → names of limits that an exception lets it pass.

    Returns:
        The outcome of each candidate by (scheme, row index).
    """
    ledgers, candidates = _prepared(policy, fold, verdicts, past)
    outcomes: dict[tuple[str, int], Outcome] = {}
    for candidate in candidates:
        outcomes[candidate.place] = _decide(candidate, ledgers, past, waived)
    return outcomes


def settle_one(
    policy: Policy,
    fold: Sequence[Scheme],
    verdicts: Mapping[str, Sequence[Verdict]],
    known: Mapping[tuple[str, int], Outcome],
    asked: tuple[str, int],
    past: Past,
    waived: Mapping[tuple[str, Fraction], AbstractSet[str]],
) -> Outcome:
    """What ``settle`` decides on one candidate, where it is known what became of those it shares a key with.

    Args:
        verdicts: of all candidates with which the one shares a key of a limit or of a top-up, and that were granted.
        known: what became of those, by (scheme, row index).
        asked: the candidate.
    """
    ledgers, candidates = _prepared(policy, fold, verdicts, past)
    for candidate in candidates:
        if candidate.place == asked:
            return _decide(candidate, ledgers, past, waived)
        _retrace(candidate, known[candidate.place], ledgers, past)
    raise AssertionError("who asks has a verdict")


def _prepared(
    policy: Policy, fold: Sequence[Scheme], verdicts: Mapping[str, Sequence[Verdict]], past: Past
) -> tuple[list[Ledger], list[Candidate]]:
    """The ledgers of a fold with what history used up, and its candidates in total order."""
    candidates = [
        Candidate(scheme, verdict, verdict.line.row.with_given(**{Supplied.AMOUNT: verdict.amount}))
        for scheme in fold
        for verdict in verdicts.get(scheme.name, ())
        if verdict.outcome is None and verdict.line.row is not None
    ]
    tied = {scheme.name for scheme in fold}
    ledgers = [Ledger(limit) for limit in policy.limits if tied & set(limit.over)]
    past.enter(ledgers)
    return ledgers, in_total_order(policy, ledgers[0].limit.order if ledgers else None, candidates)


def _retrace(candidate: Candidate, outcome: Outcome, ledgers: Sequence[Ledger], past: Past) -> None:
    """Enters what is known of a candidate.

    Whether a limit was waived is seen where all that used its key before is entered, as it is of a key shared with
    the candidate asked about; what stands in other accounts nobody looks at.
    """
    if outcome.conclusion is not Conclusion.GRANTED:
        return
    past.note(candidate.scheme, candidate.row, outcome)
    if NoticeCode.TOPUP in outcome.notices:
        return
    paid = outcome.amount or Fraction(0)
    granted = candidate.row.with_given(**{Supplied.AMOUNT: paid})
    for ledger in ledgers:
        is_met = candidate.scheme.name in ledger.limit.over and ledger.concerns(candidate.row)
        if is_met and ledger.ask(candidate.row, candidate.amount).pays > 0:
            ledger.grant(granted, candidate.ref(paid))


def in_total_order(policy: Policy, order: Order | None, candidates: list[Candidate]) -> list[Candidate]:
    """Candidates by each key of the order; a blank comes last whichever way a key runs."""
    if order is None:
        return candidates
    for key in reversed(order.keys):
        worth = [(_sortable(policy, key.expr, candidate), candidate) for candidate in candidates]
        known = [pair for pair in worth if pair[0] is not None]
        known.sort(key=lambda pair: pair[0], reverse=key.descending)  # type: ignore[arg-type,return-value]
        candidates = [candidate for _, candidate in known] + [one for value, one in worth if value is None]
    return candidates


def _sortable(policy: Policy, expr: Expr, candidate: Candidate) -> Fraction | int | str | date | None:
    """A key's value as something that sorts; a scheme by its place in the policy, text by code point."""
    value = value_of(expr, candidate.row)
    if isinstance(value, str) and value == candidate.scheme.name and getattr(expr, "name", "") == Supplied.SCHEME:
        return [scheme.name for scheme in policy.schemes].index(value)
    return value.count if isinstance(value, Months | Days) else value


def _decide(
    candidate: Candidate,
    ledgers: Sequence[Ledger],
    past: Past,
    waived: Mapping[tuple[str, Fraction], AbstractSet[str]],
) -> Outcome:
    paid = past.paid_for(candidate.scheme, candidate.row)
    if paid is not None:
        return _top_up(candidate, paid, past)
    met = [one for one in ledgers if candidate.scheme.name in one.limit.over and one.concerns(candidate.row)]
    answers = [(ledger, ledger.ask(candidate.row, candidate.amount)) for ledger in met]
    asked = [(ledger, _waive(ledger.limit, answer, candidate, waived)) for ledger, answer in answers]
    states = tuple(answer.state for _, answer in asked)
    refusing = [ledger.limit for ledger, answer in asked if answer.pays <= 0]
    if refusing:
        return replace(_refused(candidate, refusing[0].name, refusing[0].grounds), limits=states)
    pays = min((answer.pays for _, answer in asked), default=candidate.amount)
    granted = candidate.row.with_given(**{Supplied.AMOUNT: pays})
    for ledger, answer in asked:
        if not answer.state.waived:
            ledger.grant(granted, candidate.ref(pays), answer.state.asks)
    passed = [ledger.limit.grounds for ledger, answer in asked if not answer.state.waived]
    notices = _notices_of(asked, pays, candidate.amount)
    outcome = _granted(candidate, pays, passed, notices, states)
    past.note(candidate.scheme, candidate.row, outcome)
    return outcome


def _waive(
    limit: Limit, answer: Answer, candidate: Candidate, waived: Mapping[tuple[str, Fraction], AbstractSet[str]]
) -> Answer:
    """A limit without room lets a row pass that has an exception, or where the reading in force only reports."""
    if answer.pays > 0:
        return answer
    serial = candidate.row.given.get(Supplied.SERIAL)
    excepted = isinstance(serial, Fraction) and limit.name in waived.get((candidate.scheme.name, serial), ())
    only_reports = limit.binding is not None and truth(limit.binding, candidate.row) is False
    if not (excepted or only_reports):
        return answer
    return Answer(replace(answer.state, waived=True), candidate.amount)


def _notices_of(asked: Iterable[tuple[Ledger, Answer]], pays: Fraction, amount: Fraction) -> set[NoticeCode]:
    notices: set[NoticeCode] = set()
    for ledger, answer in asked:
        if answer.state.waived:
            notices.add(NoticeCode.EXCEPTION)
        elif getattr(ledger.limit.measure, "partial", False) and answer.pays == pays < amount:
            notices.add(NoticeCode.PARTIAL)
    return notices


def _top_up(candidate: Candidate, paid: Fraction, past: Past) -> Outcome:
    """Pays the difference to what a provisional grant has paid so far; meets no limit and uses no room."""
    scheme = candidate.scheme
    assert scheme.top_up is not None
    pays = candidate.amount - paid
    if pays <= 0:
        return _refused(candidate, FULLY_PAID, scheme.top_up.grounds)
    outcome = _granted(candidate, pays, [scheme.top_up.grounds], {NoticeCode.TOPUP}, ())
    past.note(scheme, candidate.row, outcome)
    return outcome


def _refused(candidate: Candidate, about: str, grounds: Grounds) -> Outcome:
    return denied(candidate.scheme, candidate.verdict.line, Reason.LIMIT, about, grounds)


def _granted(
    candidate: Candidate,
    pays: Fraction,
    passed: Iterable[Grounds],
    notices: set[NoticeCode],
    states: tuple[LimitState, ...],
) -> Outcome:
    """A grant: payee and fund are looked up now, and an unknown one blocks nothing."""
    scheme, row, verdict = candidate.scheme, candidate.row, candidate.verdict
    grounds = [*verdict.grounds, *passed]
    payee = fund = name = None
    if scheme.payee:
        payee = _text(value_of(scheme.payee.category, row))
        name = verdict.line.names.get(scheme.payee.names.get(payee or "", "")) or None
        grounds += [scheme.payee.grounds, *grounds_used(scheme.payee.category, row)]
    if scheme.fund:
        fund = _text(value_of(scheme.fund.source, row))
        if fund is not None:
            grounds += [scheme.fund.grounds, *grounds_used(scheme.fund.source, row)]
    rules, clauses = in_order(grounds)
    held = {notice.code for notice in scheme.notices if notice.granted_only and truth(notice.test, row)}
    return Outcome(
        scheme=scheme.name,
        row=verdict.line.index,
        serial=verdict.line.serial,
        conclusion=Conclusion.GRANTED,
        reason=Reason.GRANTED,
        amount=pays,
        payee=payee,
        payee_name=name,
        fund=fund,
        rules=rules,
        clauses=clauses,
        notices=tuple(code for code in NoticeCode if code in notices | held),
        limits=states,
    )


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None
